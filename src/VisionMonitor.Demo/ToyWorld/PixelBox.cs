namespace VisionMonitor.Demo.ToyWorld;

/// <summary>A box in pixels, right and bottom edges exclusive.</summary>
public readonly record struct PixelBox(int Left, int Top, int Right, int Bottom)
{
    public int Width => Right - Left;

    public int Height => Bottom - Top;
}
