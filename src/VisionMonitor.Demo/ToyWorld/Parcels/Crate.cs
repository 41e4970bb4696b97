using SkiaSharp;
using VisionMonitor.Demo.ToyWorld.Printing;

namespace VisionMonitor.Demo.ToyWorld.Parcels;

/// <summary>An open plastic crate with ribs and handle holes, empty or with goods inside.</summary>
internal sealed class Crate : BoxParcel
{
    private readonly SKColor _plastic;
    private readonly float _rim;
    private readonly SKColor[] _goods;

    public Crate(Pose pose, SceneRandom random)
        : base(ObjectKind.Crate, pose, pose.Scale * random.Between(80, 108), pose.Scale * random.Between(58, 78), pose.Scale * random.Between(26, 46))
    {
        _plastic = random.Pick<SKColor>([new(0x2c, 0x66, 0xa8), new(0xb8, 0x39, 0x34), new(0x2f, 0x86, 0x5c), new(0x7d, 0x84, 0x8a), new(0xe0, 0xa8, 0x2e), new(0x4a, 0x4e, 0x55), new(0xb9, 0x93, 0x66)])
            .Lit(random.Between(0.9, 1.1));
        _rim = (float)(pose.Scale * random.Between(5, 8));
        _goods = random.Chance(0.45)
            ? [.. Enumerable.Range(0, 3 + random.Below(4)).Select(_ => random.Pick<SKColor>([new(0xc8, 0x9d, 0x6c), new(0xe9, 0xe5, 0xdb), new(0x6d, 0x93, 0xb8), new(0xb7, 0x54, 0x44), new(0xd8, 0xb0, 0x6a)]))]
            : [];
        if (random.Chance(0.65))
        {
            float width = (float)Math.Min(Sides[0].Width * 0.4, Height * 1.1);
            Stick(new ParcelLabel(random), Sides[0].Plane, Sides[0].Width * 0.08, Height * 0.22, width);
        }
    }

    public override void Draw(Brush brush, SceneLight light)
    {
        brush.Fill(Outline[0], _plastic.Lit(0.4));
        foreach (Face side in Sides)
        {
            DrawSide(brush, side, light.Brightness(side.NormalX, side.NormalY));
        }

        DrawInside(brush);
        using (brush.Within(Top.Plane))
        {
            using SKPath rim = Top.Path();
            rim.FillType = SKPathFillType.EvenOdd;
            rim.AddRoundRect(Inner, _rim, _rim);
            brush.Gradient(rim, new SKPoint(0, 0), new SKPoint(Top.Width, Top.Height), _plastic.Lit(1.3), _plastic.Lit(1.02));
            brush.Stroke(rim, SKColors.White.Faded(0.22), 0.8);
        }

        DrawLabel(brush);
    }

    private SKRect Inner => new(_rim, _rim, Top.Width - _rim, Top.Height - _rim);

    private void DrawInside(Brush brush)
    {
        using SKAutoCanvasRestore restore = new(brush.Canvas);
        using SKPath opening = new();
        opening.AddRoundRect(Inner, _rim, _rim);
        opening.Transform(Top.Plane);
        brush.Canvas.ClipPath(opening, antialias: true);
        double depth = Height * (_goods.Length > 0 ? 0.35 : 0.92);
        SKMatrix floor = Viewpoint.Plane(
            Pose.Project(-Width / 2, -Depth / 2, Height - depth), Pose.Project((-Width / 2) + 1, -Depth / 2, Height - depth), Pose.Project(-Width / 2, (-Depth / 2) + 1, Height - depth));
        brush.Fill(opening, _plastic.Lit(0.62));
        using (brush.Within(floor))
        {
            using SKPath bottom = Top.Path();
            brush.Gradient(bottom, new SKPoint(0, 0), new SKPoint(0, Top.Height), _plastic.Lit(0.3), _plastic.Lit(0.5));
            float pitch = Top.Width / Math.Max(1, (_goods.Length + 1) / 2);
            for (int index = 0; index < _goods.Length; index++)
            {
                SKRect good = SKRect.Create((index / 2 * pitch) + 2, (index % 2 * Top.Height * 0.5f) + 3 + (index % 3), pitch - 4, (Top.Height * 0.5f) - 5);
                brush.Fill(SKRect.Create(good.Left + 1.5f, good.Top + 2.5f, good.Width, good.Height), SKColors.Black.Faded(0.4), 3);
                brush.Fill(good, _goods[index].Lit(0.86), 3);
                brush.Fill(SKRect.Create(good.Left + 2, good.Top + 2, good.Width - 4, good.Height * 0.3f), SKColors.White.Faded(0.16), 2);
            }
        }

        using SKPath shade = new();
        shade.AddPath(opening);
        brush.Gradient(shade, Pose.Project(-Width / 2, -Depth / 2, Height), Pose.Project(0, Depth / 3, Height), SKColors.Black.Faded(0.5), SKColors.Black.Faded(0));
    }

    private void DrawSide(Brush brush, Face side, double brightness)
    {
        using SKAutoCanvasRestore restore = brush.Within(side.Plane);
        using SKPath path = side.Path();
        SKColor lit = _plastic.Lit(brightness);
        brush.Gradient(path, new SKPoint(0, 0), new SKPoint(0, side.Height), lit.Lit(1.1), lit.Lit(0.78));
        using SKPath ribs = new();
        int count = (int)(side.Width / 11);
        for (int index = 1; index < count; index++)
        {
            float x = side.Width * index / count;
            ribs.MoveTo(x, side.Height * 0.24f);
            ribs.LineTo(x, side.Height - 2);
        }

        brush.Stroke(ribs, lit.Lit(0.68), 2);
        brush.Fill(new SKRect(0, 0, side.Width, side.Height * 0.16f), lit.Lit(1.14));
        brush.Fill(new SKRect(0, side.Height * 0.16f, side.Width, side.Height * 0.21f), SKColors.Black.Faded(0.3));
        float middle = side.Width / 2;
        brush.Fill(SKRect.Create(middle - (side.Width * 0.13f), side.Height * 0.27f, side.Width * 0.26f, side.Height * 0.2f), lit.Lit(0.22), side.Height * 0.1f);
    }
}
