using VisionMonitor.Vision.Images;

namespace VisionMonitor.Vision.Tests.Images;

public sealed class ImagePropertiesTests
{
    [Fact]
    public void Measure_HalfBlackHalfWhite_GivesWorkedValues()
    {
        // 4 × 4, left half black: brightness 1/2, deviation 1/2; of the four inner pixels two see +255 and two −255: the root mean square is 1.
        byte[] rgb = new byte[48];
        for (int pixel = 0; pixel < 16; pixel++)
        {
            rgb.AsSpan(pixel * 3, 3).Fill((byte)(pixel % 4 >= 2 ? 255 : 0));
        }

        using DecodedImage image = DecodedImage.FromRgb(4, 4, rgb);
        ImageProperties properties = ImageProperties.Measure(image);
        properties.Brightness.ShouldBe(0.5, 1e-12);
        properties.Contrast.ShouldBe(0.5, 1e-12);
        properties.Sharpness.ShouldBe(1, 1e-12);
        properties.Saturation.ShouldBe(0);
        properties.Warmth.ShouldBe(0);
        properties.ClippedShare.ShouldBe(1);
    }

    [Fact]
    public void Measure_PlainOrange_GivesWorkedValues()
    {
        // (200, 100, 0): luma 0.299 · 200 + 0.587 · 100 = 118.5, rounded to 119 (118.5 + 0.5); saturation 1; warmth 200/255.
        byte[] rgb = new byte[27];
        for (int pixel = 0; pixel < 9; pixel++)
        {
            (rgb[pixel * 3], rgb[pixel * 3 + 1]) = (200, 100);
        }

        using DecodedImage image = DecodedImage.FromRgb(3, 3, rgb);
        ImageProperties properties = ImageProperties.Measure(image);
        properties.Brightness.ShouldBe(119 / 255.0, 1e-12);
        properties.Contrast.ShouldBe(0, 1e-12);
        properties.Sharpness.ShouldBe(0);
        properties.Saturation.ShouldBe(1, 1e-12);
        properties.Warmth.ShouldBe(200 / 255.0, 1e-12);
        properties.ClippedShare.ShouldBe(0);
    }

    [Fact]
    public void Measure_BlurredPicture_IsLessSharp()
    {
        using DecodedImage sharp = ResamplerTests.Picture(64, 48);
        using DecodedImage small = Resampler.Resize(sharp, 16, 12, ResizeKernel.BilinearAntialiased);
        using DecodedImage blurred = Resampler.Resize(small, 64, 48, ResizeKernel.BilinearAntialiased);
        ImageProperties.Measure(blurred).Sharpness.ShouldBeLessThan(ImageProperties.Measure(sharp).Sharpness / 4);
        ImageProperties.Measure(blurred).Brightness.ShouldBe(ImageProperties.Measure(sharp).Brightness, 0.02);
    }

    [Fact]
    public void Measure_OnePixel_IsFinite()
    {
        using DecodedImage image = DecodedImage.FromRgb(1, 1, [0, 0, 0]);
        ImageProperties.Measure(image).ShouldBe(new ImageProperties(0, 0, 0, 0, 0, 1));
    }
}
