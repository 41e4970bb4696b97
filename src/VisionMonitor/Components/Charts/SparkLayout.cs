using VisionMonitor.Monitoring.Charts;

namespace VisionMonitor.Components.Charts;

/// <summary>A line of 160 × 32 pixels without axes.</summary>
public static class SparkLayout
{
    /// <summary>The paths, and where the limit's line stands; null where there is nothing to draw.</summary>
    public static (DrawnLine? Line, double? LimitY) Of(IReadOnlyList<ChartPoint> points, int colorIndex, double? limit)
    {
        if (!points.Any(point => point.Y is not null))
        {
            return (null, null);
        }

        ChartSpec spec = new()
        {
            Title = "",
            X = new ChartAxis("", "", ChartAxisKind.Time),
            Y = new ChartAxis("", ""),
            Series = [new ChartSeries { Name = "", ColorIndex = colorIndex, Points = points }],
            Limits = limit is { } y ? [new ChartLimit(y, "")] : [],
        };
        LineLayout layout = LineLayout.In(spec, 160, 32, left: 2, right: 154, top: 3, bottom: 29);
        return (layout.Lines[0], limit is { } at ? layout.Y(at) : null);
    }
}
