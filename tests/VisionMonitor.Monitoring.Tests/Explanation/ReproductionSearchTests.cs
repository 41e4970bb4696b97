using VisionMonitor.Metrics.Statistics;
using VisionMonitor.Monitoring.Explanation;
using VisionMonitor.Vision.Images;
using VisionMonitor.Vision.Images.Corruptions;

namespace VisionMonitor.Monitoring.Tests.Explanation;

public sealed class ReproductionSearchTests
{
    [Theory]
    [InlineData("exposure", -1.5)]
    [InlineData("gaussian-blur", 1.0)]
    [InlineData("noise", 20.0)]
    [InlineData("saturation", 0.3)]
    public void Search_OneCorruption_IsNamedWithAboutItsStrength(string id, double strength)
    {
        ICorruption injected = ImageCorruptions.Find(id)!;
        Reproduction found = Search(image => injected.Apply(image, strength, 9));

        found.IsShifted.ShouldBeTrue();
        found.Cause!.Corruption.ShouldBe(id);
        found.Cause.Explained.ShouldBeGreaterThan(0.8);
        found.Steps.ShouldHaveSingleItem().Corruption.ShouldBe(id);
        Math.Abs(found.Cause.Strength - strength).ShouldBeLessThan(0.35 * Math.Abs(strength));
    }

    [Theory]
    [InlineData("saturation", 0.3, "noise", 20.0)]
    [InlineData("exposure", -1.5, "jpeg", 14.0)]
    public void Search_TwoCorruptions_AreBothFoundInTheOrderInWhichTheyHappened(string first, double firstStrength, string second, double secondStrength)
    {
        (ICorruption one, ICorruption two) = (ImageCorruptions.Find(first)!, ImageCorruptions.Find(second)!);
        Reproduction found = Search(image =>
        {
            using DecodedImage between = one.Apply(image, firstStrength, 9);
            return two.Apply(between, secondStrength, 11);
        });

        found.Steps.Select(step => step.Corruption).ShouldBe([first, second]);
        Math.Abs(found.Steps[0].Strength - firstStrength).ShouldBeLessThan(0.35 * Math.Abs(firstStrength));
        Math.Abs(found.Steps[1].Strength - secondStrength).ShouldBeLessThan(0.35 * secondStrength);
        found.StepsExplained.ShouldBeGreaterThan(found.Fits[0].Explained);
        found.StepsExplained.ShouldBeGreaterThan(0.9);
    }

    [Fact]
    public void Search_NothingChanged_NamesNoCause()
    {
        Reproduction found = Search(image => DecodedImage.FromRgb(image.Width, image.Height, image.Rgb));
        found.Cause.ShouldBeNull();
        found.Steps.ShouldBeEmpty();
    }

    // The second class is darker: twice as many of it look like failing lamps unless the mix is taken out.
    [Fact]
    public void Search_OnlyTheClassMixChanged_SaysSoAndNamesNoCause()
    {
        Reproduction found = Search(image => DecodedImage.FromRgb(image.Width, image.Height, image.Rgb), windowShareOfSecond: 0.8);
        found.Cause.ShouldBeNull();
        found.MixShare.ShouldBeGreaterThan(0.6);
    }

    private static Reproduction Search(Func<DecodedImage, DecodedImage> change, double windowShareOfSecond = 0.4)
    {
        (DecodedImage Image, int Class)[] baseline = [.. Enumerable.Range(0, 90).Select(index => Picture((ulong)index, 0.4))];
        GroupedEmbedding? Embed(DecodedImage image) => new(Traits(image), ImageTraits.Measure(image), GroupOf(image));
        GroupedEmbeddings window = GroupedEmbeddings.Of(Enumerable.Range(0, 80).Select(index =>
        {
            using DecodedImage image = Picture(1000 + (ulong)index, windowShareOfSecond).Image;
            using DecodedImage changed = change(image);
            return Embed(changed);
        }));
        return new ReproductionSearch(Embed, ImageCorruptions.All, 3).Search(
            GroupedEmbeddings.Of(baseline.Select(one => Embed(one.Image))),
            [.. baseline.Select(one => (Func<DecodedImage?>)(() => DecodedImage.FromRgb(one.Image.Width, one.Image.Height, one.Image.Rgb)))],
            window,
            null,
            TestContext.Current.CancellationToken);
    }

    // What a small network would see: the traits of the upper and of the lower half.
    private static float[] Traits(DecodedImage image)
    {
        int half = image.Height / 2 * image.Width * 3;
        using DecodedImage upper = DecodedImage.FromRgb(image.Width, image.Height / 2, image.Rgb[..half]);
        using DecodedImage lower = DecodedImage.FromRgb(image.Width, image.Height / 2, image.Rgb.Slice(half, half));
        return [.. ImageTraits.Measure(upper), .. ImageTraits.Measure(lower)];
    }

    // The class is the stripe's direction, which no corruption hides.
    private static int GroupOf(DecodedImage image)
    {
        (long across, long down) = (0, 0);
        for (int y = 8; y < image.Height - 8; y += 3)
        {
            for (int x = 8; x < image.Width - 8; x += 3)
            {
                int at = 3 * (x + (y * image.Width));
                across += Math.Abs(image.Rgb[at] - image.Rgb[at + 12]);
                down += Math.Abs(image.Rgb[at] - image.Rgb[at + (12 * image.Width)]);
            }
        }

        return across > down ? 0 : 1;
    }

    private static (DecodedImage Image, int Class) Picture(ulong seed, double shareOfSecond)
    {
        int kind = SplitMix64.Uniform(seed, 0) < shareOfSecond ? 1 : 0;
        (double level, double amplitude, double period) = ((kind == 0 ? 130 : 100) + (10 * SplitMix64.Normal(seed, 1)), 45 + (5 * SplitMix64.Normal(seed, 2)), 5 + (2 * SplitMix64.Uniform(seed, 6)));
        byte[] rgb = new byte[64 * 64 * 3];
        for (int index = 0; index < rgb.Length; index++)
        {
            int pixel = index / 3, along = kind == 0 ? pixel % 64 : pixel / 64;
            rgb[index] = (byte)Math.Clamp(level + (25 * ((index % 3) - 1)) + (amplitude * Math.Sign(Math.Sin(along / period * Math.PI))) + (2 * SplitMix64.Normal(seed + 77, (ulong)index)), 0, 255);
        }

        return (DecodedImage.FromRgb(64, 64, rgb), kind);
    }
}
