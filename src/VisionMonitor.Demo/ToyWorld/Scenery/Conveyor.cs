using SkiaSharp;

namespace VisionMonitor.Demo.ToyWorld.Scenery;

/// <summary>The still part of a camera's picture: floor, safety stripes, rails, rollers, belt. The same paths give the picture and its truth.</summary>
internal sealed class Conveyor
{
    public const double BeltHalfWidth = 84;
    private const double RollerEdge = 97;
    private const double RailEdge = 107;
    private const double RailHeight = 9;
    private const double FloorZ = -24;
    private const double Far = 420;
    private static readonly SKColor Concrete = new(0x9a, 0x9d, 0x9c);
    private readonly Viewpoint _view;

    public Conveyor(Viewpoint view)
    {
        _view = view;
        SKPath nearRail = Band(RollerEdge, RailEdge, RailHeight);
        nearRail.AddPath(Upright(RailEdge, RailHeight, FloorZ));
        SKPath farRail = Band(-BeltHalfWidth - 10, -BeltHalfWidth, RailHeight);
        farRail.AddPath(Upright(-BeltHalfWidth, RailHeight, 0));
        Layers =
        [
            (StuffKind.Floor, Band(-Far, Far, FloorZ)),
            (StuffKind.Stripe, Band(-146, -133, FloorZ)),
            (StuffKind.Stripe, Band(116, 129, FloorZ)),
            (StuffKind.Rail, farRail),
            (StuffKind.Belt, Band(-BeltHalfWidth, BeltHalfWidth, 0)),
            (StuffKind.Roller, Band(BeltHalfWidth, RollerEdge, 0)),
            (StuffKind.Rail, nearRail),
        ];
    }

    /// <summary>From back to front; each covers what came before.</summary>
    public IReadOnlyList<(StuffKind Kind, SKPath Path)> Layers { get; }

    public void Draw(Brush brush)
    {
        DrawFloor(brush);
        DrawRail(brush, Layers[3].Path, -BeltHalfWidth - 10, -BeltHalfWidth, 0);
        DrawBelt(brush);
        DrawRollers(brush);
        DrawRail(brush, Layers[6].Path, RollerEdge, RailEdge, FloorZ);
    }

    /// <summary>The belt's joint, wherever the belt has carried it.</summary>
    public void DrawJoint(Brush brush, double x)
    {
        using SKAutoCanvasRestore restore = brush.Within(_view.GroundMatrix());
        float edge = (float)BeltHalfWidth - 1;
        using SKPath joint = new();
        joint.MoveTo((float)x, -edge);
        joint.LineTo((float)x + 14, edge);
        brush.Stroke(joint, SKColors.Black.Faded(0.45), 1.8);
        brush.Canvas.Translate(1.6f, 0);
        brush.Stroke(joint, SKColors.White.Faded(0.12), 1);
    }

    private void DrawFloor(Brush brush)
    {
        SKPath floor = Layers[0].Path;
        brush.Gradient(floor, new SKPoint(0, 0), new SKPoint(0, 256), Concrete.Lit(0.78), Concrete.Lit(0.98), Concrete.Lit(1.04));
        brush.Shade(floor, Textures.Stains, 0.32, SKBlendMode.Overlay);
        brush.Shade(floor, Textures.Grain, 0.35, SKBlendMode.Overlay);
        using (brush.Within(_view.GroundMatrix(FloorZ)))
        {
            for (float x = -385; x < Far; x += 110)
            {
                brush.Line(new SKPoint(x, (float)-Far), new SKPoint(x, (float)Far), SKColors.Black.Faded(0.22), 1.2);
            }

            brush.Line(new SKPoint((float)-Far, -205), new SKPoint((float)Far, -205), SKColors.Black.Faded(0.22), 1.2);
        }

        foreach ((StuffKind kind, SKPath path) in Layers)
        {
            if (kind == StuffKind.Stripe)
            {
                DrawStripe(brush, path);
            }
        }

        using SKPath under = Band(-BeltHalfWidth - 14, RailEdge + 10, FloorZ);
        brush.Shadow(under, 0.55, 7);
    }

    private void DrawStripe(Brush brush, SKPath stripe)
    {
        using SKAutoCanvasRestore restore = new(brush.Canvas);
        brush.Fill(stripe, new SKColor(0xe5, 0xb4, 0x2a));
        brush.Canvas.ClipPath(stripe, antialias: true);
        using (brush.Within(_view.GroundMatrix(FloorZ)))
        {
            using SKPath bars = new();
            for (float x = (float)-Far; x < Far; x += 26)
            {
                foreach (float y in (float[])[-146, 116])
                {
                    bars.AddPoly([new(x, y - 2), new(x + 12, y - 2), new(x + 25, y + 15), new(x + 13, y + 15)], close: true);
                }
            }

            brush.Fill(bars, new SKColor(0x2b, 0x2c, 0x2e));
        }

        brush.Shade(stripe, Textures.Grain, 0.55, SKBlendMode.Overlay);
        brush.Shade(stripe, Textures.Stains, 0.5, SKBlendMode.Overlay);
    }

    private void DrawBelt(Brush brush)
    {
        SKPath belt = Layers[4].Path;
        SKColor color = _view.BeltColor;
        using (brush.Within(_view.GroundMatrix()))
        {
            float edge = (float)BeltHalfWidth;
            using SKPath level = new();
            level.AddRect(new SKRect((float)-Far, -edge, (float)Far, edge));
            brush.Gradient(level, new SKPoint(0, -edge), new SKPoint(0, edge), color.Lit(0.62), color.Lit(1.02), color.Lit(1.14), color.Lit(1.06), color.Lit(0.84));
            brush.Shade(level, Textures.Grain, 0.4, SKBlendMode.Overlay);
            brush.Shade(level, Textures.Stains, 0.16, SKBlendMode.Overlay);
            for (float y = -edge + 14; y < edge; y += 14)
            {
                brush.Line(new SKPoint((float)-Far, y), new SKPoint((float)Far, y), SKColors.Black.Faded(0.1), 1);
            }
        }

        using SKAutoCanvasRestore restore = new(brush.Canvas);
        brush.Canvas.ClipPath(belt, antialias: true);
        using SKPath railShadow = Band(-BeltHalfWidth - 12, -BeltHalfWidth + 5, 0);
        brush.Shadow(railShadow, 0.6, 4);
        brush.Radial(belt, new SKPoint(96, 96), 150, SKColors.White.Faded(0.14), SKColors.White.Faded(0));
    }

    private void DrawRollers(Brush brush)
    {
        brush.Fill(Layers[5].Path, new SKColor(0x1c, 0x1e, 0x21));
        using SKAutoCanvasRestore restore = new(brush.Canvas);
        brush.Canvas.ClipPath(Layers[5].Path, antialias: true);
        using SKAutoCanvasRestore plane = brush.Within(_view.GroundMatrix());
        SKColor steel = new(0xb4, 0xba, 0xbf);
        for (float x = -400; x < 400; x += 13)
        {
            using SKPath roller = new();
            roller.AddRoundRect(new SKRect(x, (float)BeltHalfWidth - 2, x + 9.5f, (float)RollerEdge + 2), 2, 2);
            brush.Gradient(roller, new SKPoint(x, 0), new SKPoint(x + 9.5f, 0), steel.Lit(0.45), steel.Lit(1.2), steel.Lit(0.95), steel.Lit(0.4));
        }
    }

    private void DrawRail(Brush brush, SKPath whole, double near, double far, double foot)
    {
        SKColor color = _view.RailColor;
        brush.Fill(whole, color.Lit(0.5));
        using SKPath front = Upright(far, RailHeight, foot);
        SKPoint top = _view.Project(0, far, RailHeight);
        SKPoint bottom = _view.Project(0, far, foot);
        brush.Gradient(front, top, bottom, color.Lit(0.74), color.Lit(0.6), color.Lit(0.38));
        using SKPath level = Band(near, far, RailHeight);
        brush.Gradient(level, _view.Project(0, near, RailHeight), _view.Project(0, far, RailHeight), color.Lit(1.05), color.Lit(1.25), color.Lit(0.95));
        using SKAutoCanvasRestore plane = brush.Within(_view.GroundMatrix(RailHeight));
        float middle = (float)((near + far) / 2);
        for (float x = -385; x < 400; x += 48)
        {
            brush.Ellipse(new SKPoint(x + 0.6f, middle + 0.8f), 2.3, 2.3, SKColors.Black.Faded(0.4));
            brush.Ellipse(new SKPoint(x, middle), 2, 2, color.Lit(1.35));
            brush.Ellipse(new SKPoint(x, middle), 1, 1, color.Lit(0.6));
        }
    }

    private SKPath Band(double fromY, double toY, double z)
    {
        SKPath path = new();
        path.AddPoly([_view.Project(-Far, fromY, z), _view.Project(Far, fromY, z), _view.Project(Far, toY, z), _view.Project(-Far, toY, z)], close: true);
        return path;
    }

    private SKPath Upright(double y, double fromZ, double toZ)
    {
        SKPath path = new();
        path.AddPoly([_view.Project(-Far, y, fromZ), _view.Project(Far, y, fromZ), _view.Project(Far, y, toZ), _view.Project(-Far, y, toZ)], close: true);
        return path;
    }
}
