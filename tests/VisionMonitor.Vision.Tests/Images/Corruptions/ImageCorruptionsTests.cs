using VisionMonitor.Vision.Images;
using VisionMonitor.Vision.Images.Corruptions;

namespace VisionMonitor.Vision.Tests.Images.Corruptions;

public sealed class ImageCorruptionsTests
{
    public static TheoryData<string> Ids => [.. ImageCorruptions.All.Select(corruption => corruption.Id)];

    [Fact]
    public void All_Corruptions_AreEveryTypeOnceWithItsOwnId()
    {
        Type[] types = [.. typeof(ICorruption).Assembly.GetTypes().Where(type => type.IsClass && type.IsAssignableTo(typeof(ICorruption)))];
        ImageCorruptions.All.Select(corruption => corruption.GetType()).ShouldBe(types, ignoreOrder: true);
        ImageCorruptions.All.Select(corruption => corruption.Id).Distinct().Count().ShouldBe(ImageCorruptions.All.Count);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Apply_SameSeed_GivesTheSamePixelsAndEveryStrengthGivesOthers(string id)
    {
        ICorruption corruption = ImageCorruptions.Find(id)!;
        using DecodedImage image = Picture();
        corruption.Strengths.ShouldBe(corruption.Strengths.Order());
        foreach (double strength in corruption.Strengths)
        {
            using DecodedImage once = corruption.Apply(image, strength, 5);
            using DecodedImage again = corruption.Apply(image, strength, 5);
            once.Rgb.SequenceEqual(again.Rgb).ShouldBeTrue();
            once.Rgb.SequenceEqual(image.Rgb).ShouldBeFalse();
            corruption.Augmentation(strength).ShouldEndWith(".");
        }
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Apply_AtItsNeutralStrength_LeavesThePictureAsItIs(string id)
    {
        ICorruption corruption = ImageCorruptions.Find(id)!;
        using DecodedImage image = Picture();
        using DecodedImage same = corruption.Apply(image, corruption.Neutral, 5);
        double gap = 0;
        for (int index = 0; index < image.Rgb.Length; index++)
        {
            gap += Math.Abs(image.Rgb[index] - same.Rgb[index]) / (double)image.Rgb.Length;
        }

        gap.ShouldBeLessThan(1.5);
    }

    // A lamp at half its light, in light and not in levels: 128 is 0.216 of the light, half of that is level 92.
    [Fact]
    public void Exposure_OneStopLess_HalvesTheLight()
    {
        using DecodedImage grey = DecodedImage.FromRgb(1, 1, [128, 128, 128]);
        using DecodedImage darker = new Exposure().Apply(grey, -1, 0);
        darker.Rgb.ToArray().ShouldBe([92, 92, 92]);
    }

    [Fact]
    public void ColourTemperature_Below5500Kelvin_IsWarmerAndLeavesGreen()
    {
        using DecodedImage grey = DecodedImage.FromRgb(1, 1, [100, 100, 100]);
        using DecodedImage warm = new ColourTemperature().Apply(grey, 3200, 0);
        ((int)warm.Rgb[0]).ShouldBeGreaterThan(110);
        warm.Rgb[1].ShouldBe((byte)100);
        ((int)warm.Rgb[2]).ShouldBeLessThan(85);
    }

    [Fact]
    public void Move_OfRotationAndZoom_FollowsThePixels()
    {
        using DecodedImage image = Spot(64, 48, 50, 10);
        foreach ((ICorruption corruption, double strength) in ((ICorruption, double)[])[(new Rotation(), 20), (new Zoom(), 0.8), (new Letterbox(), 0.25)])
        {
            using DecodedImage moved = corruption.Apply(image, strength, 0);
            (double x, double y) = corruption.Move(50.5, 10.5, 64, 48, strength);
            int at = 3 * ((int)Math.Floor(x) + (64 * (int)Math.Floor(y)));
            ((int)moved.Rgb[at]).ShouldBeGreaterThan(128, corruption.Id);
        }
    }

    [Fact]
    public void StrengthsFor_LargeImages_GrowWherePixelsAreMeant()
    {
        new GaussianBlur().StrengthsFor(512)[0].ShouldBe(2 * new GaussianBlur().Strengths[0]);
        new JpegCompression().StrengthsFor(512).ShouldBe(new JpegCompression().Strengths);
    }

    private static DecodedImage Spot(int width, int height, int x, int y)
    {
        byte[] rgb = new byte[width * height * 3];
        for (int row = y - 2; row <= y + 2; row++)
        {
            for (int column = x - 2; column <= x + 2; column++)
            {
                rgb.AsSpan(3 * (column + (width * row)), 3).Fill(255);
            }
        }

        return DecodedImage.FromRgb(width, height, rgb);
    }

    private static DecodedImage Picture()
    {
        byte[] rgb = new byte[48 * 40 * 3];
        for (int index = 0; index < rgb.Length; index++)
        {
            (int pixel, int channel) = (index / 3, index % 3);
            rgb[index] = (byte)(60 + (50 * channel) + (40 * Math.Sin(pixel % 48 / 3.0)) + (20 * Math.Cos(pixel / 48 / 4.0)));
        }

        return DecodedImage.FromRgb(48, 40, rgb);
    }
}
