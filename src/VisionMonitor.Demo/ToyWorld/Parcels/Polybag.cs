using SkiaSharp;
using VisionMonitor.Demo.ToyWorld.Printing;

namespace VisionMonitor.Demo.ToyWorld.Parcels;

/// <summary>A plastic shipping bag: no straight edge but its seals, glossy folds.</summary>
internal sealed class Polybag : Parcel
{
    private readonly SKColor _film;
    private readonly SKPoint[] _rim;
    private readonly double _width;
    private readonly double _depth;
    private readonly List<(double Angle, double Bend, double Reach)> _folds = [];

    public Polybag(Pose pose, SceneRandom random)
        : base(ObjectKind.Polybag, pose)
    {
        _width = pose.Scale * random.Between(80, 112);
        _depth = _width * random.Between(0.6, 0.82);
        Height = pose.Scale * random.Between(8, 18);
        _film = random.Pick<SKColor>([new(0xe9, 0xeb, 0xee), new(0xc9, 0xce, 0xd4), new(0x3b, 0x3e, 0x45), new(0x8f, 0xa9, 0xc4), new(0xc5, 0x9a, 0xb4), new(0x7a, 0xa8, 0x94), new(0xee, 0xe8, 0xd8)]);
        Footprint = Rectangle(_width * 0.88, _depth * 0.86);
        _rim = new SKPoint[16];
        for (int index = 0; index < _rim.Length; index++)
        {
            double angle = index * Math.PI * 2 / _rim.Length;
            double power = 1 / Math.Pow(Math.Pow(Math.Abs(Math.Cos(angle)), 3.4) + Math.Pow(Math.Abs(Math.Sin(angle)), 3.4), 1 / 3.4);
            double wobble = power * random.Between(0.9, 1.03);
            _rim[index] = new SKPoint((float)(Math.Cos(angle) * wobble * _width / 2), (float)(Math.Sin(angle) * wobble * _depth / 2));
        }

        for (int index = 0; index < 7; index++)
        {
            _folds.Add((random.Between(0, Math.PI * 2), random.Between(-0.5, 0.5), random.Between(0.35, 0.8)));
        }

        Covers(Blob(0, 0.94f));
        Covers(Blob(Height * 0.5, 1));
        if (random.Chance(0.85))
        {
            double label = _width * random.Between(0.36, 0.46);
            Stick(new ParcelLabel(random), pose.Level(Height * 0.8), random.Between(-0.3, 0.3 - (label / _width)) * _width, random.Between(-0.26, 0.2 - (label * 0.5 / _depth)) * _depth, label);
        }
    }

    public override void Draw(Brush brush, SceneLight light)
    {
        brush.Fill(Outline[0], _film.Lit(0.45));
        SKPath top = Outline[1];
        brush.Radial(top, Pose.Project(-_width * 0.14, -_depth * 0.2, Height), _width * 0.6, _film.Lit(1.22), _film.Lit(1.0), _film.Lit(0.62));
        brush.Shade(top, Textures.Folds, 0.6, SKBlendMode.Overlay);
        using (new SKAutoCanvasRestore(brush.Canvas))
        {
            brush.Canvas.ClipPath(top, antialias: true);
            brush.Canvas.Concat(Pose.Level(Height * 0.5));
            foreach ((double angle, double bend, double reach) in _folds)
            {
                DrawFold(brush, angle, bend, reach);
            }

            float x = (float)_width * 0.44f;
            float y = (float)_depth * 0.3f;
            brush.Line(new SKPoint(-x, -y), new SKPoint(-x, y), _film.Lit(0.66).Faded(0.8), 1.4);
            brush.Line(new SKPoint(x, -y), new SKPoint(x, y), _film.Lit(0.66).Faded(0.8), 1.4);
        }

        DrawLabel(brush);
        brush.Stroke(top, SKColors.White.Faded(0.3), 0.7);
    }

    private void DrawFold(Brush brush, double angle, double bend, double reach)
    {
        SKPoint At(double share, double turn) => new(
            (float)(Math.Cos(angle + turn) * share * _width * 0.46), (float)(Math.Sin(angle + turn) * share * _depth * 0.44));
        using SKPath fold = new();
        fold.MoveTo(At(0.96, 0));
        fold.QuadTo(At(0.75, bend * 0.4), At(1 - reach, bend));
        brush.Canvas.Translate(0.8f, 1f);
        brush.Stroke(fold, SKColors.Black.Faded(0.2), 1.6, SKStrokeCap.Round);
        brush.Canvas.Translate(-0.8f, -1f);
        brush.Stroke(fold, SKColors.White.Faded(0.5), 1.2, SKStrokeCap.Round);
    }

    /// <summary>A closed curve through the middles of the rim's chords, which stays within their hull.</summary>
    private SKPath Blob(double z, float size)
    {
        SKPath path = new();
        SKPoint Middle(int index) => new(
            size * (_rim[index % 16].X + _rim[(index + 1) % 16].X) / 2, size * (_rim[index % 16].Y + _rim[(index + 1) % 16].Y) / 2);
        path.MoveTo(Middle(0));
        for (int index = 1; index <= 16; index++)
        {
            SKPoint control = _rim[index % 16];
            path.QuadTo(new SKPoint(control.X * size, control.Y * size), Middle(index));
        }

        path.Close();
        path.Transform(Pose.Level(z));
        return path;
    }
}
