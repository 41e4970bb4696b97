using SkiaSharp;
using VisionMonitor.Demo.ToyWorld.Printing;

namespace VisionMonitor.Demo.ToyWorld.Parcels;

/// <summary>A cardboard box with tape over its seam, handling marks and a label.</summary>
internal sealed class Carton : BoxParcel
{
    private readonly SKColor _board;
    private readonly SKColor _tape;
    private readonly float _tapeWidth;
    private readonly bool _hasArrows;

    public Carton(Pose pose, SceneRandom random)
        : base(ObjectKind.Carton, pose, pose.Scale * random.Between(68, 108), pose.Scale * random.Between(54, 84), pose.Scale * random.Between(20, 66))
    {
        _board = random.Chance(0.12)
            ? new SKColor(0xe6, 0xe2, 0xd8)
            : random.Pick<SKColor>([new(0xc6, 0x9a, 0x68), new(0xb8, 0x8a, 0x5a), new(0xd3, 0xab, 0x7a), new(0xa9, 0x7e, 0x55)]).Lit(random.Between(0.94, 1.06));
        _tape = random.Pick<SKColor>([new(0xe2, 0xc6, 0x92), new(0xe2, 0xc6, 0x92), new(0x8c, 0x62, 0x3a), new(0xf1, 0xef, 0xe8), new(0x2d, 0x6f, 0xb0), new(0xc8, 0x45, 0x3a)]);
        _tapeWidth = (float)(pose.Scale * random.Between(9, 15));
        _hasArrows = random.Chance(0.6) && Height > 26 * pose.Scale;
        float labelWidth = (float)Math.Min(Width * 0.52, 58 * pose.Scale);
        if (random.Chance(0.7) || Height < labelWidth * 0.75)
        {
            bool isRight = random.Chance(0.5);
            double top = ((Depth - _tapeWidth) / 2) - (labelWidth * 0.66) > 2 ? random.Between(2, ((Depth - _tapeWidth) / 2) - (labelWidth * 0.66)) : Depth * 0.12;
            Stick(new ParcelLabel(random), Top.Plane, isRight ? Width - labelWidth - 4 : 4, random.Chance(0.5) ? top : Depth - top - (labelWidth * 0.66), labelWidth);
        }
        else
        {
            Stick(new ParcelLabel(random), Sides[0].Plane, (Sides[0].Width - labelWidth) * random.Between(0.1, 0.9), Height * 0.1, labelWidth);
        }
    }

    public override void Draw(Brush brush, SceneLight light)
    {
        brush.Fill(Outline[0], _board.Lit(0.5));
        for (int index = 0; index < Sides.Count; index++)
        {
            DrawSide(brush, Sides[index], light.Brightness(Sides[index].NormalX, Sides[index].NormalY));
        }

        DrawTop(brush);
        DrawLabel(brush);
    }

    private void DrawTop(Brush brush)
    {
        using SKAutoCanvasRestore restore = brush.Within(Top.Plane);
        using SKPath path = Top.Path();
        brush.Gradient(path, new SKPoint(0, 0), new SKPoint(Top.Width, Top.Height), _board.Lit(1.12), _board.Lit(0.98));
        brush.Shade(path, Textures.Grain, 0.3, SKBlendMode.Overlay);
        float middle = Top.Height / 2;
        brush.Fill(new SKRect(0, middle - 0.5f, Top.Width, middle + 0.6f), _board.Lit(0.45));
        DrawTape(brush, new SKRect(0, middle - (_tapeWidth / 2), Top.Width, middle + (_tapeWidth / 2)), 1.05);
        brush.Stroke(path, _board.Lit(1.35).Faded(0.7), 0.9);
    }

    private void DrawSide(Brush brush, Face side, double brightness)
    {
        using SKAutoCanvasRestore restore = brush.Within(side.Plane);
        using SKPath path = side.Path();
        SKColor lit = _board.Lit(brightness);
        brush.Gradient(path, new SKPoint(0, 0), new SKPoint(0, side.Height), lit.Lit(1.05), lit.Lit(0.8));
        brush.Shade(path, Textures.Grain, 0.25, SKBlendMode.Overlay);
        bool isAcrossSeam = Math.Abs(side.Width - Top.Height) < 0.01;
        if (isAcrossSeam)
        {
            float middle = side.Width / 2;
            DrawTape(brush, new SKRect(middle - (_tapeWidth / 2), 0, middle + (_tapeWidth / 2), Math.Min(side.Height * 0.45f, 20)), brightness);
        }
        else if (_hasArrows)
        {
            DrawArrows(brush, side);
        }
    }

    private void DrawTape(Brush brush, SKRect rect, double brightness)
    {
        brush.Fill(rect, _tape.Lit(brightness).Faded(0.86));
        bool isLevel = rect.Width > rect.Height;
        SKRect shine = isLevel
            ? new SKRect(rect.Left, rect.Top + (rect.Height * 0.2f), rect.Right, rect.Top + (rect.Height * 0.36f))
            : new SKRect(rect.Left + (rect.Width * 0.2f), rect.Top, rect.Left + (rect.Width * 0.36f), rect.Bottom);
        brush.Fill(shine, SKColors.White.Faded(0.28));
    }

    /// <summary>"This side up": two arrows over a line.</summary>
    private static void DrawArrows(Brush brush, Face side)
    {
        float size = Math.Min(side.Height * 0.5f, 20);
        float left = side.Width - (size * 1.25f) - 3;
        float top = side.Height - size - 4;
        using SKPath arrows = new();
        for (int index = 0; index < 2; index++)
        {
            float x = left + (index * size * 0.6f) + (size * 0.22f);
            arrows.MoveTo(x, top + (size * 0.75f));
            arrows.LineTo(x, top);
            arrows.MoveTo(x - (size * 0.2f), top + (size * 0.25f));
            arrows.LineTo(x, top);
            arrows.LineTo(x + (size * 0.2f), top + (size * 0.25f));
        }

        arrows.MoveTo(left, top + size);
        arrows.LineTo(left + (size * 1.05f), top + size);
        brush.Stroke(arrows, new SKColor(0x3a, 0x24, 0x12).Faded(0.75), 1.5);
    }
}
