namespace VisionMonitor.Vision.Images;

/// <summary>Bytes that cannot be used as an image, with a stable code for programs and a sentence for people.</summary>
public sealed class ImageFormatException : Exception
{
    /// <summary>Creates the refusal.</summary>
    public ImageFormatException(string code, string sentence)
        : base(sentence) => Code = code;

    /// <summary>
    /// One of <c>empty_file</c>, <c>file_too_large</c>, <c>unrecognised_format</c>, <c>unsupported_format</c>, <c>invalid_dimensions</c>,
    /// <c>image_too_large</c>, <c>metadata_too_large</c>, <c>truncated_image</c>, <c>corrupt_image</c>.
    /// </summary>
    public string Code { get; }
}
