using SkiaSharp;
using VisionMonitor.Demo.ToyWorld.Printing;

namespace VisionMonitor.Demo.ToyWorld.Parcels;

/// <summary>An upright drum with hoops and a lid.</summary>
internal sealed class Drum : Parcel
{
    private readonly SKColor _wall;
    private readonly SKColor _lid;
    private readonly float _radius;
    private readonly float _squash;
    private readonly float _rise;
    private readonly SKPoint _foot;
    private readonly double _bungAngle;
    private readonly bool _hasBungs;

    public Drum(Pose pose, SceneRandom random)
        : base(ObjectKind.Drum, pose)
    {
        double radius = pose.Scale * random.Between(32, 44);
        Height = pose.Scale * random.Between(50, 88);
        Footprint = Round(radius);
        bool isFibre = random.Chance(0.3);
        _wall = isFibre
            ? new SKColor(0xb5, 0x8b, 0x60)
            : random.Pick<SKColor>([new(0x23, 0x57, 0x9a), new(0x2e, 0x7a, 0x55), new(0x3a, 0x3d, 0x43), new(0xb2, 0x37, 0x30), new(0xd9, 0x9c, 0x27), new(0x9a, 0xa2, 0xa8)]);
        _wall = _wall.Lit(random.Between(0.9, 1.1));
        _lid = isFibre || random.Chance(0.25) ? new SKColor(0xb4, 0xba, 0xbf) : _wall;
        _bungAngle = random.Between(0, Math.PI * 2);
        _hasBungs = random.Chance(0.7);
        _radius = (float)(radius * pose.View.Zoom);
        _squash = (float)pose.View.DepthScale;
        _rise = (float)(Height * pose.View.HeightScale * pose.View.Zoom);
        _foot = pose.View.Project(pose.X, pose.Y, 0);
        SKPath body = Wall(0, 1);
        body.AddOval(Oval(1, 1));
        Covers(body);
        if (random.Chance(0.8))
        {
            float room = (_rise * 0.9f) - (_squash * _radius * 0.33f);
            float width = Math.Min(_radius * 1.05f, room / 0.66f);
            float bottom = _foot.Y + (_squash * _radius * 0.62f) - (_rise * 0.08f);
            SKMatrix upright = SKMatrix.CreateTranslation(_foot.X + (float)(random.Between(-0.75, -0.3) * _radius), bottom - (width * 0.66f));
            Stick(new ParcelLabel(random), upright, 0, 0, width);
        }
    }

    public override void Draw(Brush brush, SceneLight light)
    {
        SKPoint left = new(_foot.X - _radius, 0);
        SKPoint right = new(_foot.X + _radius, 0);
        brush.Fill(Outline[0], _wall.Lit(0.5));
        using (SKPath wall = Wall(0, 1))
        {
            brush.Gradient(wall, left, right, _wall.Lit(0.62), _wall.Lit(1.12), _wall.Lit(0.96), _wall.Lit(0.7), _wall.Lit(0.42));
        }

        foreach (float level in (float[])[0.03f, 0.36f, 0.66f, 0.95f])
        {
            using SKPath hoop = Wall(level, level + 0.045f);
            brush.Gradient(hoop, left, right, _wall.Lit(0.7), _wall.Lit(1.5), _wall.Lit(1.1), _wall.Lit(0.75), _wall.Lit(0.4));
        }

        DrawLabel(brush, 0.06);
        DrawLid(brush);
    }

    private void DrawLid(Brush brush)
    {
        SKPoint center = new(_foot.X, _foot.Y - _rise);
        brush.Ellipse(center, _radius, _radius * _squash, _lid.Lit(1.18));
        brush.Ellipse(center, _radius * 0.93, _radius * 0.93 * _squash, _lid.Lit(0.62));
        using SKPath lid = new();
        lid.AddOval(Oval(1, 0.88f));
        brush.Gradient(lid, new SKPoint(center.X - _radius, center.Y - (_radius * _squash)), new SKPoint(center.X + _radius, center.Y + (_radius * _squash)), _lid.Lit(1.2), _lid.Lit(0.86));
        using SKPath ring = new();
        ring.AddOval(Oval(1, 0.6f));
        brush.Stroke(ring, _lid.Lit(0.8).Faded(0.7), 1);
        if (_hasBungs)
        {
            foreach ((double angle, double size) in ((double, double)[])[(_bungAngle, 0.13), (_bungAngle + Math.PI, 0.08)])
            {
                SKPoint bung = new(center.X + (float)(Math.Cos(angle) * _radius * 0.66), center.Y + (float)(Math.Sin(angle) * _radius * 0.66 * _squash));
                brush.Ellipse(new SKPoint(bung.X + 0.8f, bung.Y + 1), _radius * size, _radius * size * _squash, SKColors.Black.Faded(0.45));
                brush.Ellipse(bung, _radius * size, _radius * size * _squash, _lid.Lit(1.35));
            }
        }
    }

    private SKRect Oval(float level, float size)
    {
        float y = _foot.Y - (_rise * level);
        return new SKRect(_foot.X - (_radius * size), y - (_radius * size * _squash), _foot.X + (_radius * size), y + (_radius * size * _squash));
    }

    /// <summary>The visible half of the wall between two levels, 0 at the foot and 1 at the lid.</summary>
    private SKPath Wall(float low, float high)
    {
        SKPath path = new();
        path.MoveTo(_foot.X - _radius, _foot.Y - (_rise * high));
        path.ArcTo(Oval(high, 1), 180, -180, forceMoveTo: false);
        path.LineTo(_foot.X + _radius, _foot.Y - (_rise * low));
        path.ArcTo(Oval(low, 1), 0, 180, forceMoveTo: false);
        path.Close();
        return path;
    }
}
