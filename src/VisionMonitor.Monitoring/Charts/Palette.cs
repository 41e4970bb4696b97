namespace VisionMonitor.Monitoring.Charts;

/// <summary>
/// The colours of every chart, on the page and in messages: the Okabe–Ito set, which people with any kind of colour
/// vision can tell apart, darkened or lightened where it needs contrast on a surface. The page's style sheet has the same values.
/// </summary>
public sealed record Palette
{
    /// <summary>On white.</summary>
    public static Palette Light { get; } = new()
    {
        Series = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#a79b00", "#3d3d3d"],
        Neutral = "#6f7a8a",
        Surface = "#ffffff",
        Text = "#17202b",
        Muted = "#566273",
        Grid = "#e6e9ef",
        Bad = "#b3261e",
        Watch = "#8a5300",
    };

    /// <summary>On near-black.</summary>
    public static Palette Dark { get; } = new()
    {
        Series = ["#4aa8e0", "#f08a45", "#2fc39a", "#dd93bc", "#f0b634", "#8acbf0", "#e2d84f", "#c9ced6"],
        Neutral = "#93a0b1",
        Surface = "#181e26",
        Text = "#e6ebf2",
        Muted = "#a3afbf",
        Grid = "#2a333f",
        Bad = "#ff9a90",
        Watch = "#f2bd62",
    };

    public required IReadOnlyList<string> Series { get; init; }

    /// <summary>A baseline, and whatever is not a series.</summary>
    public required string Neutral { get; init; }

    public required string Surface { get; init; }

    public required string Text { get; init; }

    public required string Muted { get; init; }

    public required string Grid { get; init; }

    public required string Bad { get; init; }

    public required string Watch { get; init; }

    /// <summary>The colour of a series' index; −1 is neutral, and indices beyond the set begin again.</summary>
    public string Of(int colorIndex) => colorIndex < 0 ? Neutral : Series[colorIndex % Series.Count];
}
