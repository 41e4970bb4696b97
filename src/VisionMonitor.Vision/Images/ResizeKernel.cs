namespace VisionMonitor.Vision.Images;

/// <summary>How pixels are weighed when an image is resized. Scores move by up to 0.05 between kernels, so a contract names one.</summary>
public enum ResizeKernel
{
    /// <summary>Triangle filter, widened when shrinking: PIL's BILINEAR and torchvision with antialias.</summary>
    BilinearAntialiased,

    /// <summary>Two taps per axis, never widened: OpenCV's INTER_LINEAR and torch without antialias.</summary>
    Bilinear,

    /// <summary>Cubic filter with a = -0.5, widened when shrinking: PIL's BICUBIC.</summary>
    BicubicAntialiased,

    /// <summary>Cubic filter with a = -0.75, four taps per axis: OpenCV's INTER_CUBIC.</summary>
    Bicubic,

    /// <summary>The pixel under the centre: PIL's NEAREST.</summary>
    Nearest,
}
