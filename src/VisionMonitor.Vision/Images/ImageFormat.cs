namespace VisionMonitor.Vision.Images;

/// <summary>The encodings that are read, told apart by their first bytes and never by a file's name.</summary>
public enum ImageFormat
{
    /// <summary>JPEG: grey, YCbCr, CMYK.</summary>
    Jpeg,

    /// <summary>PNG: any depth and palette.</summary>
    Png,

    /// <summary>WebP, lossy and lossless; of an animation the first frame.</summary>
    WebP,

    /// <summary>GIF; of an animation the first frame.</summary>
    Gif,

    /// <summary>Windows bitmap.</summary>
    Bmp,
}
