namespace VisionMonitor.Vision.Models;

/// <summary>How a model that compares images with texts answers which class an image shows.</summary>
public sealed record ZeroShotSettings
{
    /// <summary>The texts for a class, {} being its name; the mean of several vectors stands for the class, as in CLIP's prompt ensembles.</summary>
    public IReadOnlyList<string> Prompts { get; init; } = ["a photo of a {}"];

    /// <summary>What cosines are multiplied by before the softmax: the exponential of CLIP's learned temperature, which training holds at most 100.</summary>
    public double Scale { get; init; } = 100;
}
