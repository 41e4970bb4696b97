using System.Globalization;
using System.Text;
using VisionMonitor.Monitoring.Charts;

namespace VisionMonitor.Components.Charts;

/// <summary>Where everything of a line chart stands, in pixels of a drawing of a given size. Pure: a spec in, numbers and paths out.</summary>
public sealed record LineLayout
{
    public required double Width { get; init; }

    public required double Height { get; init; }

    public required double Left { get; init; }

    public required double Right { get; init; }

    public required double Top { get; init; }

    public required double Bottom { get; init; }

    /// <summary>The range of the x axis, in its own unit.</summary>
    public required (double Low, double High) XRange { get; init; }

    public required (double Low, double High) YRange { get; init; }

    public required IReadOnlyList<Tick> XTicks { get; init; }

    public required IReadOnlyList<Tick> YTicks { get; init; }

    public required IReadOnlyList<DrawnLine> Lines { get; init; }

    /// <summary>What the y axis says, with its unit, and that it does not start at zero where that is so.</summary>
    public required string YText { get; init; }

    public double X(double value) => Left + ((value - XRange.Low) / (XRange.High - XRange.Low) * (Right - Left));

    public double Y(double value) => Bottom - ((value - YRange.Low) / (YRange.High - YRange.Low) * (Bottom - Top));

    /// <summary>Lays a chart out.</summary>
    /// <param name="spec">Its X axis is a time or a number.</param>
    /// <param name="width">Pixels.</param>
    /// <param name="height">Pixels.</param>
    public static LineLayout Of(ChartSpec spec, double width, double height)
    {
        bool narrow = width < 560;
        return In(spec, width, height, left: 44, right: width - (narrow ? 64 : 116), top: 18, bottom: height - 24);
    }

    /// <summary>Lays a chart out inside given edges of its drawing.</summary>
    public static LineLayout In(ChartSpec spec, double width, double height, double left, double right, double top, double bottom)
    {
        bool narrow = width < 560;
        (double Low, double High) x = XRangeOf(spec);
        int yWanted = height < 170 ? 3 : 5;
        (double Low, double High) y = YRangeOf(spec, yWanted);
        LineLayout frame = new()
        {
            Width = width,
            Height = height,
            Left = left,
            Right = right,
            Top = top,
            Bottom = bottom,
            XRange = x,
            YRange = y,
            XTicks = spec.X.Kind == ChartAxisKind.Time ? TimeTicks.Between(x.Low, x.High, narrow ? 4 : 9, spec.X.TimeZone) : ValueTicks.Between(x.Low, x.High, narrow ? 4 : 8),
            YTicks = ValueTicks.Between(y.Low, y.High, yWanted),
            Lines = [],
            YText = YTextOf(spec, y.Low),
        };
        return frame with { Lines = frame.Draw(spec, narrow) };
    }

    private static (double Low, double High) XRangeOf(ChartSpec spec)
    {
        double low = spec.X.Minimum ?? spec.Series.SelectMany(series => series.Points).Select(point => point.X).DefaultIfEmpty(0).Min();
        double high = spec.X.Maximum ?? spec.Series.SelectMany(series => series.Points).Select(point => point.X).DefaultIfEmpty(1).Max();
        // A single point stands in the middle of a day of its own.
        double room = spec.X.Kind == ChartAxisKind.Time ? TimeSpan.FromHours(12).TotalMilliseconds : 0.5;
        return high - low > 0 ? (low, high) : (low - room, high + room);
    }

    private static (double Low, double High) YRangeOf(ChartSpec spec, int wanted)
    {
        IEnumerable<double> values = spec.Series.SelectMany(series => series.Points)
            .SelectMany(point => new[] { point.Y, point.Y is null ? null : point.Low, point.Y is null ? null : point.High })
            .Concat(spec.Limits.Select(limit => (double?)limit.Y))
            .OfType<double>().Where(double.IsFinite);
        double low = double.PositiveInfinity;
        double high = double.NegativeInfinity;
        foreach (double value in values)
        {
            low = Math.Min(low, value);
            high = Math.Max(high, value);
        }

        (double Low, double High) range = low > high ? (0, 1) : ValueTicks.Widen(low, high, wanted);
        double minimum = spec.Y.Minimum ?? range.Low;
        double maximum = spec.Y.Maximum ?? range.High;
        return maximum > minimum ? (minimum, maximum) : (minimum, minimum + 1);
    }

    private static string YTextOf(ChartSpec spec, double low)
    {
        string unit = spec.Y.Unit.Length > 0 ? $", {spec.Y.Unit}" : "";
        string start = Math.Abs(low) < 1e-12 ? "" : $" · axis from {NumberText.Significant(low)}";
        return $"{spec.Y.Label}{unit}{start}";
    }

    private List<DrawnLine> Draw(ChartSpec spec, bool narrow)
    {
        List<DrawnLine> lines = [];
        foreach (ChartSeries series in spec.Series)
        {
            ChartPoint[] inside = [.. series.Points.Where(point => point.X >= XRange.Low && point.X <= XRange.High)];
            ChartPoint? newest = inside.LastOrDefault(point => point.Y is not null);
            lines.Add(new DrawnLine
            {
                Series = series,
                Line = series.Kind == ChartSeriesKind.Points ? "" : LinePath(inside),
                Band = BandPath(inside),
                Dots = series.Kind == ChartSeriesKind.Estimated ? "" : DotsPath(inside),
                NewestX = newest is null ? null : X(newest.X),
                NewestY = newest?.Y is { } y ? Y(y) : null,
                LabelY = newest?.Y is { } value ? Y(value) : Top,
                Label = newest is null ? "" : narrow && series.Name.Length > 4 ? NewestText(spec, newest) : $"{series.Name} {NewestText(spec, newest)}".Trim(),
            });
        }

        return SpreadLabels(lines);
    }

    private static string NewestText(ChartSpec spec, ChartPoint newest) =>
        spec.Y.Unit == "images" && newest.Y is { } count ? NumberText.Count((long)count) : NumberText.Significant(newest.Y);

    // Labels at the right edge keep their order and stand at least a line apart.
    private List<DrawnLine> SpreadLabels(List<DrawnLine> lines)
    {
        const double apart = 15;
        int[] order = [.. Enumerable.Range(0, lines.Count).Where(index => lines[index].NewestY is not null).OrderBy(index => lines[index].LabelY)];
        double[] places = [.. order.Select(index => lines[index].LabelY)];
        for (int index = 1; index < places.Length; index++)
        {
            places[index] = Math.Max(places[index], places[index - 1] + apart);
        }

        double over = places.Length == 0 ? 0 : places[^1] - Bottom;
        for (int index = places.Length - 1; index >= 0 && over > 0; index--)
        {
            double limit = index == places.Length - 1 ? Bottom : places[index + 1] - apart;
            places[index] = Math.Min(places[index], limit);
        }

        for (int index = 0; index < order.Length; index++)
        {
            lines[order[index]] = lines[order[index]] with { LabelY = places[index] };
        }

        return lines;
    }

    // A point without a value ends a stretch: nothing is drawn through what is missing.
    private static IEnumerable<List<ChartPoint>> Stretches(IEnumerable<ChartPoint> points, Func<ChartPoint, bool> present)
    {
        List<ChartPoint> stretch = [];
        foreach (ChartPoint point in points)
        {
            if (present(point))
            {
                stretch.Add(point);
            }
            else if (stretch.Count > 0)
            {
                yield return stretch;
                stretch = [];
            }
        }

        if (stretch.Count > 0)
        {
            yield return stretch;
        }
    }

    private string LinePath(ChartPoint[] points)
    {
        StringBuilder path = new();
        foreach (List<ChartPoint> stretch in Stretches(points, point => point.Y is not null))
        {
            for (int index = 0; index < stretch.Count; index++)
            {
                Append(path, index == 0 ? 'M' : 'L', X(stretch[index].X), Y(stretch[index].Y!.Value));
            }
        }

        return path.ToString();
    }

    private string BandPath(ChartPoint[] points)
    {
        StringBuilder path = new();
        foreach (List<ChartPoint> stretch in Stretches(points, point => point.Y is not null && point.Low is not null && point.High is not null))
        {
            for (int index = 0; index < stretch.Count; index++)
            {
                Append(path, index == 0 ? 'M' : 'L', X(stretch[index].X), Y(stretch[index].High!.Value));
            }

            for (int index = stretch.Count - 1; index >= 0; index--)
            {
                Append(path, 'L', X(stretch[index].X), Y(stretch[index].Low!.Value));
            }

            path.Append('Z');
        }

        return path.ToString();
    }

    // A line of no length with a round cap is a dot: one path for all of them keeps the page small.
    private string DotsPath(ChartPoint[] points)
    {
        StringBuilder path = new();
        foreach (ChartPoint point in points)
        {
            if (point.Y is { } y)
            {
                Append(path, 'M', X(point.X), Y(y));
                path.Append("h0");
            }
        }

        return path.ToString();
    }

    private static void Append(StringBuilder path, char command, double x, double y) =>
        path.Append(CultureInfo.InvariantCulture, $"{command}{x:0.#} {y:0.#}");
}

/// <summary>One series of a line chart as paths.</summary>
public sealed record DrawnLine
{
    public required ChartSeries Series { get; init; }

    public required string Line { get; init; }

    public required string Band { get; init; }

    public required string Dots { get; init; }

    /// <summary>Where the newest value stands; null where the series has none in sight.</summary>
    public double? NewestX { get; init; }

    public double? NewestY { get; init; }

    public double LabelY { get; init; }

    /// <summary>The series' name and its newest value, written at the end of the line.</summary>
    public required string Label { get; init; }
}
