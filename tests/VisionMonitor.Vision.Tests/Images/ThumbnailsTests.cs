using VisionMonitor.Vision.Images;

namespace VisionMonitor.Vision.Tests.Images;

public sealed class ThumbnailsTests
{
    [Theory]
    [InlineData(100, 50, 40, 40, 20)]
    [InlineData(50, 100, 40, 20, 40)]
    [InlineData(30, 20, 40, 30, 20)]
    [InlineData(4000, 3, 40, 40, 1)]
    public void Encode_AnySize_FitsAndKeepsTheShape(int width, int height, int limit, int expectedWidth, int expectedHeight)
    {
        using DecodedImage image = DecodedImage.FromRgb(width, height, [.. Enumerable.Repeat((byte)200, width * height * 3)]);
        using DecodedImage thumbnail = ImageDecoder.Decode(Thumbnails.Encode(image, limit), ImageLimits.Default);
        (thumbnail.Width, thumbnail.Height).ShouldBe((expectedWidth, expectedHeight));
        thumbnail.Rgb[0].ShouldBeInRange((byte)198, (byte)202);
    }
}
