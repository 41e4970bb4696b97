namespace VisionMonitor.Metrics.Text;

/// <summary>How two texts are made comparable before characters are counted.</summary>
public sealed record TextOptions
{
    /// <summary>What counts as one character.</summary>
    public TextUnit Unit { get; init; }

    /// <summary>Leave out every space (PaddleOCR's default); spacing is unreliable in Korean.</summary>
    public bool IgnoreSpaces { get; init; }

    /// <summary>Compare in lower case (invariant culture).</summary>
    public bool IgnoreCase { get; init; }

    /// <summary>Keep only 0–9, A–Z and a–z (PaddleOCR's is_filter). It deletes every other script, so that two different Korean texts compare equal.</summary>
    public bool OnlyLatinLettersAndDigits { get; init; }
}
