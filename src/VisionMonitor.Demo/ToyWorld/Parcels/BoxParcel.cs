using SkiaSharp;

namespace VisionMonitor.Demo.ToyWorld.Parcels;

/// <summary>A cuboid: a top and the one or two upright faces that look at the camera, each as a plane to draw on.</summary>
internal abstract class BoxParcel : Parcel
{
    protected BoxParcel(ObjectKind kind, Pose pose, double width, double depth, double height)
        : base(kind, pose)
    {
        (Width, Depth, Height) = (width, depth, height);
        Footprint = Rectangle(width, depth);
        Top = new Face(Level(-width / 2, -depth / 2, height), (float)width, (float)depth, 0, 0);
        Sides = [.. VisibleSides()];
        SKPoint[] corners = [.. Footprint.SelectMany(corner => (SKPoint[])[pose.Project(corner.X, corner.Y, 0), pose.Project(corner.X, corner.Y, height)])];
        Covers(Hull(corners));
    }

    protected double Width { get; }

    protected double Depth { get; }

    protected Face Top { get; }

    /// <summary>The side that looks most towards the camera comes first.</summary>
    protected IReadOnlyList<Face> Sides { get; }

    private SKMatrix Level(double x, double y, double z) =>
        Viewpoint.Plane(Pose.Project(x, y, z), Pose.Project(x + 1, y, z), Pose.Project(x, y + 1, z));

    private IEnumerable<Face> VisibleSides()
    {
        List<(double Nearness, Face Face)> sides = [];
        for (int index = 0; index < 4; index++)
        {
            (double x, double y) right = Footprint[index];
            (double x, double y) left = Footprint[(index + 1) % 4];
            (double normalX, double normalY) = Pose.Turn(Math.Sign(left.x + right.x), Math.Sign(left.y + right.y));
            double nearness = Pose.View.Nearness(normalX, normalY);
            if (nearness > 0.01)
            {
                double length = Math.Abs(right.x - left.x) + Math.Abs(right.y - left.y);
                SKMatrix plane = Viewpoint.Plane(
                    Pose.Project(left.x, left.y, Height),
                    Pose.Project(left.x + ((right.x - left.x) / length), left.y + ((right.y - left.y) / length), Height),
                    Pose.Project(left.x, left.y, Height - 1));
                sides.Add((nearness, new Face(plane, (float)length, (float)Height, normalX, normalY)));
            }
        }

        return sides.OrderByDescending(side => side.Nearness).Select(side => side.Face);
    }

    /// <summary>A rectangle in the plane's own units, and the outward normal of upright faces.</summary>
    protected readonly record struct Face(SKMatrix Plane, float Width, float Height, double NormalX, double NormalY)
    {
        public SKRect Rect => new(0, 0, Width, Height);

        public SKPath Path()
        {
            SKPath path = new();
            path.AddRect(Rect);
            return path;
        }
    }
}
