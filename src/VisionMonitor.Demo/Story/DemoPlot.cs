namespace VisionMonitor.Demo.Story;

/// <summary>
/// When what happens in the demo's month: the lens of one camera gets greasy, v2 is deployed, the lens is cleaned. The
/// plot only says what the cameras see; what the models make of it is measured.
/// </summary>
/// <param name="End">The end of the history: the whole hour before the demo was started first.</param>
internal sealed record DemoPlot(DateTimeOffset End)
{
    public const int Days = 30;

    /// <summary>One run a day.</summary>
    public static TimeSpan Window { get; } = TimeSpan.FromHours(24);

    public DateTimeOffset Start => End.AddDays(-Days);

    public DateTimeOffset SmearBegins => End.AddDays(-17);

    public DateTimeOffset SmearIsFull => End.AddDays(-11);

    /// <summary>From here on every run rescores v2 beside v1: it answers the same pictures before it is deployed.</summary>
    public DateTimeOffset V2Registered => End.AddDays(-9);

    public DateTimeOffset V2Deployed => End.AddDays(-7);

    public DateTimeOffset LensCleaned => End.AddDays(-2);

    /// <summary>How greasy the lens is, 0 to 1.</summary>
    public double SmearAt(DateTimeOffset time) => time < SmearBegins || time >= LensCleaned
        ? 0
        : 0.9 * Math.Min(1, (time - SmearBegins) / (SmearIsFull - SmearBegins));

    /// <summary>The windows of the history, oldest first.</summary>
    public IEnumerable<(DateTimeOffset Start, DateTimeOffset End)> Windows()
    {
        for (DateTimeOffset start = Start; start < End; start += Window)
        {
            yield return (start, start + Window);
        }
    }
}
