namespace VisionMonitor.Vision.Truths;

/// <summary>One line of text.</summary>
/// <param name="Text">What it says.</param>
/// <param name="Corners">x and y of its corners in pixels, clockwise from the text's top left; empty where the image is the line.</param>
/// <param name="IsIgnored">Nobody can read it: it counts neither for nor against a model (ICDAR's <c>###</c>).</param>
public sealed record TruthLine(string Text, IReadOnlyList<double> Corners, bool IsIgnored = false);
