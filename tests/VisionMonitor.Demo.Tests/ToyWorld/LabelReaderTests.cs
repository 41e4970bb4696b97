using System.Text.RegularExpressions;
using SkiaSharp;
using VisionMonitor.Demo.ToyWorld;

namespace VisionMonitor.Demo.Tests.ToyWorld;

public sealed partial class LabelReaderTests
{
    private static readonly SceneOptions Plain = new() { Seed = 7 };

    [Fact]
    public void Look_ManySeeds_SeesRoutingCodesAndPlacesAlike()
    {
        string[] texts = [.. Enumerable.Range(0, 400).Select(seed => LabelReader.Look(Plain with { Seed = (ulong)seed }).Text)];

        texts.ShouldAllBe(text => RoutingCode().IsMatch(text) || Place().IsMatch(text));

        // Three standard deviations of a half of 400 are 30.
        texts.Count(text => RoutingCode().IsMatch(text)).ShouldBeInRange(170, 230);
    }

    [Fact]
    public void Look_EveryLine_FitsItsPicture()
    {
        for (ulong seed = 0; seed < 50; seed++)
        {
            PrintedLine line = LabelReader.Look(Plain with { Seed = seed, Noise = 0, Light = 1.2 });
            using SKBitmap picture = SKBitmap.Decode(line.Jpeg);

            picture.Height.ShouldBe(LabelReader.HeightPixels);
            picture.Width.ShouldBeInRange(60, 190);
            int[] inked = [.. Enumerable.Range(0, picture.Width).Where(x => Enumerable.Range(0, picture.Height).Any(y => picture.GetPixel(x, y).Green < 90))];
            if (RoutingCode().IsMatch(line.Text))
            {
                // The barcode's last bar may stand beside a place.
                inked[0].ShouldBeInRange(1, 20, $"{line.Text} of seed {seed}");
            }

            inked[^1].ShouldBeInRange(picture.Width - 20, picture.Width - 2, $"{line.Text} of seed {seed}");
        }
    }

    [Fact]
    public void Look_GreasyLens_SpoilsThePictureOfTheSameLine()
    {
        PrintedLine clean = LabelReader.Look(Plain);
        PrintedLine greasy = LabelReader.Look(Plain with { LensSmear = 0.9 });

        LabelReader.Look(Plain).Jpeg.ShouldBe(clean.Jpeg);
        greasy.Text.ShouldBe(clean.Text);
        Contrast(greasy).ShouldBeLessThan(0.8 * Contrast(clean));
    }

    private static double Contrast(PrintedLine line)
    {
        using SKBitmap picture = SKBitmap.Decode(line.Jpeg);
        double[] levels = [.. picture.Pixels.Select(pixel => (double)pixel.Green)];
        double mean = levels.Average();
        return Math.Sqrt(levels.Average(level => (level - mean) * (level - mean)));
    }

    [GeneratedRegex("^[A-Z]{3} [0-9]{3}$")]
    private static partial Regex RoutingCode();

    [GeneratedRegex("^[\\uAC00-\\uD7A3]{2}$")]
    private static partial Regex Place();
}
