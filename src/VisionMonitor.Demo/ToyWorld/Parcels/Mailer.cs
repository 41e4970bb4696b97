using SkiaSharp;
using VisionMonitor.Demo.ToyWorld.Printing;

namespace VisionMonitor.Demo.ToyWorld.Parcels;

/// <summary>A padded envelope: flat, softly puffed, with crimped edges and a flap.</summary>
internal sealed class Mailer : Parcel
{
    private readonly double _width;
    private readonly double _depth;
    private readonly SKColor _paper;
    private readonly bool _isFlapLeft;
    private readonly bool _hasBubbles;

    public Mailer(Pose pose, SceneRandom random)
        : base(ObjectKind.Mailer, pose)
    {
        _width = pose.Scale * random.Between(84, 114);
        _depth = _width * random.Between(0.6, 0.76);
        Height = pose.Scale * random.Between(5, 11);
        Footprint = Rectangle(_width * 0.97, _depth * 0.97);
        _paper = random.Pick<SKColor>([new(0xd9, 0xb1, 0x70), new(0xd9, 0xb1, 0x70), new(0xee, 0xeb, 0xe3), new(0xe7, 0xd3, 0xa8), new(0x9f, 0xb9, 0xcf)]).Lit(random.Between(0.93, 1.05));
        _isFlapLeft = random.Chance(0.5);
        _hasBubbles = random.Chance(0.5);
        Covers(Sheet(0));
        Covers(Sheet(Height));
        double label = _width * random.Between(0.4, 0.5);
        double left = _isFlapLeft ? random.Between(-0.2, -0.08) * _width : random.Between(-0.42, -0.3) * _width;
        Stick(new ParcelLabel(random), pose.Level(Height), left, random.Between(-0.34, 0.34 - (label * 0.66 / _depth)) * _depth, label);
    }

    public override void Draw(Brush brush, SceneLight light)
    {
        brush.Fill(Outline[0], _paper.Lit(0.52));
        SKPath sheet = Outline[1];
        brush.Radial(sheet, Pose.Project(-_width * 0.1, -_depth * 0.12, Height), _width * 0.62, _paper.Lit(1.12), _paper, _paper.Lit(0.78));
        brush.Shade(sheet, Textures.Kraft, 0.3, SKBlendMode.Overlay);
        using (brush.Within(Pose.Level(Height)))
        {
            float halfWidth = (float)_width / 2;
            float halfDepth = (float)_depth / 2;
            if (_hasBubbles)
            {
                DrawBubbles(brush, halfWidth, halfDepth);
            }

            float band = halfDepth * 0.12f;
            brush.Fill(new SKRect(-halfWidth + 1, -halfDepth + 1, halfWidth - 1, -halfDepth + band), _paper.Lit(0.8).Faded(0.7));
            brush.Fill(new SKRect(-halfWidth + 1, halfDepth - band, halfWidth - 1, halfDepth - 1), _paper.Lit(0.72).Faded(0.7));
            float fold = _isFlapLeft ? -halfWidth * 0.52f : halfWidth * 0.52f;
            float side = _isFlapLeft ? -1 : 1;
            brush.Fill(SKRect.Create(fold - (side < 0 ? 0 : 3), -halfDepth + 1, 3, (halfDepth * 2) - 2), SKColors.Black.Faded(0.22));
            brush.Line(new SKPoint(fold, -halfDepth + 1), new SKPoint(fold, halfDepth - 1), _paper.Lit(1.3).Faded(0.8), 1.1);
            brush.Fill(SKRect.Create(fold + (side * halfWidth * 0.2f) - 2, -halfDepth + band, 4, (halfDepth - band) * 2), new SKColor(0xc2, 0x40, 0x36).Faded(0.55));
        }

        brush.Stroke(sheet, _paper.Lit(1.3).Faded(0.35), 0.7);
        DrawLabel(brush);
    }

    private void DrawBubbles(Brush brush, float halfWidth, float halfDepth)
    {
        using SKPath bubbles = new();
        for (float y = -halfDepth * 0.8f; y < halfDepth * 0.8f; y += 9)
        {
            for (float x = -halfWidth * 0.9f; x < halfWidth * 0.9f; x += 9)
            {
                bubbles.AddCircle(x, y, 2.6f);
            }
        }

        brush.Fill(bubbles, _paper.Lit(1.3).Faded(0.22));
    }

    private SKPath Sheet(double z)
    {
        SKPath path = new();
        path.AddRoundRect(new SKRect((float)-_width / 2, (float)-_depth / 2, (float)_width / 2, (float)_depth / 2), (float)_width * 0.05f, (float)_width * 0.05f);
        path.Transform(Pose.Level(z));
        return path;
    }
}
