using VisionMonitor.Monitoring.Charts;

namespace VisionMonitor.Components.Charts;

/// <summary>A chart of categories, one below the other: bars from zero, or points with their whiskers around a zero line.</summary>
public sealed record RowsLayout
{
    /// <summary>Height of one series' line within a category, in pixels.</summary>
    public const double LineHeight = 20;

    public required double Width { get; init; }

    public required double Height { get; init; }

    public required double Left { get; init; }

    public required double Right { get; init; }

    public required (double Low, double High) Range { get; init; }

    public required IReadOnlyList<Tick> Ticks { get; init; }

    public required double RowHeight { get; init; }

    public double X(double value) => Left + ((Math.Clamp(value, Range.Low, Range.High) - Range.Low) / (Range.High - Range.Low) * (Right - Left));

    /// <summary>The middle of a series' line within a category.</summary>
    public double Y(int category, int series) => 4 + (category * RowHeight) + (LineHeight * (series + 0.5)) + 2;

    /// <summary>Where the axis' texts stand.</summary>
    public double AxisY => Height - 8;

    /// <summary>Lays out a chart whose X axis holds categories.</summary>
    public static RowsLayout Of(ChartSpec spec, double width)
    {
        double[] values = [.. spec.Series.SelectMany(series => series.Points).Where(point => point.Y is not null)
            .SelectMany(point => new[] { point.Y!.Value, point.Low ?? point.Y.Value, point.High ?? point.Y.Value }).Append(0).Where(double.IsFinite)];
        int wanted = width < 480 ? 3 : 6;
        (double Low, double High) range = ValueTicks.Widen(spec.Y.Minimum ?? values.Min(), spec.Y.Maximum ?? values.Max(), wanted);
        double rowHeight = (LineHeight * spec.Series.Count) + 6;
        int longest = spec.X.Categories.Select(name => name.Length).DefaultIfEmpty(0).Max();
        double left = Math.Clamp((longest * 7.2) + 16, 56, width * 0.34);
        return new RowsLayout
        {
            Width = width,
            Height = (spec.X.Categories.Count * rowHeight) + 32,
            Left = left,
            Right = width - 160,
            Range = range,
            Ticks = ValueTicks.Between(range.Low, range.High, wanted),
            RowHeight = rowHeight,
        };
    }
}
