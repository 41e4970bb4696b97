using System.Buffers;

namespace VisionMonitor.Vision.Images;

/// <summary>
/// An upright image as 8-bit RGB, row-major, height × width × 3. The pixels lie in a pooled buffer: dispose it, and do not keep
/// <see cref="Rgb"/> beyond that.
/// </summary>
public sealed class DecodedImage : IDisposable
{
    private byte[]? _rgb;

    internal DecodedImage(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        Width = width;
        Height = height;
        _rgb = ArrayPool<byte>.Shared.Rent(checked(width * height * 3));
    }

    /// <summary>Width in pixels.</summary>
    public int Width { get; }

    /// <summary>Height in pixels.</summary>
    public int Height { get; }

    /// <summary>The pixels, row-major, height × width × 3, red first, 0 to 255.</summary>
    public ReadOnlySpan<byte> Rgb => Pixels;

    internal Span<byte> Pixels
    {
        get
        {
            ObjectDisposedException.ThrowIf(_rgb is null, this);
            return _rgb.AsSpan(0, Width * Height * 3);
        }
    }

    /// <summary>Wraps a copy of pixels that were never encoded.</summary>
    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    /// <param name="rgb">Row-major, height × width × 3.</param>
    public static DecodedImage FromRgb(int width, int height, ReadOnlySpan<byte> rgb)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(rgb.Length, checked(width * height * 3));
        DecodedImage image = new(width, height);
        rgb.CopyTo(image.Pixels);
        return image;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _rgb, null) is { } rgb)
        {
            ArrayPool<byte>.Shared.Return(rgb);
        }
    }
}
