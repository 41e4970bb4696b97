namespace VisionMonitor.Demo.Story;

/// <summary>
/// Projects whose history is told together. The first chapter is what a newcomer opens, so nothing is drawn, loaded or scored for the
/// second before it stands.
/// </summary>
/// <param name="Projects">The projects.</param>
/// <param name="Days">How many of the month's last days are told.</param>
/// <param name="ImagesPerDay">Pictures in each of them.</param>
/// <param name="Lanes">How many runs are worked on at a time.</param>
/// <param name="Step">The running camera sends them every such picture.</param>
/// <param name="LiveMinutes">How often their schedule rescores, and how far back it looks.</param>
internal sealed record DemoChapter(IReadOnlyList<DemoProject> Projects, int Days, int ImagesPerDay, int Lanes, int Step, int LiveMinutes)
{
    /// <summary>The two that open first: 30 days, a picture an hour.</summary>
    public static DemoChapter Month { get; } = new(DemoProject.Month, DemoPlot.Days, ImagesPerDay: 24, DemoProject.Month.Count, Step: 1, LiveMinutes: 1);

    /// <summary>One project for each of the other tasks: 20 days, a dozen pictures a day, one run at a time.</summary>
    public static DemoChapter OtherTasks { get; } = new(DemoProject.OtherTasks, Days: 20, ImagesPerDay: 12, Lanes: 1, Step: 5, LiveMinutes: 5);

    public static IReadOnlyList<DemoChapter> All { get; } = [Month, OtherTasks];

    /// <summary>The windows that it tells, oldest first.</summary>
    public IEnumerable<(DateTimeOffset Start, DateTimeOffset End)> Windows(DemoPlot plot) => plot.Windows().TakeLast(Days);
}
