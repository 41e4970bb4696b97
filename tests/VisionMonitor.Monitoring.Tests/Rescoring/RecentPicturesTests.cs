using VisionMonitor.Monitoring.Rescoring;
using VisionMonitor.Testing;
using VisionMonitor.Vision.Images;

namespace VisionMonitor.Monitoring.Tests.Rescoring;

public sealed class RecentPicturesTests
{
    private readonly RecentPictures _pictures = new();

    [Fact]
    public void Find_AfterDecode_GivesTheSamePixelsAndTheTimeThatDecodingTook()
    {
        (DecodedImage decoded, double milliseconds) = _pictures.Decode("a", TestImages.Jpeg(side: 64), ImageLimits.Default);
        byte[] pixels = decoded.Rgb.ToArray();
        decoded.Dispose();

        (DecodedImage again, double once) = _pictures.Find("a").ShouldNotBeNull();
        using (again)
        {
            (again.Width, again.Height, once).ShouldBe((64, 64, milliseconds));
            again.Rgb.ToArray().ShouldBe(pixels);
        }

        milliseconds.ShouldBeGreaterThan(0);
        _pictures.Find("b").ShouldBeNull();
    }

    /// <summary>Whoever is done with an image takes nothing from those that asked after him.</summary>
    [Fact]
    public void Find_AfterAnotherWasDisposed_StillGivesPixels()
    {
        _pictures.Decode("a", TestImages.Jpeg(side: 8), ImageLimits.Default).Image.Dispose();
        _pictures.Find("a")!.Value.Image.Dispose();

        using DecodedImage second = _pictures.Find("a")!.Value.Image;

        second.Rgb.Length.ShouldBe(8 * 8 * 3);
    }

    [Fact]
    public void Decode_OfALargePicture_KeepsNothing()
    {
        _pictures.Decode("large", TestImages.Jpeg(side: 600), ImageLimits.Default).Image.Dispose();

        _pictures.Find("large").ShouldBeNull();
    }

    [Fact]
    public void Decode_OfATruncatedPicture_IsRefusedAndKeepsNothing()
    {
        Should.Throw<ImageFormatException>(() => _pictures.Decode("cut", TestImages.TruncatedJpeg(), ImageLimits.Default));

        _pictures.Find("cut").ShouldBeNull();
    }
}
