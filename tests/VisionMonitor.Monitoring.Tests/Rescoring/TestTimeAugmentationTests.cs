using VisionMonitor.Monitoring.Rescoring;
using VisionMonitor.Vision.Images;

namespace VisionMonitor.Monitoring.Tests.Rescoring;

public sealed class TestTimeAugmentationTests
{
    private static readonly string Hash = new('3', 64);

    [Fact]
    public void Apply_TheSamePictureAgain_GivesTheSamePixels() => Pixels(Hash).ShouldBe(Pixels(Hash));

    /// <summary>Light and contrast are the same for all pictures: what differs averages out.</summary>
    [Fact]
    public void Apply_AnotherHash_MakesOtherNoiseOfTheSameLight()
    {
        byte[] one = Pixels(Hash), other = Pixels(new string('4', 64));

        one.Zip(other).Count(pair => pair.First != pair.Second).ShouldBeGreaterThan(one.Length / 2);
        one.Zip(other).Average(pair => pair.First - pair.Second).ShouldBe(0, 1);
    }

    /// <summary>Width and height differ, so that swapping them would show, and the darker left half stays left: nothing moves.</summary>
    [Fact]
    public void Apply_APicture_KeepsItsSizeAndWhatLiesWhereAndLeavesTheGivenOneAlone()
    {
        using DecodedImage picture = Picture();
        byte[] before = picture.Rgb.ToArray();

        using DecodedImage changed = TestTimeAugmentation.Apply(picture, Hash);

        (changed.Width, changed.Height).ShouldBe((48, 32));
        byte[] pixels = changed.Rgb.ToArray();
        (Mean(pixels, isRight: true) - Mean(pixels, isRight: false)).ShouldBeGreaterThan(30);
        Mean(pixels, isRight: false).ShouldBeGreaterThan(Mean(before, isRight: false), "brighter light");
        picture.Rgb.ToArray().ShouldBe(before);
    }

    private static byte[] Pixels(string hash)
    {
        using DecodedImage picture = Picture();
        using DecodedImage changed = TestTimeAugmentation.Apply(picture, hash);
        return changed.Rgb.ToArray();
    }

    private static DecodedImage Picture() => DecodedImage.FromRgb(48, 32, [.. Enumerable.Range(0, 48 * 32 * 3).Select(index => IsRight(index) ? (byte)150 : (byte)90)]);

    private static double Mean(byte[] pixels, bool isRight) => pixels.Where((_, index) => IsRight(index) == isRight).Average(level => level);

    private static bool IsRight(int index) => index / 3 % 48 >= 24;
}
