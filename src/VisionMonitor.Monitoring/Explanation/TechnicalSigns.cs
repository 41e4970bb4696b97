using System.Runtime.InteropServices;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Monitoring.Explanation;

/// <summary>Is it the model or the world? Signs of frozen cameras, changed formats and changed preprocessing, in sentences.</summary>
internal static class TechnicalSigns
{
    // Two pictures whose embeddings differ by less than this share of their length are the same picture with other noise.
    private const double SameShare = 0.002;
    private const double LeastShare = 0.1;

    // Machines and runtimes round differently, by millionths of a vector's length; other preprocessing or weights change it by far more.
    private const double RoundingShare = 0.01;

    /// <summary>Looks for them.</summary>
    /// <param name="window">The window's images.</param>
    /// <param name="baseline">The baseline's.</param>
    /// <param name="embeddings">What the model saw in the window, in the order of its images.</param>
    /// <param name="answeredAnew">Of baseline images, the embedding that was stored and the one that the same version gives now.</param>
    /// <param name="found">What the search for a cause found.</param>
    public static IReadOnlyList<string> Of(IReadOnlyList<Image> window, IReadOnlyList<Image> baseline, IReadOnlyList<byte[]?> embeddings, IReadOnlyList<(byte[] Stored, float[] Now)> answeredAnew, Reproduction found)
    {
        List<string> signs = [];
        double[] changes = [.. answeredAnew.Select(one => Change(MemoryMarshal.Cast<byte, float>(one.Stored), one.Now)).Order()];
        int changed = changes.Count(change => change > RoundingShare);
        if (changed > LeastShare * changes.Length)
        {
            signs.Add(FormattableString.Invariant($"The same version now answers {changed} of {changes.Length} baseline images otherwise than when they were first scored (embeddings differ by {100 * changes[changes.Length / 2]:0.#} % in the median): the runtime, the machine or the preprocessing changed, not only the world."));
        }

        int repeated = window.Count - window.Select(image => image.Sha256).Distinct().Count();
        if (repeated > LeastShare * window.Count)
        {
            signs.Add($"{repeated} of {window.Count} images are byte for byte an image that was sent before: the camera or the sender repeats itself.");
        }
        else if (SameAsBefore(embeddings) is var frozen && frozen > LeastShare * embeddings.Count)
        {
            signs.Add($"{frozen} of {embeddings.Count} images look the same to the model as the one before them: the camera may be frozen.");
        }

        HashSet<(int, int)> usual = [.. baseline.Select(image => (image.WidthPixels, image.HeightPixels))];
        List<(int Width, int Height)> strange = [.. window.Select(image => (image.WidthPixels, image.HeightPixels)).Where(size => !usual.Contains(size))];
        if (strange.Count > LeastShare * window.Count)
        {
            signs.Add($"{strange.Count} of {window.Count} images have a size that the baseline does not have, such as {strange[0].Width} × {strange[0].Height} pixels: resizing or letterboxing changed.");
        }

        switch (found.Cause?.Corruption)
        {
            case "channel-swap":
                signs.Add("Red and blue seem swapped: the images are fed as BGR where RGB was meant, or the other way round.");
                break;
            case "letterbox":
                signs.Add("Bars above and below: something on the way pads the images that did not before.");
                break;
        }

        return signs;
    }

    private static int SameAsBefore(IReadOnlyList<byte[]?> embeddings)
    {
        int count = 0;
        for (int index = 1; index < embeddings.Count; index++)
        {
            count += embeddings[index - 1] is { } before && embeddings[index] is { } after && Change(MemoryMarshal.Cast<byte, float>(before), MemoryMarshal.Cast<byte, float>(after)) <= SameShare ? 1 : 0;
        }

        return count;
    }

    /// <summary>How far the second vector lies from the first, as a share of the first's length; infinite where they cannot be compared.</summary>
    private static double Change(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        if (a.Length != b.Length)
        {
            return double.PositiveInfinity;
        }

        double gap = 0, length = 0;
        for (int index = 0; index < a.Length; index++)
        {
            gap += (a[index] - b[index]) * (a[index] - b[index]);
            length += a[index] * a[index];
        }

        return gap == 0 ? 0 : Math.Sqrt(gap / length);
    }
}
