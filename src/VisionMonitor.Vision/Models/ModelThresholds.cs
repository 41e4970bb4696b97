namespace VisionMonitor.Vision.Models;

/// <summary>What a family keeps of the raw answers.</summary>
public sealed record ModelThresholds
{
    /// <summary>The lowest confidence kept, 0 to 1. Average precision wants a low one: the metric applies its own.</summary>
    public double Confidence { get; init; } = 0.25;

    /// <summary>Of two boxes of one class that overlap by more than this (intersection over union), the weaker is dropped.</summary>
    public double Overlap { get; init; } = 0.45;

    /// <summary>The most boxes kept per image.</summary>
    public int MaxBoxes { get; init; } = 300;
}
