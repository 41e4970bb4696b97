using SkiaSharp;

namespace VisionMonitor.Demo.ToyWorld.Parcels;

/// <summary>A tyre lying flat: the kind that no model was trained on. Through its hole one sees the belt.</summary>
internal sealed class Tyre : Parcel
{
    private static readonly SKColor Rubber = new(0x2a, 0x2b, 0x2e);
    private readonly double _radius;
    private readonly double _hole;
    private readonly int _treads;

    public Tyre(Pose pose, SceneRandom random)
        : base(ObjectKind.Tyre, pose)
    {
        _radius = pose.Scale * random.Between(46, 58);
        _hole = _radius * random.Between(0.5, 0.6);
        _treads = 26 + random.Below(12);
        Height = pose.Scale * random.Between(18, 28);
        Footprint = Round(_radius);
        using SKPath hull = Ring(0, _radius);
        using SKPath upper = Ring(Height, _radius);
        using SKPath sides = SideBand();
        using SKPath lower = Ring(0, _hole);
        using SKPath open = Ring(Height, _hole).Op(lower, SKPathOp.Intersect);
        using SKPath body = hull.Op(upper, SKPathOp.Union).Op(sides, SKPathOp.Union);
        Covers(body.Op(open, SKPathOp.Difference));
    }

    public override void Draw(Brush brush, SceneLight light)
    {
        SKPoint left = Pose.Project(-_radius, 0, 0);
        SKPoint right = Pose.Project(_radius, 0, 0);
        brush.Gradient(Outline[0], new SKPoint(Math.Min(left.X, right.X), 0), new SKPoint(Math.Max(left.X, right.X), 0), Rubber.Lit(0.7), Rubber.Lit(1.5), Rubber, Rubber.Lit(0.5));
        using SKAutoCanvasRestore restore = new(brush.Canvas);
        brush.Canvas.ClipPath(Outline[0], antialias: true);
        using SKPath treads = new();
        for (int index = 0; index < _treads; index++)
        {
            double angle = index * Math.PI * 2 / _treads;
            treads.MoveTo(Pose.Project(Math.Cos(angle) * _radius, Math.Sin(angle) * _radius, Height * 0.12));
            treads.LineTo(Pose.Project(Math.Cos(angle + 0.07) * _radius, Math.Sin(angle + 0.07) * _radius, Height * 0.9));
        }

        brush.Stroke(treads, SKColors.Black.Faded(0.8), 1.8);
        using SKPath face = Ring(Height, _radius * 0.97);
        using SKPath hole = Ring(Height, _hole);
        face.AddPath(hole);
        face.FillType = SKPathFillType.EvenOdd;
        brush.Gradient(face, Pose.Project(-_radius, -_radius, Height), Pose.Project(_radius, _radius, Height), Rubber.Lit(2.5), Rubber.Lit(1.5), Rubber.Lit(1.15));
        foreach (double share in (double[])[0.9, 0.74])
        {
            using SKPath groove = Ring(Height, _hole + ((_radius - _hole) * share));
            brush.Stroke(groove, Rubber.Lit(share > 0.8 ? 0.7 : 2.1).Faded(0.8), 1.1);
        }

        brush.Stroke(hole, Rubber.Lit(2.6).Faded(0.8), 1);
    }

    private SKPath Ring(double z, double radius)
    {
        SKPath path = new();
        path.AddCircle(0, 0, (float)radius);
        path.Transform(Pose.Level(z));
        return path;
    }

    private SKPath SideBand()
    {
        SKRect foot = Ring(0, _radius).TightBounds;
        float rise = Pose.Project(0, 0, 0).Y - Pose.Project(0, 0, Height).Y;
        SKPath band = new();
        band.AddRect(new SKRect(foot.Left, foot.MidY - rise, foot.Right, foot.MidY));
        return band;
    }
}
