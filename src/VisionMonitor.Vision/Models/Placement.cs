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
        (int width, int height) = (input.Width, input.Height);
        switch (input.Resize)
        {
            case ResizeKind.LetterboxCentred:
            {
                double scale = Math.Min((double)width / imageWidth, (double)height / imageHeight);
                int inner = Side(imageWidth * scale);
                int tall = Side(imageHeight * scale);

                // Ultralytics splits the rest in halves and rounds 0.1 towards the top left, so an odd pixel goes to the bottom right.
                return Exact(inner, tall, Half(width - inner), Half(height - tall), width, height);
            }

            case ResizeKind.LetterboxTopLeft:
            {
                double scale = Math.Min((double)width / imageWidth, (double)height / imageHeight);
                return Exact(Math.Max(1, (int)(imageWidth * scale)), Math.Max(1, (int)(imageHeight * scale)), 0, 0, width, height);
            }

            case ResizeKind.CentreCrop:
            {
                int shorter = input.ShorterSide > 0 ? input.ShorterSide : Math.Max(width, height);
                bool isWide = imageWidth >= imageHeight;

                // torchvision truncates the longer side and rounds the crop's corner half to even.
                int longer = (int)((double)shorter * Math.Max(imageWidth, imageHeight) / Math.Min(imageWidth, imageHeight));
                (int inner, int tall) = isWide ? (longer, shorter) : (shorter, longer);
                int left = (int)Math.Round((inner - width) / 2.0, MidpointRounding.ToEven);
                int top = (int)Math.Round((tall - height) / 2.0, MidpointRounding.ToEven);
                return Exact(inner, tall, -left, -top, width, height);
            }

            case ResizeKind.TextLine:
            {
                int inner = Math.Max(1, (int)Math.Ceiling((double)height * imageWidth / imageHeight));
                return Exact(inner, height, 0, 0, Math.Max(width, inner), height);
            }

            case ResizeKind.LongerSideLimit:
            {
                double scale = Math.Min(1, (double)Math.Max(width, height) / Math.Max(imageWidth, imageHeight));
                int inner = Math.Max(32, (int)Math.Round(imageWidth * scale / 32) * 32);
                int tall = Math.Max(32, (int)Math.Round(imageHeight * scale / 32) * 32);
                return Exact(inner, tall, 0, 0, inner, tall);
            }

            case ResizeKind.ShorterSideLimit:
            {
                double scale = Math.Min(
                    (double)input.ShorterSide / Math.Min(imageWidth, imageHeight),
                    (double)Math.Max(width, height) / Math.Max(imageWidth, imageHeight));
                (int inner, int tall) = (Side(imageWidth * scale), Side(imageHeight * scale));
                return Exact(inner, tall, 0, 0, inner, tall);
            }

            case ResizeKind.None:
                return Exact(imageWidth, imageHeight, 0, 0, imageWidth, imageHeight);

            default:
                return Exact(width, height, 0, 0, width, height);
        }

        Placement Exact(int inner, int tall, int left, int top, int frameWidth, int frameHeight) => new(
            (double)inner / imageWidth, (double)tall / imageHeight, left, top, imageWidth, imageHeight, frameWidth, frameHeight);

        static int Side(double length) => Math.Max(1, (int)Math.Round(length, MidpointRounding.ToEven));

        static int Half(int rest) => (int)Math.Round(rest / 2.0 - 0.1, MidpointRounding.ToEven);
    }
}
