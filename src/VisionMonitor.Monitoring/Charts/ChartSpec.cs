namespace VisionMonitor.Monitoring.Charts;

/// <summary>
/// A chart as plain values: the page draws it as SVG, the server as PNG or SVG with ScottPlot, and an endpoint returns
/// it as JSON, so that all three always show the same numbers.
/// </summary>
public sealed record ChartSpec
{
    public required string Title { get; init; }

    /// <summary>What the chart rests on, such as "95 % bootstrap interval, n = 48 images a run".</summary>
    public string? Subtitle { get; init; }

    public required ChartAxis X { get; init; }

    public required ChartAxis Y { get; init; }

    public required IReadOnlyList<ChartSeries> Series { get; init; }

    public IReadOnlyList<ChartMark> Marks { get; init; } = [];

    public IReadOnlyList<ChartLimit> Limits { get; init; } = [];

    /// <summary>What is missing and why, when there is nothing to draw.</summary>
    public string? EmptyBecause { get; init; }
}

/// <summary>One axis.</summary>
/// <param name="Label">What it shows.</param>
/// <param name="Unit">Its unit or range; empty for none.</param>
/// <param name="Kind">How its values are read.</param>
public sealed record ChartAxis(string Label, string Unit, ChartAxisKind Kind = ChartAxisKind.Value)
{
    /// <summary>Fixed lower end; null to follow the data.</summary>
    public double? Minimum { get; init; }

    /// <summary>Fixed upper end; null to follow the data.</summary>
    public double? Maximum { get; init; }

    /// <summary>The categories in order, for a category axis.</summary>
    public IReadOnlyList<string> Categories { get; init; } = [];

    /// <summary>IANA time zone in which a time axis is labelled.</summary>
    public string TimeZone { get; init; } = "Etc/UTC";
}

/// <summary>How the values of an axis are read.</summary>
public enum ChartAxisKind
{
    /// <summary>Plain numbers.</summary>
    Value,

    /// <summary>Milliseconds since 1970-01-01 UTC.</summary>
    Time,

    /// <summary>Index into the axis' categories.</summary>
    Category,
}

/// <summary>One line, band, set of bars or set of points.</summary>
public sealed record ChartSeries
{
    public required string Name { get; init; }

    public ChartSeriesKind Kind { get; init; }

    /// <summary>Index into the colour-blind-safe palette; a model version keeps its index on every page. −1 is the neutral grey of a baseline.</summary>
    public int ColorIndex { get; init; }

    public required IReadOnlyList<ChartPoint> Points { get; init; }
}

/// <summary>How a series is drawn. Measured is solid with dots, estimated is dashed; both carry a translucent band where points have an interval.</summary>
public enum ChartSeriesKind
{
    Measured,
    Estimated,
    Bars,
    Points,
}

/// <summary>One point.</summary>
/// <param name="X">Number, milliseconds since 1970 UTC, or category index.</param>
/// <param name="Y">Null is a gap in the line, never a zero.</param>
/// <param name="Low">Lower end of its interval, if it has one.</param>
/// <param name="High">Upper end of its interval, if it has one.</param>
/// <param name="Count">How many images or objects it rests on.</param>
/// <param name="Note">Shown on hover: why it is missing, or what happened.</param>
/// <param name="Link">The page that this point leads to; everything clickable lands on images.</param>
public sealed record ChartPoint(double X, double? Y, double? Low = null, double? High = null, long? Count = null, string? Note = null, string? Link = null);

/// <summary>A vertical mark or a tinted span on the time axis.</summary>
public sealed record ChartMark(ChartMarkKind Kind, double X, double? XEnd, string Text, string? Link = null);

/// <summary>What a mark tells.</summary>
public enum ChartMarkKind
{
    Deployment,
    Incident,
    LabelImport,
    BaselineChange,
}

/// <summary>A thin dotted horizontal line with its label at the right edge.</summary>
/// <param name="Y">Where it lies.</param>
/// <param name="Text">Its name and value.</param>
/// <param name="IsAlarm">Whether it is bad to cross it; false for a recovery limit, which is drawn quietly.</param>
public sealed record ChartLimit(double Y, string Text, bool IsAlarm = true);
