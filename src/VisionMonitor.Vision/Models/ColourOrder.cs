namespace VisionMonitor.Vision.Models;

/// <summary>The order of an input's colour channels.</summary>
public enum ColourOrder
{
    /// <summary>Red first, as PIL reads.</summary>
    Rgb,

    /// <summary>Blue first, as OpenCV reads.</summary>
    Bgr,

    /// <summary>One channel of luma (BT.601, as PIL's "L").</summary>
    Grey,
}
