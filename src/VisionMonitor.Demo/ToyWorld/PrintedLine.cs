namespace VisionMonitor.Demo.ToyWorld;

/// <summary>A picture of one printed line.</summary>
/// <param name="Text">What is printed.</param>
/// <param name="Jpeg">The picture.</param>
public sealed record PrintedLine(string Text, byte[] Jpeg);
