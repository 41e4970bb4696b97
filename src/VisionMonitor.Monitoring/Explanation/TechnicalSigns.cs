using System.Runtime.InteropServices;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Monitoring.Explanation;

/// <summary>Is it the model or the world? Signs of frozen cameras, changed formats and changed preprocessing, in sentences.</summary>
internal static class TechnicalSigns
{
    // Two pictures whose embeddings differ by less than this share of their length are the same picture with other noise.
    private const double SameShare = 0.002;
    private const double LeastShare = 0.1;

    /// <summary>Looks for them.</summary>
    public static IReadOnlyList<string> Of(IReadOnlyList<Image> window, IReadOnlyList<Image> baseline, IReadOnlyList<byte[]?> embeddings, Reproduction found)
    {
        List<string> signs = [];
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
            count += embeddings[index - 1] is { } before && embeddings[index] is { } after && before.Length == after.Length && IsSame(MemoryMarshal.Cast<byte, float>(before), MemoryMarshal.Cast<byte, float>(after)) ? 1 : 0;
        }

        return count;
    }

    private static bool IsSame(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double gap = 0, length = 0;
        for (int index = 0; index < a.Length; index++)
        {
            gap += (a[index] - b[index]) * (a[index] - b[index]);
            length += a[index] * a[index];
        }

        return gap <= SameShare * SameShare * length;
    }
}
