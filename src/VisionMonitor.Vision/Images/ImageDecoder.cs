using System.Buffers;
using SkiaSharp;

namespace VisionMonitor.Vision.Images;

/// <summary>
/// Turns encoded bytes into upright RGB, header first. The codec's success is required in full: <c>SKBitmap.Decode</c> gives a cut
/// file as a picture with black areas, which a model would then be scored on.
/// </summary>
public static class ImageDecoder
{
    /// <summary>The colour under transparent pixels: white, as on the paper that most transparent drawings are meant for.</summary>
    public const byte TransparentBackground = 255;

    /// <summary>Reads and checks the header; decodes no pixel.</summary>
    /// <exception cref="ImageFormatException">The bytes are not an image that may be decoded.</exception>
    public static unsafe ImageHeader ReadHeader(ReadOnlySpan<byte> bytes, ImageLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        EncodedSize size = ReadSize(bytes, limits);
        fixed (byte* start = bytes)
        {
            using SKData data = SKData.Create((nint)start, bytes.Length);
            using SKCodec codec = Open(data, size.Format);
            return Describe(codec, size, bytes.Length);
        }
    }

    /// <summary>Decodes the first frame, upright, with transparency laid on white. Colour profiles are not applied, as in PIL and OpenCV.</summary>
    /// <exception cref="ImageFormatException">The bytes are not a complete image within the limits.</exception>
    public static unsafe DecodedImage Decode(ReadOnlySpan<byte> bytes, ImageLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        EncodedSize size = ReadSize(bytes, limits);
        fixed (byte* start = bytes)
        {
            using SKData data = SKData.Create((nint)start, bytes.Length);
            using SKCodec codec = Open(data, size.Format);
            CheckSize(codec.Info.Width, codec.Info.Height, limits);
            return Decode(codec, size.Format);
        }
    }

    private static EncodedSize ReadSize(ReadOnlySpan<byte> bytes, ImageLimits limits)
    {
        if (bytes.Length > limits.MaxBytes)
        {
            throw new ImageFormatException("file_too_large", $"The file has {bytes.Length} bytes; at most {limits.MaxBytes} are read.");
        }

        EncodedSize size = EncodedSize.Read(bytes, limits);
        CheckSize(size.Width, size.Height, limits);
        return size.End < 0 ? throw EncodedSize.Truncated(size.Format) : size;
    }

    private static void CheckSize(long width, long height, ImageLimits limits)
    {
        if (width <= 0 || height <= 0)
        {
            throw new ImageFormatException("invalid_dimensions", $"The image says that it is {width} × {height} pixels.");
        }

        if (width > limits.MaxSidePixels || height > limits.MaxSidePixels || width * height > limits.MaxPixels)
        {
            throw new ImageFormatException(
                "image_too_large",
                $"The image is {width} × {height} pixels; the limits are {limits.MaxSidePixels} per side and {limits.MaxPixels} in all.");
        }
    }

    private static SKCodec Open(SKData data, ImageFormat format)
    {
        SKCodec? codec = SKCodec.Create(new SKMemoryStream(data), out SKCodecResult result);
        return codec ?? throw Failure(result, format);
    }

    private static ImageHeader Describe(SKCodec codec, in EncodedSize size, int length)
    {
        bool isTurned = (int)codec.EncodedOrigin >= (int)SKEncodedOrigin.LeftTop;
        (int width, int height) = (codec.Info.Width, codec.Info.Height);
        return new(
            size.Format,
            isTurned ? height : width,
            isTurned ? width : height,
            (int)codec.EncodedOrigin,
            Math.Max(1, codec.FrameCount),
            size.End < length);
    }

    private static unsafe DecodedImage Decode(SKCodec codec, ImageFormat format)
    {
        (int width, int height) = (codec.Info.Width, codec.Info.Height);
        SKImageInfo wanted = new(width, height, SKColorType.Rgba8888, codec.Info.AlphaType == SKAlphaType.Opaque ? SKAlphaType.Opaque : SKAlphaType.Unpremul);
        int byteCount = checked(width * height * 4);
        byte[] rgba = ArrayPool<byte>.Shared.Rent(byteCount);
        try
        {
            fixed (byte* pixels = rgba)
            {
                SKCodecResult result = codec.GetPixels(wanted, (nint)pixels, width * 4, SKCodecOptions.Default);
                if (result != SKCodecResult.Success)
                {
                    throw Failure(result, format);
                }
            }

            return codec.EncodedOrigin == SKEncodedOrigin.TopLeft && wanted.AlphaType == SKAlphaType.Opaque
                ? AsItStands(rgba.AsSpan(0, byteCount), width, height)
                : Upright(rgba.AsSpan(0, byteCount), width, height, codec.EncodedOrigin);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rgba);
        }
    }

    private static ImageFormatException Failure(SKCodecResult result, ImageFormat format) => result is SKCodecResult.IncompleteInput
        ? EncodedSize.Truncated(format)
        : EncodedSize.Corrupt(format, $"the codec says {result}");

    private static DecodedImage AsItStands(ReadOnlySpan<byte> rgba, int width, int height)
    {
        DecodedImage image = new(width, height);
        SkiaPicture.Pack(rgba, image.Pixels);
        return image;
    }

    /// <summary>Copies RGBA to RGB so that the stored pixel (x, y) lands where its EXIF orientation wants it.</summary>
    private static DecodedImage Upright(ReadOnlySpan<byte> rgba, int width, int height, SKEncodedOrigin origin)
    {
        bool isTurned = (int)origin >= (int)SKEncodedOrigin.LeftTop;
        DecodedImage image = isTurned ? new(height, width) : new(width, height);
        int row = image.Width;

        // The place of the stored pixel (0, 0) in the upright image, and what one step right or down in the stored image adds to it.
        (int first, int stepX, int stepY) = origin switch
        {
            SKEncodedOrigin.TopRight => (width - 1, -1, row),
            SKEncodedOrigin.BottomRight => ((height - 1) * row + width - 1, -1, -row),
            SKEncodedOrigin.BottomLeft => ((height - 1) * row, 1, -row),
            SKEncodedOrigin.LeftTop => (0, row, 1),
            SKEncodedOrigin.RightTop => (height - 1, row, -1),
            SKEncodedOrigin.RightBottom => ((width - 1) * row + height - 1, -row, -1),
            SKEncodedOrigin.LeftBottom => ((width - 1) * row, -row, 1),
            _ => (0, 1, row),
        };

        Span<byte> rgb = image.Pixels;
        int from = 0;
        for (int y = 0; y < height; y++)
        {
            int to = (first + y * stepY) * 3;
            for (int x = 0; x < width; x++, from += 4, to += stepX * 3)
            {
                int alpha = rgba[from + 3];
                if (alpha == 255)
                {
                    rgb[to] = rgba[from];
                    rgb[to + 1] = rgba[from + 1];
                    rgb[to + 2] = rgba[from + 2];
                    continue;
                }

                rgb[to] = OnBackground(rgba[from], alpha);
                rgb[to + 1] = OnBackground(rgba[from + 1], alpha);
                rgb[to + 2] = OnBackground(rgba[from + 2], alpha);
            }
        }

        return image;
    }

    private static byte OnBackground(byte value, int alpha) => (byte)((value * alpha + TransparentBackground * (255 - alpha) + 127) / 255);
}
