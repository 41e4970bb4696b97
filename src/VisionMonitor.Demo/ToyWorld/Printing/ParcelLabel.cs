using SkiaSharp;

namespace VisionMonitor.Demo.ToyWorld.Printing;

/// <summary>A shipping label: routing code, place name, barcode. Drawn on a plane of its own, <see cref="Width"/> × <see cref="Height"/> units.</summary>
internal sealed class ParcelLabel
{
    public const float Width = 100;
    public const float Height = 66;
    private static readonly string[] Hubs = ["SEL", "PUS", "ICN", "TAE", "KWJ", "CJU", "FRA", "LAX", "HKG", "NRT"];
    private static readonly string[] Places = ["서울", "부산", "인천", "대구", "대전", "구미", "안산", "울산", "진주", "강릉"];
    private static readonly SKColor Ink = new(0x1d, 0x1f, 0x24);

    private readonly SKColor _paper;
    private readonly SKColor _band;
    private readonly ulong _bars;
    private readonly List<(string Text, SKMatrix Plane, float Width)> _lines = [];

    public ParcelLabel(SceneRandom random)
    {
        _paper = random.Pick<SKColor>([new(0xfa, 0xf9, 0xf5), new(0xf4, 0xf1, 0xe6), new(0xfd, 0xfd, 0xff)]);
        _band = random.Pick<SKColor>([new(0xd1, 0x3b, 0x2f), new(0x1f, 0x6f, 0xb2), new(0xe8, 0xa3, 0x1c), Ink, Ink]);
        _bars = random.NextBits();
        Add(string.Create(null, $"{random.Pick<string>(Hubs)} {random.Below(900) + 100}"), 6, 9, 2.15f);
        Add(random.Pick<string>(Places), 67, 39, 2.1f);
    }

    public IEnumerable<(string Text, SKMatrix Plane, float Width)> Lines => _lines;

    public void Draw(Brush brush)
    {
        brush.Fill(new SKRect(0, 0, Width, Height), _paper, 3);
        brush.Fill(new SKRect(0, 31, Width, 33), _band.Faded(0.8));
        brush.Fill(new SKRect(91, 5, 96, 27), _band.Faded(0.9));
        foreach ((string text, SKMatrix plane, _) in _lines)
        {
            using SKAutoCanvasRestore restore = brush.Within(plane);
            using SKPath strokes = StrokeFont.Outline(text, out _);
            brush.Stroke(strokes, Ink, 1.25, SKStrokeCap.Round);
        }

        using SKPath bars = Barcode();
        brush.Fill(bars, Ink);
        brush.Fill(new SKRect(68, 58, 94, 60), Ink.Faded(0.35));
    }

    private void Add(string text, float left, float top, float scale)
    {
        using SKPath strokes = StrokeFont.Outline(text, out float width);
        _lines.Add((text, SKMatrix.CreateScale(scale, scale).PostConcat(SKMatrix.CreateTranslation(left, top)), width));
    }

    private SKPath Barcode()
    {
        SKPath path = new();
        float x = 7;
        for (int bit = 0; x < 60; bit += 2)
        {
            float width = 1.2f + (1.1f * ((_bars >> (bit & 63)) & 3));
            path.AddRect(new SKRect(x, 38, x + width, 60));
            x += width + 1.4f + ((_bars >> ((bit + 1) & 63)) & 1);
        }

        return path;
    }
}
