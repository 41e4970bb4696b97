using SkiaSharp;
using VisionMonitor.Demo.ToyWorld.Printing;

namespace VisionMonitor.Demo.ToyWorld.Parcels;

/// <summary>Something on the belt: it knows what it covers on the screen and how to draw itself there, never outside of that.</summary>
internal abstract class Parcel(ObjectKind kind, Pose pose) : IDisposable
{
    private readonly List<SKPath> _outline = [];

    public ObjectKind Kind { get; } = kind;

    public Pose Pose { get; } = pose;

    /// <summary>Together these paths cover exactly the object's pixels.</summary>
    public IReadOnlyList<SKPath> Outline => _outline;

    public ParcelLabel? Label { get; private set; }

    public SKMatrix LabelPlane { get; private set; }

    /// <summary>Height above the belt; it decides the length of the shadow.</summary>
    public double Height { get; protected init; }

    /// <summary>Corners of what touches the belt, in the object's own frame.</summary>
    protected IReadOnlyList<(double X, double Y)> Footprint { get; init; } = [];

    public abstract void Draw(Brush brush, SceneLight light);

    public void DrawShadow(Brush brush, SceneLight light)
    {
        (double slopeX, double slopeY) = light.ShadowSlope;
        List<SKPoint> points = [];
        foreach ((double x, double y) in Footprint)
        {
            (double worldX, double worldY) = Pose.Turn(x, y);
            worldX += Pose.X;
            worldY += Pose.Y;
            points.Add(Pose.View.Project(worldX, worldY, 0));
            points.Add(Pose.View.Project(worldX + (slopeX * Height), worldY + (slopeY * Height), 0));
        }

        using SKPath cast = Hull(points);
        brush.Shadow(cast, 0.42 + (0.14 * light.Day), 2 + (0.04 * Height));
        using SKPath contact = Hull([.. points.Where((_, index) => index % 2 == 0)]);
        brush.Shadow(contact, 0.6, 1.8);
    }

    public void Dispose()
    {
        _outline.ForEach(path => path.Dispose());
        GC.SuppressFinalize(this);
    }

    /// <summary>A visible area in pixels, good enough to compare sizes.</summary>
    public virtual double RoughArea()
    {
        SKRect bounds = _outline[0].TightBounds;
        foreach (SKPath path in _outline.Skip(1))
        {
            bounds.Union(path.TightBounds);
        }

        return bounds.Width * bounds.Height * 0.75;
    }

    protected SKPath Covers(SKPath path)
    {
        _outline.Add(path);
        return path;
    }

    /// <summary>Glues a label onto a plane, its top left corner at (left, top), its width in the plane's units.</summary>
    protected void Stick(ParcelLabel label, in SKMatrix plane, double left, double top, double width)
    {
        float scale = (float)width / ParcelLabel.Width;
        Label = label;
        LabelPlane = SKMatrix.CreateScale(scale, scale).PostConcat(SKMatrix.CreateTranslation((float)left, (float)top)).PostConcat(plane);
    }

    protected void DrawLabel(Brush brush, double shade = 0)
    {
        if (Label is not null)
        {
            using SKAutoCanvasRestore restore = brush.Within(LabelPlane);
            Label.Draw(brush);
            if (shade > 0)
            {
                brush.Fill(new SKRect(0, 0, ParcelLabel.Width, ParcelLabel.Height), SKColors.Black.Faded(shade), 3);
            }
        }
    }

    protected static SKPath Polygon(params ReadOnlySpan<SKPoint> points)
    {
        SKPath path = new();
        path.AddPoly(points.ToArray(), close: true);
        return path;
    }

    /// <summary>Convex hull by Andrew's monotone chain.</summary>
    protected static SKPath Hull(IReadOnlyList<SKPoint> points)
    {
        SKPoint[] sorted = [.. points.OrderBy(point => point.X).ThenBy(point => point.Y)];
        List<SKPoint> hull = [];
        foreach (IEnumerable<SKPoint> pass in (IEnumerable<SKPoint>[])[sorted, sorted.Reverse()])
        {
            int start = hull.Count;
            foreach (SKPoint point in pass)
            {
                while (hull.Count >= start + 2 && Cross(hull[^2], hull[^1], point) <= 0)
                {
                    hull.RemoveAt(hull.Count - 1);
                }

                hull.Add(point);
            }

            hull.RemoveAt(hull.Count - 1);
        }

        return Polygon([.. hull]);
    }

    protected static IReadOnlyList<(double X, double Y)> Rectangle(double width, double depth) =>
        [(-width / 2, -depth / 2), (width / 2, -depth / 2), (width / 2, depth / 2), (-width / 2, depth / 2)];

    protected static IReadOnlyList<(double X, double Y)> Round(double radius) =>
        [.. Enumerable.Range(0, 14).Select(step => (radius * Math.Cos(step * Math.PI / 7), radius * Math.Sin(step * Math.PI / 7)))];

    private static float Cross(SKPoint origin, SKPoint a, SKPoint b) =>
        ((a.X - origin.X) * (b.Y - origin.Y)) - ((a.Y - origin.Y) * (b.X - origin.X));
}
