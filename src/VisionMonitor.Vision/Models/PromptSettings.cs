namespace VisionMonitor.Vision.Models;

/// <summary>What a model that segments whatever it is pointed at is asked for, where no detector points.</summary>
public sealed record PromptSettings
{
    /// <summary>Points, each x and y as a share of the image's width and height, 0 to 1: one object each. Empty: the grid.</summary>
    public IReadOnlyList<IReadOnlyList<double>> Points { get; init; } = [];

    /// <summary>Points per side of a grid over the image, 1 to 64, each asked for every object under it. Meta's generator takes 32; 16 takes a quarter of its time.</summary>
    public int Grid { get; init; } = 16;

    /// <summary>The least stability of a mask that a grid finds, 0 to 1: the pixels that stay when the limit between object and ground is moved, as in Meta's generator.</summary>
    public double Stability { get; init; } = 0.95;
}
