namespace VisionMonitor.Metrics.Statistics;

/// <summary>A confidence interval, both ends included.</summary>
/// <param name="Low">The lower end.</param>
/// <param name="High">The upper end, at least <paramref name="Low"/>.</param>
public readonly record struct Interval(double Low, double High)
{
    /// <summary>High minus low.</summary>
    public double Width => High - Low;

    /// <summary>Whether the value lies inside or on an end.</summary>
    public bool Contains(double value) => value >= Low && value <= High;
}
