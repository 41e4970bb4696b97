using VisionMonitor.Vision.Images;

namespace VisionMonitor.Vision.Models;

/// <summary>
/// Where the image lies in the network's frame: frame = image × scale + offset. Families use it to bring answers back to image pixels.
/// </summary>
/// <param name="ScaleX">Frame pixels per image pixel, across.</param>
/// <param name="ScaleY">Frame pixels per image pixel, down.</param>
/// <param name="OffsetX">Where the image's left edge lies in the frame; negative after a crop.</param>
/// <param name="OffsetY">Where the image's top edge lies in the frame; negative after a crop.</param>
/// <param name="ImageWidth">Width of the image in pixels.</param>
/// <param name="ImageHeight">Height of the image in pixels.</param>
/// <param name="FrameWidth">Width of the network's frame in pixels.</param>
/// <param name="FrameHeight">Height of the network's frame in pixels.</param>
public readonly record struct Placement(
    double ScaleX,
    double ScaleY,
    double OffsetX,
    double OffsetY,
    int ImageWidth,
    int ImageHeight,
    int FrameWidth,
    int FrameHeight)
{
    /// <summary>Brings a horizontal position in the frame back to the image, held inside it.</summary>
    public double ToImageX(double frameX) => Math.Clamp((frameX - OffsetX) / ScaleX, 0, ImageWidth);

    /// <summary>Brings a vertical position in the frame back to the image, held inside it.</summary>
    public double ToImageY(double frameY) => Math.Clamp((frameY - OffsetY) / ScaleY, 0, ImageHeight);

    /// <summary>The placement that an input's resize kind gives an image.</summary>
    public static Placement Of(ModelInput input, int imageWidth, int imageHeight)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.Resize switch
        {
            ResizeKind.LetterboxCentred => LetterboxCentred(input, imageWidth, imageHeight),
            ResizeKind.LetterboxTopLeft => LetterboxTopLeft(input, imageWidth, imageHeight),
            ResizeKind.PaddedTopLeft => PaddedTopLeft(input, imageWidth, imageHeight),
            ResizeKind.CentreCrop => CentreCrop(input, imageWidth, imageHeight),
            ResizeKind.TextLine => TextLine(input, imageWidth, imageHeight),
            ResizeKind.LongerSideLimit => LongerSideLimit(input, imageWidth, imageHeight),
            ResizeKind.ShorterSideLimit => ShorterSideLimit(input, imageWidth, imageHeight),
            ResizeKind.None => Exact(imageWidth, imageHeight, imageWidth, imageHeight),
            _ => Exact(imageWidth, imageHeight, input.Width, input.Height),
        };
    }

    private static Placement LetterboxCentred(ModelInput input, int imageWidth, int imageHeight)
    {
        double scale = Math.Min((double)input.Width / imageWidth, (double)input.Height / imageHeight);
        (int width, int height) = (Side(imageWidth * scale), Side(imageHeight * scale));

        // Ultralytics splits the rest in halves and rounds 0.1 towards the top left, so an odd pixel goes to the bottom right.
        return Exact(imageWidth, imageHeight, width, height) with
        {
            OffsetX = Math.Round((input.Width - width) / 2.0 - 0.1, MidpointRounding.ToEven),
            OffsetY = Math.Round((input.Height - height) / 2.0 - 0.1, MidpointRounding.ToEven),
            FrameWidth = input.Width,
            FrameHeight = input.Height,
        };
    }

    private static Placement LetterboxTopLeft(ModelInput input, int imageWidth, int imageHeight)
    {
        double scale = Math.Min((double)input.Width / imageWidth, (double)input.Height / imageHeight);
        (int width, int height) = (Math.Max(1, (int)(imageWidth * scale)), Math.Max(1, (int)(imageHeight * scale)));
        return Exact(imageWidth, imageHeight, width, height) with { FrameWidth = input.Width, FrameHeight = input.Height };
    }

    /// <summary>Meta's <c>ResizeLongestSide</c> adds a half and truncates.</summary>
    private static Placement PaddedTopLeft(ModelInput input, int imageWidth, int imageHeight)
    {
        double scale = Math.Min((double)input.Width / imageWidth, (double)input.Height / imageHeight);
        (int width, int height) = (Math.Max(1, (int)(imageWidth * scale + 0.5)), Math.Max(1, (int)(imageHeight * scale + 0.5)));
        return Exact(imageWidth, imageHeight, width, height) with { FrameWidth = input.Width, FrameHeight = input.Height };
    }

    /// <summary>torchvision truncates the longer side and rounds the crop's corner half to even.</summary>
    private static Placement CentreCrop(ModelInput input, int imageWidth, int imageHeight)
    {
        int shorter = input.ShorterSide > 0 ? input.ShorterSide : Math.Max(input.Width, input.Height);
        int longer = (int)((double)shorter * Math.Max(imageWidth, imageHeight) / Math.Min(imageWidth, imageHeight));
        (int width, int height) = imageWidth >= imageHeight ? (longer, shorter) : (shorter, longer);
        return Exact(imageWidth, imageHeight, width, height) with
        {
            OffsetX = -Math.Round((width - input.Width) / 2.0, MidpointRounding.ToEven),
            OffsetY = -Math.Round((height - input.Height) / 2.0, MidpointRounding.ToEven),
            FrameWidth = input.Width,
            FrameHeight = input.Height,
        };
    }

    private static Placement TextLine(ModelInput input, int imageWidth, int imageHeight)
    {
        int width = Math.Max(1, (int)Math.Ceiling((double)input.Height * imageWidth / imageHeight));
        return Exact(imageWidth, imageHeight, width, input.Height) with { FrameWidth = Math.Max(input.Width, width) };
    }

    private static Placement LongerSideLimit(ModelInput input, int imageWidth, int imageHeight)
    {
        double scale = Math.Min(1, (double)Math.Max(input.Width, input.Height) / Math.Max(imageWidth, imageHeight));
        return Exact(
            imageWidth,
            imageHeight,
            Math.Max(32, (int)Math.Round(imageWidth * scale / 32) * 32),
            Math.Max(32, (int)Math.Round(imageHeight * scale / 32) * 32));
    }

    private static Placement ShorterSideLimit(ModelInput input, int imageWidth, int imageHeight)
    {
        double scale = Math.Min(
            (double)input.ShorterSide / Math.Min(imageWidth, imageHeight),
            (double)Math.Max(input.Width, input.Height) / Math.Max(imageWidth, imageHeight));
        return Exact(imageWidth, imageHeight, Side(imageWidth * scale), Side(imageHeight * scale));
    }

    /// <summary>The image at a size in whole pixels, in a frame of that size.</summary>
    private static Placement Exact(int imageWidth, int imageHeight, int width, int height) =>
        new((double)width / imageWidth, (double)height / imageHeight, 0, 0, imageWidth, imageHeight, width, height);

    private static int Side(double length) => Math.Max(1, (int)Math.Round(length, MidpointRounding.ToEven));
}
