using System.Text.Json;
using VisionMonitor.Monitoring.Charts;

namespace VisionMonitor.Components.Charts;

/// <summary>What the page's script shows under the shared cursor: the texts of all points, made here so that numbers are written by one hand.</summary>
public static class ChartReadout
{
    /// <summary>JSON: per series its name, colour class, positions on the x axis, texts, and links where points lead somewhere.</summary>
    public static string Json(ChartSpec spec, (double Low, double High) range) => JsonSerializer.Serialize(spec.Series.Select(series =>
    {
        ChartPoint[] points = [.. series.Points.Where(point => point.X >= range.Low && point.X <= range.High)];
        return new
        {
            n = series.Name,
            c = SeriesColor.Class(series.ColorIndex),
            x = points.Select(point => point.X),
            t = points.Select(Text),
            l = points.Any(point => point.Link is not null) ? points.Select(point => point.Link) : null,
        };
    }), JsonSerializerOptions.Web);

    /// <summary>"0.912 ± 0.014, n = 48", or why there is nothing.</summary>
    public static string Text(ChartPoint point)
    {
        string number = point.Y is null ? $"{NumberText.Missing}{(point.Note is null ? "" : $": {point.Note}")}" : NumberText.WithInterval(point.Y, point.Low, point.High);
        string count = point.Count is { } n && point.Y is not null ? $", n = {NumberText.Count(n)}" : "";
        return number + count;
    }
}
