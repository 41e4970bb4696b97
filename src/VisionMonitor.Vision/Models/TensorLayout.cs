namespace VisionMonitor.Vision.Models;

/// <summary>The order of an input's axes: N batch, C channels, H rows, W columns.</summary>
public enum TensorLayout
{
    /// <summary>One plane per channel, as PyTorch exports.</summary>
    Nchw,

    /// <summary>Channels side by side, as TensorFlow exports.</summary>
    Nhwc,

    /// <summary>Planes without a batch axis, as torchvision detectors take them.</summary>
    Chw,

    /// <summary>Channels side by side without a batch axis, as some SAM encoders take them.</summary>
    Hwc,
}
