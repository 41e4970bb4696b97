using System.Text;
using SkiaSharp;
using VisionMonitor.Monitoring.Charts;

namespace VisionMonitor.Monitoring.Tests.Charts;

/// <summary>Pictures are compared with each other, not with stored ones. To look at them, name a folder in VISIONMONITOR_TEST_PICTURES.</summary>
public sealed class ScottPlotRendererTests
{
    private static readonly DateTimeOffset Start = new(2026, 10, 5, 6, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Png_AQualityLine_ShowsLineBandAndLimitInTheirColours()
    {
        SKBitmap light = Picture("quality-light", Quality()), dark = Picture("quality-dark", Quality(), isDark: true);

        Share(light, Palette.Light.Series[0]).ShouldBeGreaterThan(0.001, "the line");
        Share(light, Palette.Light.Bad, tolerance: 90).ShouldBeGreaterThan(0.0001, "the limit");
        Share(light, Palette.Light.Surface).ShouldBeGreaterThan(0.5);
        Share(dark, Palette.Dark.Surface).ShouldBeGreaterThan(0.5);
        Share(dark, Palette.Dark.Series[0]).ShouldBeGreaterThan(0.001);
    }

    [Fact]
    public void Png_AGap_IsNeverBridged()
    {
        ChartSpec spec = Spec([.. Enumerable.Range(0, 10).Select(day => new ChartPoint(At(day), day is > 2 and < 7 ? null : 0.9))]);
        ChartSpec bridged = Spec([.. Enumerable.Range(0, 10).Select(day => new ChartPoint(At(day), 0.9))]);

        double gap = Share(Picture("gap", spec), Palette.Light.Series[0]), line = Share(Picture("bridged", bridged), Palette.Light.Series[0]);

        gap.ShouldBeLessThan(line * 0.85);
    }

    [Fact]
    public void Png_KoreanWords_HaveShapesOfTheirOwn()
    {
        // A font without Hangul draws the same empty box for every syllable.
        byte[] one = ScottPlotRenderer.Png(Quality() with { Title = "가가가가", Subtitle = null });
        byte[] other = ScottPlotRenderer.Png(Quality() with { Title = "뷁뷁뷁뷁", Subtitle = null });
        Picture("korean", Quality() with { Title = "소포 분류 정확도, 카메라 벨트-4", Subtitle = "95 % 신뢰 구간, n = 48" });

        one.ShouldNotBe(other);
    }

    [Fact]
    public void Png_Bars_StandOnZero()
    {
        ChartSpec spec = new()
        {
            Title = "Recall by class",
            Subtitle = "95 % bootstrap interval",
            X = new ChartAxis("Class", "", ChartAxisKind.Category) { Categories = ["box", "bag", "tube", "찢어진 상자", "drum"] },
            Y = new ChartAxis("Recall", "0–1"),
            Series = [new ChartSeries { Name = "v2", Kind = ChartSeriesKind.Bars, ColorIndex = 1, Points = [new(0, .91, .88, .94), new(1, .84, .78, .9), new(2, .95, .93, .97), new(3, .62, .5, .74), new(4, .88, .82, .93)] }],
        };

        SKBitmap picture = Picture("bars", spec);

        // The bars of 0.6 to 0.95 fill most of the height only if they begin at zero.
        Share(picture, Palette.Light.Series[1], tolerance: 90).ShouldBeGreaterThan(0.2);
    }

    [Fact]
    public void Png_NothingToDraw_SaysWhatIsMissing()
    {
        SKBitmap empty = Picture("empty", Spec([]) with { EmptyBecause = "No quality is known in this range: no label has arrived." });

        Share(empty, Palette.Light.Muted, tolerance: 60).ShouldBeGreaterThan(0.0005);
    }

    [Fact]
    public void Png_AnIncident_IsTheCurveOfTheMessage()
    {
        ChartPoint[] points = [.. Enumerable.Range(0, 60).Select(index => new ChartPoint(At(index / 2.0), index < 40 ? .93 : .93 - ((index - 40) * .012), index < 40 ? .90 : .88 - ((index - 40) * .012), index < 40 ? .955 : .97 - ((index - 40) * .012), 48))];

        ChartSpec spec = IncidentChart.Of("Accuracy of v1, camera belt-4", new ChartAxis("Accuracy", "0–1"), points, 0.85, 0.88, Start.AddDays(23.5), null, "Europe/Berlin", 0);

        spec.Limits.Select(limit => limit.Text).ShouldBe(["alarm 0.85", "good again 0.88"]);
        spec.Subtitle.ShouldBe("95 % bootstrap interval, n = 48 a run (median)");
        Share(Picture("incident", spec), Palette.Light.Series[0]).ShouldBeGreaterThan(0.001);
    }

    [Fact]
    public void Svg_AChart_HoldsItsWords() =>
        Encoding.UTF8.GetString(ScottPlotRenderer.Svg(Quality())).ShouldContain("<svg");

    [Theory]
    [InlineData(99, 400)]
    [InlineData(400, 4001)]
    public void Png_ASizeOutsideTheLimits_IsRefused(int width, int height) =>
        Should.Throw<ArgumentOutOfRangeException>(() => ScottPlotRenderer.Png(Quality(), width, height));

    [Fact]
    public void Png_TheSameChart_GivesTheSameBytesOnAnyThread()
    {
        byte[] expected = ScottPlotRenderer.Png(Quality());

        byte[][] drawn = [.. Enumerable.Range(0, 8).AsParallel().Select(_ => ScottPlotRenderer.Png(Quality()))];

        drawn.ShouldAllBe(bytes => bytes.SequenceEqual(expected));
    }

    private static ChartSpec Quality()
    {
        Random random = new(5);
        ChartPoint Point(int index, double centre) => Around(At(index), centre + ((random.NextDouble() - .5) * .02), .03 + (random.NextDouble() * .01));
        static ChartPoint Around(double at, double value, double half) => new(at, value, value - half, value + (half * .8), 48);
        ChartPoint[] v1 = [.. Enumerable.Range(0, 30).Select(index => index is 9 or 10 ? new ChartPoint(At(index), null) : Point(index, index < 18 ? .93 : .93 - ((index - 17) * .009)))];
        ChartPoint[] v2 = [.. Enumerable.Range(0, 30).Select(index => index < 12 ? new ChartPoint(At(index), null) : Point(index, .945))];
        ChartPoint[] estimate = [.. Enumerable.Range(27, 6).Select(index => Point(index, .83))];
        return Spec(v1) with
        {
            Title = "Accuracy",
            Subtitle = "95 % bootstrap interval, n = 48 images a run (median)",
            Series =
            [
                new ChartSeries { Name = "v1", ColorIndex = 0, Points = v1 },
                new ChartSeries { Name = "v2", ColorIndex = 1, Points = v2 },
                new ChartSeries { Name = "v1 estimated", Kind = ChartSeriesKind.Estimated, ColorIndex = 0, Points = estimate },
            ],
            Limits = [new ChartLimit(.85, "alarm 0.85")],
            Marks = [new ChartMark(ChartMarkKind.Deployment, At(24), null, "v2 live"), new ChartMark(ChartMarkKind.LabelImport, At(6), null, "41 labels"), new ChartMark(ChartMarkKind.Incident, At(20), At(24.5), "incident")],
        };
    }

    private static ChartSpec Spec(IReadOnlyList<ChartPoint> points) => new()
    {
        Title = "Accuracy",
        X = new ChartAxis("Time", "", ChartAxisKind.Time) { TimeZone = "Europe/Berlin" },
        Y = new ChartAxis("Accuracy", "0–1"),
        Series = [new ChartSeries { Name = "v1", Points = points }],
    };

    private static double At(double day) => Start.AddDays(day).ToUnixTimeMilliseconds();

    private static SKBitmap Picture(string name, ChartSpec spec, bool isDark = false)
    {
        byte[] bytes = ScottPlotRenderer.Png(spec, isDark: isDark);
        if (Environment.GetEnvironmentVariable("VISIONMONITOR_TEST_PICTURES") is { Length: > 0 } folder)
        {
            File.WriteAllBytes(Path.Combine(folder, name + ".png"), bytes);
        }

        return SKBitmap.Decode(bytes);
    }

    /// <summary>The share of pixels that have a colour, give or take.</summary>
    private static double Share(SKBitmap picture, string hex, int tolerance = 24)
    {
        SKColor wanted = SKColor.Parse(hex);
        return picture.Pixels.Count(pixel => Math.Abs(pixel.Red - wanted.Red) + Math.Abs(pixel.Green - wanted.Green) + Math.Abs(pixel.Blue - wanted.Blue) <= tolerance) / (double)picture.Pixels.Length;
    }
}
