using VisionMonitor.Demo.ToyWorld;

namespace VisionMonitor.Demo.Tests.ToyWorld;

public sealed class ToyWorldCameraTests
{
    private static readonly SceneOptions Plain = new() { Seed = 7 };

    [Fact]
    public void Draw_SameOptions_GivesTheSameBytesOnEveryThread()
    {
        byte[] first = ToyWorldCamera.Draw(Plain with { LensSmear = 0.4, Noise = 4 }).Jpeg;

        byte[][] others = new byte[6][];
        Parallel.For(0, others.Length, index => others[index] = ToyWorldCamera.Draw(Plain with { LensSmear = 0.4, Noise = 4 }).Jpeg);

        others.All(jpeg => jpeg.AsSpan().SequenceEqual(first)).ShouldBeTrue();
        ToyWorldCamera.Draw(Plain with { Seed = 8, LensSmear = 0.4, Noise = 4 }).Jpeg.ShouldNotBe(first);
    }

    [Fact]
    public void Draw_JpegDecoded_HasTheAskedSize()
    {
        using SkiaSharp.SKBitmap decoded = SkiaSharp.SKBitmap.Decode(ToyWorldCamera.Draw(Plain with { Width = 320, Height = 200 }).Jpeg);

        (decoded.Width, decoded.Height).ShouldBe((320, 200));
    }

    [Fact]
    public void Draw_ClassMix_DecidesTheMainKinds()
    {
        double[] mix = [0.5, 0, 0.3, 0, 0, 0.2];
        int[] counts = new int[7];
        for (ulong seed = 0; seed < 400; seed++)
        {
            counts[(int)ToyWorldCamera.Draw(Plain with { Seed = seed, ClassMix = mix, Width = 32, Height = 32 }).MainKind]++;
        }

        // Three standard deviations of a share of 400 are at most 0.075.
        counts[0].ShouldBeInRange(170, 230);
        counts[2].ShouldBeInRange(90, 150);
        counts[5].ShouldBeInRange(50, 110);
        (counts[1] + counts[3] + counts[4] + counts[6]).ShouldBe(0);
    }

    [Fact]
    public void Draw_NewKindShareOfOne_ShowsOnlyTheNewKind() =>
        ToyWorldCamera.Draw(Plain with { NewKindShare = 1 }).Truth.Objects.ShouldAllBe(item => item.Kind == ObjectKinds.New);

    [Fact]
    public void Draw_LessLight_IsDarker()
    {
        double bright = ToyWorldCamera.DrawPixels(Plain).Average(value => (double)value);
        double dark = ToyWorldCamera.DrawPixels(Plain with { Light = 0.5 }).Average(value => (double)value);

        dark.ShouldBe(bright / 2, bright * 0.05);
    }

    [Theory]
    [InlineData(0, 0.35)]
    [InlineData(2, 0)]
    [InlineData(0, 1)]
    public void Draw_SmearOrBlur_LosesSharpness(double blur, double smear)
    {
        double sharp = Sharpness(ToyWorldCamera.DrawPixels(Plain with { Noise = 0 }));

        Sharpness(ToyWorldCamera.DrawPixels(Plain with { Noise = 0, BlurSigmaPixels = blur, LensSmear = smear })).ShouldBeLessThan(sharp * 0.9);
    }

    [Fact]
    public void Draw_WarmLight_TurnsThePictureRed()
    {
        byte[] warm = ToyWorldCamera.DrawPixels(Plain with { ColorTemperatureKelvin = 3000 });
        byte[] cold = ToyWorldCamera.DrawPixels(Plain with { ColorTemperatureKelvin = 8000 });

        Balance(warm).ShouldBeGreaterThan(Balance(cold) * 1.5);
    }

    [Fact]
    public void Draw_UnknownCameraOrWrongMix_IsRefused()
    {
        Should.Throw<ArgumentException>(() => ToyWorldCamera.Draw(Plain with { Camera = "camera-99" }));
        Should.Throw<ArgumentException>(() => ToyWorldCamera.Draw(Plain with { ClassMix = [1, 1] }));
        Should.Throw<ArgumentException>(() => ToyWorldCamera.Draw(Plain with { Width = 4 }));
    }

    [Fact]
    public void Cameras_SameSeed_EachSeesItDifferently() =>
        ToyWorldCamera.Cameras.Select(camera => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(ToyWorldCamera.Draw(Plain with { Camera = camera }).Jpeg)))
            .Distinct().Count().ShouldBe(ToyWorldCamera.Cameras.Count);

    private static double Sharpness(byte[] rgb)
    {
        double sum = 0;
        for (int index = 3; index < rgb.Length; index++)
        {
            sum += Math.Abs(rgb[index] - rgb[index - 3]);
        }

        return sum;
    }

    private static double Balance(byte[] rgb) =>
        rgb.Where((_, index) => index % 3 == 0).Sum(value => (double)value) / rgb.Where((_, index) => index % 3 == 2).Sum(value => (double)value);
}
