namespace VisionMonitor.Vision.Predictions;

/// <summary>One line of text.</summary>
/// <param name="Text">What it says; empty where only its place is known.</param>
/// <param name="Confidence">0 to 1.</param>
/// <param name="Corners">x and y of the four corners in image pixels, clockwise from the text's top left.</param>
public sealed record TextLine(string Text, double Confidence, IReadOnlyList<double> Corners);
