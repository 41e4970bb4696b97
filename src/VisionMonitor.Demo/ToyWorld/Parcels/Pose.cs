using SkiaSharp;

namespace VisionMonitor.Demo.ToyWorld.Parcels;

/// <summary>Where an object stands on the belt, how it is turned, how large it is, and who looks at it.</summary>
internal sealed record Pose(Viewpoint View, double X, double Y, double RotationDegrees, double Scale)
{
    private double Cos => Math.Cos(RotationDegrees * Math.PI / 180);

    private double Sin => Math.Sin(RotationDegrees * Math.PI / 180);

    public double Nearness => View.Nearness(X, Y);

    /// <summary>A point of the object's own frame on the screen; z is height above the belt.</summary>
    public SKPoint Project(double alongX, double alongY, double z) =>
        View.Project(X + (alongX * Cos) - (alongY * Sin), Y + (alongX * Sin) + (alongY * Cos), z);

    /// <summary>A direction of the object's own frame in the world.</summary>
    public (double X, double Y) Turn(double alongX, double alongY) => ((alongX * Cos) - (alongY * Sin), (alongX * Sin) + (alongY * Cos));

    /// <summary>The object's own frame at a height, as a plane whose origin is the object's middle.</summary>
    public SKMatrix Level(double z) => Viewpoint.Plane(Project(0, 0, z), Project(1, 0, z), Project(0, 1, z));
}
