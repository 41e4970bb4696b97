namespace VisionMonitor.Vision.Images;

/// <summary>What an encoded image says of itself before its pixels are decoded.</summary>
/// <param name="Format">The encoding, by its first bytes.</param>
/// <param name="Width">Width in pixels of the upright image, after its EXIF orientation.</param>
/// <param name="Height">Height in pixels of the upright image, after its EXIF orientation.</param>
/// <param name="Orientation">The EXIF orientation, 1 to 8; 1 is upright.</param>
/// <param name="FrameCount">Number of frames; only the first is read.</param>
/// <param name="HasTrailingBytes">Whether bytes follow the end of the image (they are never parsed).</param>
public readonly record struct ImageHeader(ImageFormat Format, int Width, int Height, int Orientation, int FrameCount, bool HasTrailingBytes)
{
    /// <summary>The type under which the bytes may be served.</summary>
    public string MediaType => Format switch
    {
        ImageFormat.Jpeg => "image/jpeg",
        ImageFormat.Png => "image/png",
        ImageFormat.WebP => "image/webp",
        ImageFormat.Gif => "image/gif",
        _ => "image/bmp",
    };

    /// <summary>
    /// Codes of what is unusual but harmless: <c>animation_first_frame</c>, <c>trailing_data</c> and, when the name ends in the extension
    /// of another format, <c>extension_mismatch</c>.
    /// </summary>
    public IReadOnlyList<string> Warnings(string? fileName)
    {
        List<string> codes = [];
        if (FrameCount > 1)
        {
            codes.Add("animation_first_frame");
        }

        if (HasTrailingBytes)
        {
            codes.Add("trailing_data");
        }

        if (FormatOfExtension(Path.GetExtension(fileName)) is { } named && named != Format)
        {
            codes.Add("extension_mismatch");
        }

        return codes;
    }

    private static ImageFormat? FormatOfExtension(string? extension) => extension?.ToLowerInvariant() switch
    {
        ".jpg" or ".jpeg" or ".jpe" or ".jfif" => ImageFormat.Jpeg,
        ".png" => ImageFormat.Png,
        ".webp" => ImageFormat.WebP,
        ".gif" => ImageFormat.Gif,
        ".bmp" => ImageFormat.Bmp,
        _ => null,
    };
}
