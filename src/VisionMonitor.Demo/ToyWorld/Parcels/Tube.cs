using SkiaSharp;
using VisionMonitor.Demo.ToyWorld.Printing;

namespace VisionMonitor.Demo.ToyWorld.Parcels;

/// <summary>A mailing tube on its side, with plastic end caps. Drawn in a frame along its axis on the screen.</summary>
internal sealed class Tube : Parcel
{
    private static readonly SKColor Kraft = new(0xbb, 0x92, 0x66);
    private readonly SKColor _wall;
    private readonly SKColor _cap;
    private readonly float _halfLength;
    private readonly float _radius;
    private readonly float _capDepth;
    private readonly bool _isOpenEndRight;
    private readonly SKMatrix _axis;

    public Tube(Pose pose, SceneRandom random)
        : base(ObjectKind.Tube, pose)
    {
        double length = pose.Scale * random.Between(108, 150);
        double radius = pose.Scale * random.Between(12, 20);
        _wall = random.Pick<SKColor>([Kraft, Kraft, new(0xe8, 0xe4, 0xda), new(0x6f, 0x78, 0x80), new(0x36, 0x57, 0x86)]).Lit(random.Between(0.92, 1.08));
        _cap = random.Pick<SKColor>([new(0xf2, 0xf2, 0xee), new(0x26, 0x28, 0x2c), new(0xc2, 0x3a, 0x34), new(0x2c, 0x63, 0xa0)]);
        Height = radius * 1.7;
        Footprint = Rectangle(length, radius * 1.5);

        SKPoint from = pose.Project(-length / 2, 0, radius);
        SKPoint to = pose.Project(length / 2, 0, radius);
        if (from.X > to.X)
        {
            (from, to) = (to, from);
        }

        _radius = (float)(radius * pose.View.Zoom);
        _halfLength = SKPoint.Distance(from, to) / 2;
        (double x, double y) = pose.Turn(1, 0);
        double towardsViewer = Math.Abs(pose.View.Nearness(x, y)) * pose.View.HeightScale;
        _capDepth = (float)Math.Max(_radius * towardsViewer, 0.8);
        _isOpenEndRight = to.Y > from.Y;
        _axis = SKMatrix.CreateRotation((float)Math.Atan2(to.Y - from.Y, to.X - from.X))
            .PostConcat(SKMatrix.CreateTranslation((from.X + to.X) / 2, (from.Y + to.Y) / 2));
        SKPath body = Body(-_halfLength, _halfLength);
        body.Transform(_axis);
        Covers(body);
        float label = Math.Min(_radius * 1.9f, _halfLength);
        Stick(new ParcelLabel(random), _axis, random.Between(-0.6, 0.5) * _halfLength, -_radius * 0.72, label);
    }

    public override void Draw(Brush brush, SceneLight light)
    {
        brush.Fill(Outline[0], _wall.Lit(0.5));
        using (brush.Within(_axis))
        {
            DrawCylinder(brush, -_halfLength, _halfLength, _wall);
            using SKPath seams = new();
            for (float x = -_halfLength - _radius; x < _halfLength; x += _radius * 1.5f)
            {
                seams.MoveTo(Math.Max(x, -_halfLength), -_radius * 0.96f);
                seams.LineTo(Math.Min(x + (_radius * 1.1f), _halfLength), _radius * 0.96f);
            }

            brush.Stroke(seams, _wall.Lit(0.7).Faded(0.6), 0.8);
            float band = _radius * 0.5f;
            DrawCylinder(brush, -_halfLength, -_halfLength + band, _cap);
            DrawCylinder(brush, _halfLength - band, _halfLength, _cap);
            SKPoint end = new(_isOpenEndRight ? _halfLength : -_halfLength, 0);
            brush.Ellipse(end, _capDepth, _radius, _cap.Lit(0.92));
            brush.Ellipse(end, _capDepth * 0.78, _radius * 0.78, _cap.Lit(0.7));
            brush.Ellipse(new SKPoint(end.X, end.Y + (_radius * 0.05f)), _capDepth * 0.7, _radius * 0.7, _cap.Lit(0.84));
        }

        DrawLabel(brush);
        using (brush.Within(_axis))
        {
            using SKPath body = Body(-_halfLength, _halfLength);
            brush.Gradient(body, new SKPoint(0, -_radius), new SKPoint(0, _radius), SKColors.White.Faded(0.05), SKColors.White.Faded(0.18), SKColors.Black.Faded(0), SKColors.Black.Faded(0.3));
        }
    }

    public override double RoughArea() => 4 * _radius * _halfLength;

    private void DrawCylinder(Brush brush, float left, float right, SKColor color)
    {
        using SKPath body = Body(left, right);
        brush.Gradient(body, new SKPoint(0, -_radius), new SKPoint(0, _radius), color.Lit(0.82), color.Lit(1.16), color.Lit(1.02), color.Lit(0.78), color.Lit(0.5));
    }

    private SKPath Body(float left, float right)
    {
        SKPath path = new();
        path.MoveTo(left, -_radius);
        path.LineTo(right, -_radius);
        path.ArcTo(new SKRect(right - _capDepth, -_radius, right + _capDepth, _radius), -90, 180, forceMoveTo: false);
        path.LineTo(left, _radius);
        path.ArcTo(new SKRect(left - _capDepth, -_radius, left + _capDepth, _radius), 90, 180, forceMoveTo: false);
        path.Close();
        return path;
    }
}
