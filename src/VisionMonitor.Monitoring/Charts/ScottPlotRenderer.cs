using System.Globalization;
using System.Text;
using ScottPlot;
using ScottPlot.Plottables;
using SkiaSharp;

namespace VisionMonitor.Monitoring.Charts;

/// <summary>Draws a chart for messages and downloads, in the same grammar as the page. The font is ours, so a machine without fonts still shows text, Korean too.</summary>
public static class ScottPlotRenderer
{
    private const string FontName = "Pretendard";
    // A name of its own, because ScottPlot remembers one typeface for a name and would draw both weights with it.
    private const string StrongFontName = "Pretendard SemiBold";
    private const double BarWidth = 0.62;

    static ScottPlotRenderer()
    {
        Fonts.FontResolvers.Insert(0, new EmbeddedFont());
        Fonts.Default = FontName;
    }

    /// <summary>A PNG of a chart.</summary>
    /// <param name="spec">The chart.</param>
    /// <param name="widthPixels">100 to 4,000.</param>
    /// <param name="heightPixels">100 to 4,000.</param>
    /// <param name="isDark">On near-black in place of white.</param>
    public static byte[] Png(ChartSpec spec, int widthPixels = 900, int heightPixels = 420, bool isDark = false)
    {
        Check(widthPixels, heightPixels);
        using Plot plot = Draw(spec, isDark ? Palette.Dark : Palette.Light);
        return plot.GetImageBytes(widthPixels, heightPixels, ImageFormat.Png);
    }

    /// <summary>An SVG document of a chart, as UTF-8.</summary>
    /// <param name="spec">The chart.</param>
    /// <param name="widthPixels">100 to 4,000.</param>
    /// <param name="heightPixels">100 to 4,000.</param>
    /// <param name="isDark">On near-black in place of white.</param>
    public static byte[] Svg(ChartSpec spec, int widthPixels = 900, int heightPixels = 420, bool isDark = false)
    {
        Check(widthPixels, heightPixels);
        using Plot plot = Draw(spec, isDark ? Palette.Dark : Palette.Light);
        return Encoding.UTF8.GetBytes(plot.GetSvgXml(widthPixels, heightPixels));
    }

    private static void Check(int widthPixels, int heightPixels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(widthPixels, 100);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(widthPixels, 4_000);
        ArgumentOutOfRangeException.ThrowIfLessThan(heightPixels, 100);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(heightPixels, 4_000);
    }

    private static Plot Draw(ChartSpec spec, Palette palette)
    {
        ArgumentNullException.ThrowIfNull(spec);
        Plot plot = new();
        Dress(plot, spec, palette);
        if (spec.EmptyBecause is { } reason || !spec.Series.Any(series => series.Points.Any(point => point.Y is not null)))
        {
            Empty(plot, spec.EmptyBecause ?? "No data yet.", palette);
            return plot;
        }

        (double Low, double High) x = XRange(spec), y = YRange(spec);
        plot.Axes.SetLimits(x.Low, x.High, y.Low, y.High);
        Ticks(plot, spec, x, y);
        if (y.Low > 0)
        {
            plot.Axes.Left.Label.Text += string.Create(CultureInfo.InvariantCulture, $", from {y.Low:G3}");
        }

        foreach (ChartMark mark in spec.Marks.Where(mark => mark.Kind == ChartMarkKind.Incident))
        {
            HorizontalSpan span = plot.Add.HorizontalSpan(mark.X, mark.XEnd ?? NewestX(spec, x.High));
            span.FillColor = Color.FromHex(palette.Bad).WithAlpha(.09);
            span.LineColor = Colors.Transparent;
        }

        foreach (ChartSeries series in spec.Series)
        {
            Add(plot, series, palette, x.High);
        }

        foreach (ChartLimit limit in spec.Limits)
        {
            string hex = limit.IsAlarm ? palette.Bad : palette.Muted;
            HorizontalLine line = plot.Add.HorizontalLine(limit.Y, 1.2f, Color.FromHex(hex), LinePattern.Dotted);
            Text text = plot.Add.Text(limit.Text, x.High, limit.Y);
            Style(text, hex, Alignment.LowerRight, bold: false);
            text.OffsetX = -4;
            line.EnableAutoscale = false;
        }

        foreach (ChartMark mark in spec.Marks.Where(mark => mark.Kind != ChartMarkKind.Incident && mark.X >= x.Low && mark.X <= x.High))
        {
            VerticalLine line = plot.Add.VerticalLine(mark.X, 1, Color.FromHex(palette.Neutral).WithAlpha(.5), LinePattern.Dashed);
            line.EnableAutoscale = false;
            plot.Add.Marker(mark.X, y.Low, MarkerShape.FilledTriangleUp, 9, Color.FromHex(palette.Neutral));
            Text name = plot.Add.Text(mark.Text, mark.X, y.Low);
            Style(name, palette.Muted, Alignment.LowerLeft, bold: false);
            (name.OffsetX, name.OffsetY) = (8, -4);
        }

        // The last word about the ranges is ours, whatever was added.
        plot.Axes.SetLimits(x.Low, x.High, y.Low, y.High);
        return plot;
    }

    private static void Dress(Plot plot, ChartSpec spec, Palette palette)
    {
        plot.Font.Set(FontName);
        plot.FigureBackground.Color = Color.FromHex(palette.Surface);
        plot.DataBackground.Color = Color.FromHex(palette.Surface);
        plot.Axes.Color(Color.FromHex(palette.Muted));
        plot.Grid.MajorLineColor = Color.FromHex(palette.Grid);
        plot.Grid.XAxisStyle.IsVisible = spec.X.Kind != ChartAxisKind.Category;
        plot.Axes.Title.IsVisible = false;
        plot.Axes.AddPanel(new Heading(spec.Title, spec.Subtitle, palette));
        plot.Axes.Bottom.Label.Text = Name(spec.X);
        plot.Axes.Left.Label.Text = Name(spec.Y);
        plot.Axes.Left.MinimumSize = 64;
        plot.Axes.Right.FrameLineStyle.Width = 0;
        plot.Axes.Top.FrameLineStyle.Width = 0;
        plot.HideLegend();
        foreach (IAxis axis in (IAxis[])[plot.Axes.Bottom, plot.Axes.Left])
        {
            axis.Label.FontName = FontName;
            axis.Label.FontSize = 12;
            axis.Label.Bold = false;
            axis.TickLabelStyle.FontName = FontName;
            axis.TickLabelStyle.FontSize = 12;
            axis.FrameLineStyle.Color = Color.FromHex(palette.Muted).WithAlpha(.5);
        }
    }

    private static string Name(ChartAxis axis) => axis.Kind == ChartAxisKind.Time
        ? $"{axis.Label} ({axis.TimeZone})"
        : axis.Unit.Length > 0 ? $"{axis.Label} ({axis.Unit})" : axis.Label;

    private static void Empty(Plot plot, string reason, Palette palette)
    {
        plot.Axes.SetLimits(0, 1, 0, 1);
        plot.HideGrid();
        plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.EmptyTickGenerator();
        plot.Axes.Left.TickGenerator = new ScottPlot.TickGenerators.EmptyTickGenerator();
        Style(plot.Add.Text(reason, .5, .5), palette.Muted, Alignment.MiddleCenter, bold: false);
    }

    private static (double Low, double High) XRange(ChartSpec spec)
    {
        if (spec.X.Kind == ChartAxisKind.Category)
        {
            return (-.6, Math.Max(spec.X.Categories.Count, 1) - .4);
        }

        double[] all = [.. spec.Series.SelectMany(series => series.Points).Select(point => point.X)];
        (double low, double high) = (spec.X.Minimum ?? all.Min(), spec.X.Maximum ?? all.Max());
        double width = high > low ? high - low : 1;
        // Room at the right for the newest values and the names of the limits, by their letters.
        int letters = spec.Series.Select(series => series.Name.Length + 6).Concat(spec.Limits.Select(limit => limit.Text.Length)).DefaultIfEmpty(0).Max();
        return (low - (width * .015), high + (width * Math.Clamp(letters * .011, .06, .35)));
    }

    // What lies to the right of the newest value is room for words, not time.
    private static double NewestX(ChartSpec spec, double otherwise) => spec.X.Kind == ChartAxisKind.Category
        ? otherwise
        : spec.X.Maximum ?? spec.Series.SelectMany(series => series.Points).Select(point => point.X).DefaultIfEmpty(otherwise).Max();

    private static (double Low, double High) YRange(ChartSpec spec)
    {
        double[] all = [.. spec.Series.SelectMany(series => series.Points).SelectMany(point => (double?[])[point.Y, point.Low, point.High]).OfType<double>(), .. spec.Limits.Select(limit => limit.Y)];
        bool isBars = spec.Series.Any(series => series.Kind == ChartSeriesKind.Bars);
        (double low, double high) = ValueTicks.Widen(isBars ? Math.Min(0, all.Min()) : all.Min(), all.Max(), 6);
        return (spec.Y.Minimum ?? low, spec.Y.Maximum ?? high);
    }

    private static void Ticks(Plot plot, ChartSpec spec, (double Low, double High) x, (double Low, double High) y)
    {
        IReadOnlyList<Tick> bottom = spec.X.Kind switch
        {
            ChartAxisKind.Time => TimeTicks.Between(x.Low, NewestX(spec, x.High), 8, spec.X.TimeZone),
            ChartAxisKind.Category => [.. spec.X.Categories.Select((name, index) => new Tick(index, name))],
            _ => ValueTicks.Between(x.Low, x.High, 8),
        };
        IReadOnlyList<Tick> left = ValueTicks.Between(y.Low, y.High, 6);
        plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericManual([.. bottom.Select(tick => tick.Value)], [.. bottom.Select(tick => tick.Text)]);
        plot.Axes.Left.TickGenerator = new ScottPlot.TickGenerators.NumericManual([.. left.Select(tick => tick.Value)], [.. left.Select(tick => tick.Text)]);
    }

    private static void Add(Plot plot, ChartSeries series, Palette palette, double right)
    {
        Color color = Color.FromHex(palette.Of(series.ColorIndex));
        if (series.Kind == ChartSeriesKind.Bars)
        {
            AddBars(plot, series, color, palette);
            return;
        }

        // A gap stays a gap: each unbroken stretch is a line of its own.
        foreach (ChartPoint[] stretch in Stretches(series.Points))
        {
            ChartPoint[] band = [.. stretch.Where(point => point.Low is not null && point.High is not null)];
            if (band.Length > 1)
            {
                FillY fill = plot.Add.FillY([.. band.Select(point => (point.X, point.Low!.Value, point.High!.Value))]);
                fill.FillColor = color.WithAlpha(.16);
                fill.LineColor = Colors.Transparent;
            }

            Scatter line = plot.Add.Scatter(stretch.Select(point => point.X).ToArray(), stretch.Select(point => point.Y!.Value).ToArray(), color);
            line.LineWidth = series.Kind == ChartSeriesKind.Points ? 0 : 2;
            line.LinePattern = series.Kind == ChartSeriesKind.Estimated ? LinePattern.Dashed : LinePattern.Solid;
            line.MarkerSize = series.Kind == ChartSeriesKind.Estimated ? 0 : stretch.Length > 120 ? 3 : 5;
        }

        if (series.Points.LastOrDefault(point => point.Y is not null) is { Y: { } newest } last)
        {
            string text = string.Create(CultureInfo.InvariantCulture, $"{series.Name} {newest:G3}");
            Text label = plot.Add.Text(text, last.X, newest);
            Style(label, palette.Of(series.ColorIndex), Alignment.MiddleLeft, bold: true);
            label.OffsetX = 7;
        }
    }

    private static void AddBars(Plot plot, ChartSeries series, Color color, Palette palette)
    {
        foreach (ChartPoint point in series.Points.Where(point => point.Y is not null))
        {
            BarPlot bars = plot.Add.Bar(point.X, point.Y!.Value);
            bars.Color = color.WithAlpha(.85);
            bars.Bars[0].Size = BarWidth;
            bars.Bars[0].LineWidth = 0;
            if (point.Low is { } low && point.High is { } high)
            {
                Scatter whisker = plot.Add.Scatter((double[])[point.X, point.X], [low, high], Color.FromHex(palette.Text).WithAlpha(.7));
                whisker.LineWidth = 1.5f;
                whisker.MarkerShape = MarkerShape.HorizontalBar;
                whisker.MarkerSize = 8;
            }
        }
    }

    private static IEnumerable<ChartPoint[]> Stretches(IReadOnlyList<ChartPoint> points)
    {
        List<ChartPoint> stretch = [];
        foreach (ChartPoint point in points)
        {
            if (point.Y is not null)
            {
                stretch.Add(point);
            }
            else if (stretch.Count > 0)
            {
                yield return [.. stretch];
                stretch.Clear();
            }
        }

        if (stretch.Count > 0)
        {
            yield return [.. stretch];
        }
    }

    private static void Style(Text text, string hex, Alignment alignment, bool bold)
    {
        text.LabelFontColor = Color.FromHex(hex);
        text.LabelFontName = bold ? StrongFontName : FontName;
        text.LabelFontSize = 12;
        text.LabelAlignment = alignment;
    }

    /// <summary>The title and, quieter, what the chart rests on, above the left edge of the data.</summary>
    private sealed class Heading(string title, string? subtitle, Palette palette) : IPanel
    {
        private const float TitleHeight = 26, SubtitleHeight = 18, Gap = 10;

        public bool IsVisible { get; set; } = true;

        public float MinimumSize { get; set; }

        public float MaximumSize { get; set; } = float.MaxValue;

        public bool ShowDebugInformation { get; set; }

        public Edge Edge => Edge.Top;

        public float Measure(Paint paint) => TitleHeight + (subtitle is null ? 0 : SubtitleHeight) + Gap;

        public PixelRect GetPanelRect(PixelRect dataRect, float size, float offset, Paint paint) =>
            new(dataRect.Left, dataRect.Right, dataRect.Top - offset, dataRect.Top - offset - size);

        public void Render(RenderPack rp, float size, float offset)
        {
            PixelRect area = GetPanelRect(rp.DataRect, size, offset, rp.Paint);
            Line(title, palette.Text, 16, isBold: true).Render(rp.Canvas, new Pixel(area.Left, area.Top + 8), rp.Paint);
            if (subtitle is not null)
            {
                Line(subtitle, palette.Muted, 12, isBold: false).Render(rp.Canvas, new Pixel(area.Left, area.Top + 8 + TitleHeight - 4), rp.Paint);
            }
        }

        private static LabelStyle Line(string text, string hex, float size, bool isBold) => new()
        {
            Text = text,
            ForeColor = Color.FromHex(hex),
            FontName = isBold ? StrongFontName : FontName,
            FontSize = size,
            Alignment = Alignment.UpperLeft,
        };
    }

    /// <summary>Pretendard from this assembly, in two weights, for every font name that is asked for.</summary>
    private sealed class EmbeddedFont : IFontResolver
    {
        private static readonly Lazy<SKTypeface> Regular = new(() => Load("Pretendard-Regular.otf"));
        private static readonly Lazy<SKTypeface> SemiBold = new(() => Load("Pretendard-SemiBold.otf"));

        public SKTypeface? CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) =>
            CreateTypeface(fontName, bold: false, italic: false);

        public SKTypeface? CreateTypeface(string fontName, bool bold, bool italic) => (fontName == StrongFontName ? SemiBold : Regular).Value;

        private static SKTypeface Load(string name)
        {
            using Stream stream = typeof(ScottPlotRenderer).Assembly.GetManifestResourceStream(name)!;
            return SKTypeface.FromStream(stream) ?? throw new InvalidOperationException($"The bundled font {name} cannot be read.");
        }
    }
}
