using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using VisionMonitor.Metrics.Statistics;

namespace VisionMonitor.Commands;

/// <summary>
/// What an evaluation prints, number by number: a path such as "perClass[3].iou" and its value. A statistic gains an interval with
/// --bootstrap; a fact (an index, a count of files, a name) does not.
/// </summary>
internal sealed class EvalNumbers
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly List<Line> _lines = [];

    /// <summary>The statistics, NaN where undefined: what a bootstrap replicate writes down.</summary>
    public IEnumerable<double> Statistics => _lines.Where(l => l.IsStatistic).Select(l => l.Value ?? double.NaN);

    public bool IsEmpty => _lines.Count == 0;

    /// <summary>Path, value and interval of every line as the cells of a spreadsheet.</summary>
    public IEnumerable<(string Path, string Value, string Low, string High)> Rows =>
        _lines.Select(l => (l.Path, l.Text is null ? Exact(l.Value) : CsvCell.Of(l.Text), Exact(l.Interval?.Low), Exact(l.Interval?.High)));

    public int StatisticCount => _lines.Count(l => l.IsStatistic);

    public void Fact(string path, double? value) => _lines.Add(new Line(path, value, null, IsStatistic: false, null));

    public void Fact(string path, string text) => _lines.Add(new Line(path, null, text, IsStatistic: false, null));

    public void Statistic(string path, double? value) => _lines.Add(new Line(path, value, null, IsStatistic: true, null));

    /// <summary>Writes the statistics down in their order, as a bootstrap replicate does.</summary>
    public void CopyStatistics(Span<double> into)
    {
        int next = 0;
        foreach (double statistic in Statistics)
        {
            into[next++] = statistic;
        }
    }

    /// <summary>Sets the intervals of all statistics, in their order.</summary>
    public void SetIntervals(IReadOnlyList<Interval?> intervals)
    {
        int next = 0;
        for (int i = 0; i < _lines.Count; i++)
        {
            if (_lines[i].IsStatistic)
            {
                _lines[i] = _lines[i] with { Interval = intervals[next++], HasInterval = true };
            }
        }
    }

    public void Print(EvalFormat format, TextWriter output)
    {
        switch (format)
        {
            case EvalFormat.Json:
                output.WriteLine(ToJson().ToJsonString(Indented));
                break;
            case EvalFormat.Csv:
                PrintCsv(output);
                break;
            default:
                PrintTable(output);
                break;
        }
    }

    public JsonObject ToJson()
    {
        JsonObject root = [];
        foreach (Line line in _lines)
        {
            (JsonObject parent, string name) = Place(root, line.Path);
            parent[name] = line.Text is not null ? JsonValue.Create(line.Text) : Number(line.Value);
            if (line.HasInterval)
            {
                parent[name + "Low"] = Number(line.Interval?.Low);
                parent[name + "High"] = Number(line.Interval?.High);
            }
        }

        return root;
    }

    /// <summary>Whole numbers without a fraction, so that counts are counts in JSON.</summary>
    private static JsonValue? Number(double? value) => value switch
    {
        null => null,
        { } whole when Math.Floor(whole) == whole && Math.Abs(whole) < 1L << 53 => JsonValue.Create((long)whole),
        { } real => JsonValue.Create(real),
    };

    private static (JsonObject Parent, string Name) Place(JsonObject root, string path)
    {
        JsonObject at = root;
        string[] parts = path.Split('.');
        foreach (string part in parts.AsSpan(0, parts.Length - 1))
        {
            int bracket = part.IndexOf('[', StringComparison.Ordinal);
            if (bracket < 0)
            {
                at = (JsonObject)(at[part] ??= new JsonObject());
                continue;
            }

            JsonArray list = (JsonArray)(at[part[..bracket]] ??= new JsonArray());
            int index = int.Parse(part.AsSpan(bracket + 1, part.Length - bracket - 2), CultureInfo.InvariantCulture);
            while (list.Count <= index)
            {
                list.Add(new JsonObject());
            }

            at = (JsonObject)list[index]!;
        }

        return (at, parts[^1]);
    }

    private void PrintCsv(TextWriter output)
    {
        output.WriteLine("name,value,low,high");
        foreach ((string path, string value, string low, string high) in Rows)
        {
            output.WriteLine($"{path},{value},{low},{high}");
        }
    }

    private void PrintTable(TextWriter output)
    {
        int width = _lines.Where(l => !l.Path.Contains('[', StringComparison.Ordinal)).Select(l => l.Path.Length).DefaultIfEmpty(0).Max();
        foreach (Line line in _lines.Where(l => !l.Path.Contains('[', StringComparison.Ordinal)))
        {
            string interval = line.Interval is { } i ? $"  [{Short(i.Low)} – {Short(i.High)}]" : "";
            output.WriteLine($"{line.Path.PadRight(width)}  {line.Text ?? Short(line.Value)}{interval}");
        }

        foreach (IGrouping<string, Line> table in _lines.Where(l => l.Path.Contains('[', StringComparison.Ordinal)).GroupBy(l => l.Path[..l.Path.IndexOf('[', StringComparison.Ordinal)]))
        {
            output.WriteLine();
            List<IGrouping<string, Line>> rows = [.. table.GroupBy(l => l.Path[..l.Path.IndexOf(']', StringComparison.Ordinal)])];
            output.WriteLine(string.Join("  ", rows[0].Select(l => Column(l).PadLeft(11))));
            foreach (IGrouping<string, Line> row in rows)
            {
                output.WriteLine(string.Join("  ", row.Select(l => (l.Text ?? Short(l.Value)).PadLeft(Math.Max(11, Column(l).Length)))));
            }
        }
    }

    private static string Column(Line line) => line.Path[(line.Path.IndexOf(']', StringComparison.Ordinal) + 2)..];

    private static string Exact(double? value) => value?.ToString("R", CultureInfo.InvariantCulture) ?? "";

    private static string Short(double? value) => value switch
    {
        null => "–",
        { } whole when Math.Floor(whole) == whole && Math.Abs(whole) < 1e15 => whole.ToString("F0", CultureInfo.InvariantCulture),
        { } real => real.ToString("F6", CultureInfo.InvariantCulture),
    };

    private sealed record Line(string Path, double? Value, string? Text, bool IsStatistic, Interval? Interval, bool HasInterval = false);
}
