namespace VisionMonitor.Metrics.Panoptic;

/// <summary>One image's panoptic map: a segment id per pixel, 0 for void, and the segments.</summary>
public sealed class PanopticImage
{
    /// <summary>A map and its segments; the memory is not copied.</summary>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="ids">Height × width, row-major; in a PNG an id is R + 256·G + 65536·B.</param>
    /// <param name="segments">In file order; of two with the same id the last one counts.</param>
    public PanopticImage(int width, int height, ReadOnlyMemory<int> ids, IReadOnlyList<PanopticSegment> segments)
    {
        ArgumentNullException.ThrowIfNull(segments);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if ((long)width * height != ids.Length)
        {
            throw new ArgumentException($"{width} × {height} pixels need as many ids, not {ids.Length}.", nameof(ids));
        }

        (Width, Height, Ids, Segments) = (width, height, ids, segments);
    }

    /// <summary>Pixels in a row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>A segment id per pixel, row-major; 0 is void.</summary>
    public ReadOnlyMemory<int> Ids { get; }

    /// <summary>The segments, in file order.</summary>
    public IReadOnlyList<PanopticSegment> Segments { get; }
}
