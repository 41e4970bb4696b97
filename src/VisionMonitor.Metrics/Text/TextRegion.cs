namespace VisionMonitor.Metrics.Text;

/// <summary>A place with text: a simple polygon, and for end-to-end what is written there.</summary>
/// <param name="Points">x and y in turn, at least 3 points, either direction.</param>
/// <param name="IsIgnored">Truth only: unreadable; neither a miss nor a false alarm.</param>
/// <param name="Text">What is written there, or null.</param>
public sealed record TextRegion(IReadOnlyList<double> Points, bool IsIgnored = false, string? Text = null);
