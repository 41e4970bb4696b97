namespace VisionMonitor.Demo.ToyWorld;

/// <summary>A point in pixels; the first pixel's centre is (0.5, 0.5).</summary>
public readonly record struct PixelPoint(double X, double Y);
