using System.Globalization;
using System.Text;
using System.Text.Json;
using VisionMonitor.Metrics.Detection;
using VisionMonitor.Metrics.Detection.Coco;
using VisionMonitor.Metrics.Statistics;

namespace VisionMonitor.Commands;

/// <summary>The numbers of one `eval detection`, with intervals where a bootstrap was asked for, ready to print.</summary>
internal sealed class DetectionOutcome
{
    private readonly CocoEvaluation _evaluation;
    private readonly CocoArrays _arrays;
    private readonly DetectionReport _report;
    private readonly string[] _classFields;
    private readonly double[] _values;
    private readonly Interval?[]? _intervals;

    private DetectionOutcome(CocoEvaluation evaluation, CocoOptions options, int replicates, ulong seed)
    {
        _evaluation = evaluation;
        _arrays = evaluation.Accumulate();
        _report = _arrays.Report;
        _classFields = [.. ClassFields(options.Detection)];
        _values = new double[_arrays.Stats.Count + (_arrays.Counts[2] * _classFields.Length)];
        Write(_arrays, _values);
        if (replicates > 0)
        {
            double[] ones = new double[evaluation.Evidence.Length];
            Array.Fill(ones, 1);
            _intervals = Bootstrap.Percentile(ones, replicates, seed, _values.Length, (weights, values) => Write(evaluation.Accumulate(weights), values), degreeOfParallelism: options.Parallelism);
        }
    }

    public static DetectionOutcome Measure(CocoEvaluation evaluation, CocoOptions options, int replicates, ulong seed) => new(evaluation, options, replicates, seed);

    public void Print(EvalFormat format, Stream output, EvalNumbers? sections = null)
    {
        if (format == EvalFormat.Json)
        {
            PrintJson(output, sections);
            return;
        }

        using var writer = new StreamWriter(output, new UTF8Encoding(false)) { NewLine = "\n" };
        if (format == EvalFormat.Csv)
        {
            PrintCsv(writer);
            foreach ((string path, string value, string low, string high) in sections?.Rows ?? [])
            {
                writer.WriteLine($",,{path},{value}{(_intervals is null ? "" : $",{low},{high}")}");
            }
        }
        else
        {
            PrintTable(writer);
            if (sections is { IsEmpty: false })
            {
                writer.WriteLine();
                sections.Print(EvalFormat.Table, writer);
            }
        }
    }

    private string[] StatNames => _arrays.Stats.Count == 10
        ? ["ap", "ap50", "ap75", "apMedium", "apLarge", "ar", "ar50", "ar75", "arMedium", "arLarge"]
        : ["ap", "ap50", "ap75", "apSmall", "apMedium", "apLarge", "ar1", "ar10", "ar100", "arSmall", "arMedium", "arLarge"];

    private static IEnumerable<string> ClassFields(DetectionOptions options)
    {
        IEnumerable<string> areas = options.AreaRanges.Skip(1).Select(range => char.ToUpperInvariant(range.Name[0]) + range.Name[1..]);
        int[] limits = [.. options.MaxDetections];
        Array.Sort(limits);
        return ["ap", "ap50", "ap75", .. areas.Select(name => $"ap{name}"), .. Array.ConvertAll(limits, m => $"ar{m}"), .. areas.Select(name => $"ar{name}"), "bestConfidence", "precision", "recall", "f1"];
    }

    /// <summary>All numbers in one row, NaN where undefined: first the stats, then each class's fields.</summary>
    private static void Write(CocoArrays arrays, Span<double> values)
    {
        int at = 0;
        foreach (double stat in arrays.Stats)
        {
            values[at++] = Defined(stat);
        }

        (int classes, int areas, int limits) = (arrays.Counts[2], arrays.Counts[3], arrays.Counts[4]);
        for (int k = 0; k < classes; k++)
        {
            values[at++] = Defined(arrays.ClassPrecision(k, null, 0, limits - 1));
            values[at++] = Defined(arrays.ClassPrecision(k, 0.5, 0, limits - 1));
            values[at++] = Defined(arrays.ClassPrecision(k, 0.75, 0, limits - 1));
            for (int a = 1; a < areas; a++)
            {
                values[at++] = Defined(arrays.ClassPrecision(k, null, a, limits - 1));
            }

            for (int m = 0; m < limits; m++)
            {
                values[at++] = Defined(arrays.ClassRecall(k, 0, m));
            }

            for (int a = 1; a < areas; a++)
            {
                values[at++] = Defined(arrays.ClassRecall(k, a, limits - 1));
            }

            ClassDetectionReport report = arrays.Report.PerClass[k];
            values[at++] = report.BestConfidence ?? double.NaN;
            values[at++] = report.Precision ?? double.NaN;
            values[at++] = report.Recall ?? double.NaN;
            values[at++] = report.F1 ?? double.NaN;
        }
    }

    /// <summary>pycocotools writes −1 for "undefined".</summary>
    private static double Defined(double value) => value < 0 ? double.NaN : value;

    private void PrintJson(Stream output, EvalNumbers? sections)
    {
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        WriteArray(json, "stats", i => _values[i]);
        if (_intervals is not null)
        {
            WriteArray(json, "statsLow", i => _intervals[i]?.Low ?? double.NaN);
            WriteArray(json, "statsHigh", i => _intervals[i]?.High ?? double.NaN);
        }

        json.WriteStartObject("named");
        string[] names = StatNames;
        for (int i = 0; i < names.Length; i++)
        {
            WriteValue(json, names[i], i);
        }

        json.WriteEndObject();
        json.WriteNumber("images", _report.ImageCount);
        json.WriteStartArray("perClass");
        for (int k = 0; k < _arrays.Counts[2]; k++)
        {
            WriteClass(json, k);
        }

        json.WriteEndArray();
        json.WriteString("precisionSha256", _arrays.PrecisionSha256());
        json.WriteString("scoresSha256", _arrays.ScoresSha256());
        json.WriteString("recallSha256", _arrays.RecallSha256());
        foreach ((string name, System.Text.Json.Nodes.JsonNode? section) in sections?.ToJson() ?? [])
        {
            json.WritePropertyName(name);
            section!.WriteTo(json);
        }

        json.WriteEndObject();
        json.Flush();
        output.WriteByte((byte)'\n');
    }

    private void WriteClass(Utf8JsonWriter json, int k)
    {
        json.WriteStartObject();
        (CocoId id, string name) = ClassOf(k);
        if (id.Text is null)
        {
            json.WriteNumber("categoryId", id.Number);
        }
        else
        {
            json.WriteString("categoryId", id.Text);
        }

        json.WriteString("name", name);
        for (int f = 0; f < _classFields.Length; f++)
        {
            WriteValue(json, _classFields[f], At(k, f));
        }

        ClassDetectionReport report = _report.PerClass[k];
        json.WriteNumber("truthCount", report.TruthCount);
        json.WriteNumber("predictedCount", report.PredictedCount);
        json.WriteEndObject();
    }

    /// <summary>Without classes there is one row, as pycocotools numbers it.</summary>
    private (CocoId Id, string Name) ClassOf(int k) => _arrays.Counts[2] == _evaluation.Categories.Count && !_arrays.IsClassAgnostic
        ? (_evaluation.Categories[k].Id, _evaluation.Categories[k].Name)
        : (new CocoId(-1), "all classes");

    private int At(int classIndex, int field) => _arrays.Stats.Count + (classIndex * _classFields.Length) + field;

    private void WriteArray(Utf8JsonWriter json, string name, Func<int, double> valueOf)
    {
        json.WriteStartArray(name);
        for (int i = 0; i < _arrays.Stats.Count; i++)
        {
            double value = valueOf(i);
            if (double.IsNaN(value))
            {
                json.WriteNullValue();
            }
            else
            {
                json.WriteNumberValue(value);
            }
        }

        json.WriteEndArray();
    }

    private void WriteValue(Utf8JsonWriter json, string name, int at)
    {
        WriteNumber(json, name, _values[at]);
        if (_intervals is not null)
        {
            WriteNumber(json, name + "Low", _intervals[at]?.Low ?? double.NaN);
            WriteNumber(json, name + "High", _intervals[at]?.High ?? double.NaN);
        }
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsNaN(value))
        {
            json.WriteNull(name);
        }
        else
        {
            json.WriteNumber(name, value);
        }
    }

    private void PrintTable(TextWriter writer)
    {
        string[] names = StatNames;
        for (int i = 0; i < names.Length; i++)
        {
            writer.WriteLine($"{names[i],-10} {Shown(i)}");
        }

        writer.WriteLine();
        writer.WriteLine($"{"class",-24} {"ap",8} {"ap50",8} {"ap75",8} {"f1",8} {"at",8} {"objects",9} {"predicted",10}");
        for (int k = 0; k < _arrays.Counts[2]; k++)
        {
            ClassDetectionReport report = _report.PerClass[k];
            string name = ClassOf(k).Name;
            name = name.Length > 24 ? name[..23] + "…" : name;
            writer.WriteLine($"{name,-24} {Short(_values[At(k, 0)]),8} {Short(_values[At(k, 1)]),8} {Short(_values[At(k, 2)]),8} {Short(report.F1),8} {Short(report.BestConfidence),8} {report.TruthCount,9} {report.PredictedCount,10}");
        }
    }

    private string Shown(int at) => _intervals?[at] is { } interval ? $"{Short(_values[at])}  ({Short(interval.Low)} to {Short(interval.High)})" : Short(_values[at]);

    private static string Short(double? value) => value is { } number && !double.IsNaN(number) ? number.ToString("F4", CultureInfo.InvariantCulture) : "–";

    private void PrintCsv(TextWriter writer)
    {
        bool hasIntervals = _intervals is not null;
        writer.WriteLine(hasIntervals ? "categoryId,name,metric,value,low,high" : "categoryId,name,metric,value");
        string[] names = StatNames;
        for (int i = 0; i < names.Length; i++)
        {
            writer.WriteLine($",,{names[i]},{Row(i)}");
        }

        for (int k = 0; k < _arrays.Counts[2]; k++)
        {
            (CocoId id, string name) = ClassOf(k);
            for (int f = 0; f < _classFields.Length; f++)
            {
                writer.WriteLine($"{CsvCell.Of(id.Text ?? id.ToString())},{CsvCell.Of(name)},{CsvCell.Of(_classFields[f])},{Row(At(k, f))}");
            }
        }
    }

    private string Row(int at) => _intervals is null ? Exact(_values[at]) : $"{Exact(_values[at])},{Exact(_intervals[at]?.Low)},{Exact(_intervals[at]?.High)}";

    private static string Exact(double? value) => value is { } number && !double.IsNaN(number) ? number.ToString("R", CultureInfo.InvariantCulture) : "";
}
