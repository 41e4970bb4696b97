using SkiaSharp;

namespace VisionMonitor.Demo.ToyWorld;

/// <summary>
/// A fixed camera: an orthographic view, so that every flat face is a parallelogram and every text a quad.
/// World: x along the belt, y towards the viewer, z up, origin in the middle of the belt; one unit is one pixel of a 256-pixel image.
/// </summary>
internal sealed record Viewpoint(string Name, double YawDegrees, double TiltDegrees, double Zoom, SKColor BeltColor, SKColor RailColor, double KelvinOffset)
{
    public static IReadOnlyList<Viewpoint> All { get; } =
    [
        new("camera-1", -9, 52, 1.00, new SKColor(0x58, 0x60, 0x69), new SKColor(0xb9, 0xc0, 0xc6), 0),
        new("camera-2", 13, 57, 1.04, new SKColor(0x3d, 0x70, 0x62), new SKColor(0xa8, 0xb0, 0xb6), -350),
        new("camera-3", 2, 46, 0.97, new SKColor(0x66, 0x60, 0x5b), new SKColor(0xd9, 0x9a, 0x2b), 250),
        new("camera-4", -20, 60, 1.06, new SKColor(0x45, 0x5e, 0x7e), new SKColor(0xc4, 0xc9, 0xce), 500),
        new("camera-5", 22, 50, 0.95, new SKColor(0x6f, 0x76, 0x7c), new SKColor(0x5b, 0x7d, 0xa6), -150),
        new("camera-6", -3, 66, 1.02, new SKColor(0x42, 0x45, 0x4b), new SKColor(0xb3, 0x54, 0x42), 100),
    ];

    private readonly double _cosYaw = Math.Cos(YawDegrees * Math.PI / 180);
    private readonly double _sinYaw = Math.Sin(YawDegrees * Math.PI / 180);

    /// <summary>How much of the ground's depth is left on the screen.</summary>
    public double DepthScale { get; } = Math.Sin(TiltDegrees * Math.PI / 180);

    /// <summary>How much of a height is left on the screen.</summary>
    public double HeightScale { get; } = Math.Cos(TiltDegrees * Math.PI / 180);

    public static Viewpoint Of(string camera) =>
        All.FirstOrDefault(viewpoint => viewpoint.Name == camera)
        ?? throw new ArgumentException($"The toy world has no camera '{camera}'.", nameof(camera));

    /// <summary>Distance towards the viewer: what is larger hides what is smaller.</summary>
    public double Nearness(double x, double y) => (x * _sinYaw) + (y * _cosYaw);

    public SKPoint Project(double x, double y, double z) => new(
        (float)(128 + (Zoom * ((x * _cosYaw) - (y * _sinYaw)))),
        (float)(128 + (Zoom * ((Nearness(x, y) * DepthScale) - (z * HeightScale)))));

    /// <summary>The point on the ground (z = 0) that is seen at a point of the 256-pixel frame.</summary>
    public (double X, double Y) Ground(double screenX, double screenY)
    {
        double across = (screenX - 128) / Zoom;
        double near = (screenY - 128) / (Zoom * DepthScale);
        return ((across * _cosYaw) + (near * _sinYaw), (near * _cosYaw) - (across * _sinYaw));
    }

    /// <summary>Maps the ground plane at height <paramref name="z"/> to the screen.</summary>
    public SKMatrix GroundMatrix(double z = 0)
    {
        SKPoint origin = Project(0, 0, z);
        return Plane(origin, Project(1, 0, z), Project(0, 1, z));
    }

    /// <summary>The matrix that takes (0,0), (1,0), (0,1) to three points.</summary>
    public static SKMatrix Plane(SKPoint origin, SKPoint alongX, SKPoint alongY) => new(
        alongX.X - origin.X, alongY.X - origin.X, origin.X,
        alongX.Y - origin.Y, alongY.Y - origin.Y, origin.Y,
        0, 0, 1);
}
