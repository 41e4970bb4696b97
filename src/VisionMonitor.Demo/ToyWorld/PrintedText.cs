namespace VisionMonitor.Demo.ToyWorld;

/// <summary>A printed line on a label.</summary>
/// <param name="ObjectId">The object that carries the label.</param>
/// <param name="Text">What is printed.</param>
/// <param name="Quad">Corners in reading order: top left, top right, bottom right, bottom left.</param>
/// <param name="VisibleShare">How much of the quad is hidden neither by other objects nor by the frame, 0 to 1.</param>
public sealed record PrintedText(int ObjectId, string Text, IReadOnlyList<PixelPoint> Quad, double VisibleShare);
