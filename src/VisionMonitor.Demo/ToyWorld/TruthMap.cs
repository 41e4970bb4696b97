using SkiaSharp;
using VisionMonitor.Demo.ToyWorld.Parcels;
using VisionMonitor.Demo.ToyWorld.Printing;

namespace VisionMonitor.Demo.ToyWorld;

/// <summary>Paints ids instead of colours, with the paths and in the order of the picture, and reads the truth off the map.</summary>
internal static class TruthMap
{
    private const double SmallestPrintHeightPixels = 3;

    public static SceneTruth Of(Composition composition)
    {
        (int width, int height, _) = composition.Frame;
        byte[] segments = Paint(composition);
        byte[] instances = Array.ConvertAll(segments, id => id >= SceneTruth.FirstStuffId ? (byte)0 : id);
        (PixelBox Box, int Area)[] regions = Regions(segments, width);
        List<SceneObject> objects = [];
        List<SceneSegment> listed = [];
        for (int id = 1; id <= composition.Parcels.Count; id++)
        {
            if (regions[id].Area > 0)
            {
                ObjectKind kind = composition.Parcels[id - 1].Kind;
                double share = IsCovered(composition, id) ? (double)regions[id].Area / AreaAlone(composition, id) : 1;
                objects.Add(new SceneObject(id, kind, regions[id].Box, regions[id].Area, share));
                listed.Add(new SceneSegment(id, kind.Name(), (int)kind, IsThing: true, regions[id].Box, regions[id].Area));
            }
        }

        foreach (StuffKind kind in Enum.GetValues<StuffKind>())
        {
            int id = SceneTruth.FirstStuffId + (int)kind;
            if (regions[id].Area > 0)
            {
                listed.Add(new SceneSegment(id, kind.ToString().ToLowerInvariant(), (int)kind, IsThing: false, regions[id].Box, regions[id].Area));
            }
        }

        return new SceneTruth(
            width, height, composition.Parcels[0].Kind, objects, instances, segments, listed, [.. Texts(composition, instances)]);
    }

    private static byte[] Paint(Composition composition)
    {
        using IdCanvas canvas = new(composition);
        foreach ((StuffKind kind, SKPath path) in composition.Backdrop.Conveyor.Layers)
        {
            canvas.Fill(path, (byte)(SceneTruth.FirstStuffId + (int)kind));
        }

        foreach ((int id, Parcel parcel) in composition.BackToFront())
        {
            canvas.Fill(parcel.Outline, (byte)id);
        }

        return canvas.Read();
    }

    /// <summary>Whether a nearer object may hide a part of this one: their bounds meet. Most stand free, and need no second drawing.</summary>
    private static bool IsCovered(Composition composition, int id)
    {
        SKRect bounds = BoundsOf(composition.Parcels[id - 1]);
        return composition.BackToFront().SkipWhile(pair => pair.Id != id).Skip(1).Any(nearer => BoundsOf(nearer.Parcel).IntersectsWithInclusive(bounds));

        static SKRect BoundsOf(Parcel parcel) => parcel.Outline.Select(path => path.Bounds).Aggregate(SKRect.Union);
    }

    private static int AreaAlone(Composition composition, int id)
    {
        using IdCanvas canvas = new(composition);
        canvas.Fill(composition.Parcels[id - 1].Outline, (byte)id);
        return canvas.Read().AsSpan().Count((byte)id);
    }

    private static (PixelBox Box, int Area)[] Regions(byte[] map, int width)
    {
        (PixelBox Box, int Area)[] regions = new (PixelBox, int)[256];
        Array.Fill(regions, (new PixelBox(int.MaxValue, int.MaxValue, 0, 0), 0));
        for (int y = 0; y * width < map.Length; y++)
        {
            ReadOnlySpan<byte> row = map.AsSpan(y * width, width);
            for (int x = 0, next; x < width; x = next)
            {
                // A run of one id at a time: a row has few of them.
                int length = row[x..].IndexOfAnyExcept(row[x]);
                next = length < 0 ? width : x + length;
                ref (PixelBox Box, int Area) region = ref regions[row[x]];
                PixelBox box = region.Box;
                region = (new PixelBox(Math.Min(box.Left, x), Math.Min(box.Top, y), Math.Max(box.Right, next), y + 1), region.Area + next - x);
            }
        }

        return regions;
    }

    private static IEnumerable<PrintedText> Texts(Composition composition, byte[] instances)
    {
        for (int id = 1; id <= composition.Parcels.Count; id++)
        {
            Parcel parcel = composition.Parcels[id - 1];
            foreach ((string text, SKMatrix plane, float width) in parcel.Label?.Lines ?? [])
            {
                SKMatrix toScreen = plane.PostConcat(parcel.LabelPlane).PostConcat(composition.Frame.Matrix);
                SKPoint[] quad = toScreen.MapPoints(
                    [new(-0.6f, -0.6f), new(width + 0.6f, -0.6f), new(width + 0.6f, StrokeFont.CapHeight + 0.6f), new(-0.6f, StrokeFont.CapHeight + 0.6f)]);
                if (SKPoint.Distance(quad[0], quad[3]) >= SmallestPrintHeightPixels)
                {
                    yield return new PrintedText(id, text, [.. quad.Select(point => new PixelPoint(point.X, point.Y))], VisibleShare(quad, composition, instances, id));
                }
            }
        }
    }

    private static double VisibleShare(SKPoint[] quad, Composition composition, byte[] instances, int id)
    {
        const int steps = 16;
        int visible = 0;
        for (int index = 0; index < steps * steps; index++)
        {
            float u = ((index % steps) + 0.5f) / steps;
            float v = ((index / steps) + 0.5f) / steps;
            int x = (int)Math.Floor(quad[0].X + (u * (quad[1].X - quad[0].X)) + (v * (quad[3].X - quad[0].X)));
            int y = (int)Math.Floor(quad[0].Y + (u * (quad[1].Y - quad[0].Y)) + (v * (quad[3].Y - quad[0].Y)));
            bool isInside = x >= 0 && y >= 0 && x < composition.Frame.Width && y < composition.Frame.Height;
            visible += isInside && instances[(y * composition.Frame.Width) + x] == id ? 1 : 0;
        }

        return (double)visible / (steps * steps);
    }

    /// <summary>A canvas without antialiasing whose red channel is the id.</summary>
    private sealed class IdCanvas : IDisposable
    {
        private readonly SKBitmap _bitmap;
        private readonly SKCanvas _canvas;
        private readonly SKPaint _paint = new() { IsAntialias = false };

        public IdCanvas(Composition composition)
        {
            _bitmap = new SKBitmap(composition.Frame.Pixels);
            _canvas = new SKCanvas(_bitmap);
            _canvas.Clear(SKColors.Black);
            _canvas.SetMatrix(composition.Frame.Matrix);
        }

        public void Fill(IEnumerable<SKPath> paths, byte id)
        {
            foreach (SKPath path in paths)
            {
                Fill(path, id);
            }
        }

        public void Fill(SKPath path, byte id)
        {
            _paint.Color = new SKColor(id, 0, 0);
            _canvas.DrawPath(path, _paint);
        }

        public byte[] Read()
        {
            _canvas.Flush();
            ReadOnlySpan<byte> rgba = _bitmap.GetPixelSpan();
            byte[] ids = new byte[rgba.Length / 4];
            for (int index = 0; index < ids.Length; index++)
            {
                ids[index] = rgba[index * 4];
            }

            return ids;
        }

        public void Dispose()
        {
            _paint.Dispose();
            _canvas.Dispose();
            _bitmap.Dispose();
        }
    }
}
