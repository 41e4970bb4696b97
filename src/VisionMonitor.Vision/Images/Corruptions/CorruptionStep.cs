using VisionMonitor.Metrics.Statistics;

namespace VisionMonitor.Vision.Images.Corruptions;

/// <summary>A corruption and its strength, in its unit, for the images as they are stored.</summary>
/// <param name="Corruption">The corruption's id.</param>
/// <param name="Strength">Its strength.</param>
public sealed record CorruptionStep(string Corruption, double Strength)
{
    /// <summary>The image after steps in turn; the given one is left as it is, and is what comes back where there is no step.</summary>
    /// <param name="image">The image.</param>
    /// <param name="steps">The steps.</param>
    /// <param name="seed">Decides whatever is random.</param>
    public static DecodedImage Apply(DecodedImage image, IReadOnlyList<CorruptionStep> steps, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(steps);
        DecodedImage changed = image;
        for (int step = 0; step < steps.Count; step++)
        {
            DecodedImage before = changed;
            changed = ImageCorruptions.Find(steps[step].Corruption)!.Apply(before, steps[step].Strength, step == 0 ? seed : SplitMix64.Derive(seed, (ulong)step));
            if (step > 0)
            {
                before.Dispose();
            }
        }

        return changed;
    }
}
