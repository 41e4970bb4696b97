namespace VisionMonitor.Metrics.Segmentation;

/// <summary>A class per pixel, height × width, row-major, with 8 or 16 bits per pixel.</summary>
public sealed class LabelMap
{
    private readonly ReadOnlyMemory<byte> _narrow;
    private readonly ReadOnlyMemory<ushort> _wide;

    /// <summary>A map with 8 bits per pixel; the memory is not copied.</summary>
    public LabelMap(int width, int height, ReadOnlyMemory<byte> labels)
    {
        Check(width, height, labels.Length);
        (Width, Height, _narrow) = (width, height, labels);
    }

    /// <summary>A map with 16 bits per pixel; the memory is not copied.</summary>
    public LabelMap(int width, int height, ReadOnlyMemory<ushort> labels)
    {
        Check(width, height, labels.Length);
        (Width, Height, _wide, IsWide) = (width, height, labels, true);
    }

    /// <summary>Pixels in a row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Whether labels have 16 bits.</summary>
    public bool IsWide { get; }

    /// <summary>The labels of a map with 8 bits; empty for one with 16.</summary>
    internal ReadOnlySpan<byte> Narrow => _narrow.Span;

    /// <summary>The label at a pixel, counted row by row.</summary>
    public int this[int pixel] => IsWide ? _wide.Span[pixel] : _narrow.Span[pixel];

    /// <summary>The labels with 16 bits, copied where the map has 8.</summary>
    internal ReadOnlySpan<ushort> Widen()
    {
        if (IsWide)
        {
            return _wide.Span;
        }

        ushort[] wide = new ushort[_narrow.Length];
        for (int i = 0; i < wide.Length; i++)
        {
            wide[i] = _narrow.Span[i];
        }

        return wide;
    }

    private static void Check(int width, int height, int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if ((long)width * height != length)
        {
            throw new ArgumentException($"{width} × {height} pixels need as many labels, not {length}.", nameof(length));
        }
    }
}
