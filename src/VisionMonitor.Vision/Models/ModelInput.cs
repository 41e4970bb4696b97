using VisionMonitor.Vision.Images;

namespace VisionMonitor.Vision.Models;

/// <summary>How an image becomes the network's input. None of it can be read from the graph, and a wrong value is often silent.</summary>
public sealed record ModelInput
{
    /// <summary>The input of a model that is no network.</summary>
    public static ModelInput None { get; } = new() { Name = "", Width = 1, Height = 1 };

    /// <summary>The input's name in the graph.</summary>
    public required string Name { get; init; }

    /// <summary>Width in pixels of the network's frame.</summary>
    public required int Width { get; init; }

    /// <summary>Height in pixels of the network's frame.</summary>
    public required int Height { get; init; }

    /// <summary>Order of the axes.</summary>
    public TensorLayout Layout { get; init; } = TensorLayout.Nchw;

    /// <summary>Order of the channels.</summary>
    public ColourOrder Colours { get; init; } = ColourOrder.Rgb;

    /// <summary>A channel value is (grey level × <see cref="Scale"/> − <see cref="Mean"/>) / <see cref="Deviation"/>.</summary>
    public double Scale { get; init; } = 1.0 / 255;

    /// <summary>Subtracted after scaling; one value for all channels, or one per channel in the network's order; empty is 0.</summary>
    public IReadOnlyList<double> Mean { get; init; } = [];

    /// <summary>Divides last; one value for all channels, or one per channel in the network's order; empty is 1.</summary>
    public IReadOnlyList<double> Deviation { get; init; } = [];

    /// <summary>How the image is fitted into the frame.</summary>
    public ResizeKind Resize { get; init; } = ResizeKind.Stretch;

    /// <summary>How pixels are weighed.</summary>
    public ResizeKernel Kernel { get; init; } = ResizeKernel.BilinearAntialiased;

    /// <summary>For <see cref="ResizeKind.CentreCrop"/>: the length of the shorter side before the crop; 0 means the frame's longer side.</summary>
    public int ShorterSide { get; init; }

    /// <summary>The grey level around a letterboxed image, 0 to 255; where the resize kind says zeros, those.</summary>
    public byte Fill { get; init; } = 114;

    /// <summary>Number of channels that the network sees.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public int Channels => Colours == ColourOrder.Grey ? 1 : 3;
}
