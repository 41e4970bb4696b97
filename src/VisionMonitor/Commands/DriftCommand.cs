using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using VisionMonitor.Hosting;
using VisionMonitor.Metrics.Drift;
using VisionMonitor.Metrics.NumPy;

namespace VisionMonitor.Commands;

/// <summary>How far a window of embeddings lies from a baseline, by every measure that is asked for.</summary>
internal static class DriftCommand
{
    internal static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create()
    {
        Option<FileInfo?> baseline = new("--baseline") { Description = "Embeddings of the baseline, images × dimensions, .npy.", HelpName = "A.npy" };
        Option<FileInfo?> window = new("--window") { Description = "Embeddings of the window, images × dimensions, .npy.", HelpName = "B.npy" };
        Option<string[]> measures = new("--measures") { Description = "Ids with commas between; all when left out: " + string.Join(", ", DriftMeasures.All.Select(m => m.Id)) + ".", HelpName = "ID,ID,…", AllowMultipleArgumentsPerToken = true };
        Option<double?> bandwidth = new("--bandwidth") { Description = "σ of the Gaussian kernel; alibi-detect's median heuristic on the baseline when left out.", HelpName = "σ", CustomParser = ParseBandwidth };
        Option<int> permutations = EvalOptions.AtLeast(0, new Option<int>("--permutations") { Description = "Permutations behind p-values; 0: no such p-values.", DefaultValueFactory = _ => 100, HelpName = "N" });
        Option<ulong> seed = new("--seed") { Description = "Seed of permutations and random features.", DefaultValueFactory = _ => 1, HelpName = "S" };
        Option<int> separating = EvalOptions.AtLeast(0, new Option<int>("--separating") { Description = "Also name this many rows of the window that a domain classifier tells most surely from the baseline.", HelpName = "N" });
        Option<EvalFormat> format = EvalOptions.Format();
        Option<int> threads = EvalOptions.AtLeast(1, new Option<int>("--threads") { Description = "Threads; no number depends on it.", DefaultValueFactory = _ => Environment.ProcessorCount, HelpName = "N" });
        Command command = new("drift", "Compare two sets of embeddings in .npy files: MMD, energy, Fréchet, KID, Kolmogorov–Smirnov and more, with p-values.");
        foreach (Option option in (Option[])[baseline, window, measures, bandwidth, permutations, seed, separating, format, threads])
        {
            command.Options.Add(option);
        }

        command.Subcommands.Add(DriftReplayCommand.Create());
        command.Subcommands.Add(DriftExplainCommand.Create());
        command.Subcommands.Add(DriftDoctorCommand.Create(Embeddings));
        command.SetAction(parsed =>
        {
            (FileInfo baselineFile, FileInfo windowFile) = (Given(parsed.GetValue(baseline), "--baseline"), Given(parsed.GetValue(window), "--window"));
            IReadOnlyList<DriftMeasure> chosen = Chosen(parsed.GetValue(measures) ?? []);
            (float[] first, int dimension) = Embeddings(baselineFile);
            (float[] second, int other) = Embeddings(windowFile);
            if (dimension != other)
            {
                throw new StartException($"dimensions-differ: {baselineFile.FullName} has embeddings of {dimension} numbers, {windowFile.FullName} of {other}");
            }

            if (first.Length < 2 * dimension)
            {
                throw new StartException($"too-few-rows: {baselineFile.FullName} has one row; a baseline needs at least 2");
            }

            DriftComparison comparison = new(first, second, dimension, new DriftComparisonOptions
            {
                Bandwidth = parsed.GetValue(bandwidth),
                Permutations = parsed.GetValue(permutations),
                Seed = parsed.GetValue(seed),
                DegreeOfParallelism = parsed.GetValue(threads),
            });
            int named = parsed.GetValue(separating);
            Print(chosen.Select(measure => (measure.Id, measure.Take(comparison))), named > 0 ? comparison.Classifier?.MostSeparating(named) ?? [] : null, parsed.GetValue(format));
            return 0;
        });
        return command;
    }

    private static FileInfo Given(FileInfo? file, string name) => file ?? throw new StartException($"missing-option: {name} is needed");

    private static double? ParseBandwidth(System.CommandLine.Parsing.ArgumentResult result)
    {
        if (double.TryParse(result.Tokens[0].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value > 0 && double.IsFinite(value))
        {
            return value;
        }

        result.AddError($"--bandwidth '{result.Tokens[0].Value}' is no number above 0.");
        return null;
    }

    private static IReadOnlyList<DriftMeasure> Chosen(string[] texts)
    {
        string[] ids = [.. texts.SelectMany(text => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
        return ids.Length == 0 ? DriftMeasures.All : [.. ids.Distinct().Select(id => DriftMeasures.All.FirstOrDefault(m => m.Id == id)
            ?? throw new StartException($"unknown-measure: '{id}' is none of {string.Join(", ", DriftMeasures.All.Select(m => m.Id))}"))];
    }

    /// <summary>Images × dimensions of an .npy file, finite.</summary>
    internal static (float[] Rows, int Dimension) Embeddings(FileInfo file) => EvalFiles.Read(file.FullName, _ =>
    {
        NpyFile array = EvalFiles.Npy(file);
        if (array.Kind != 'f')
        {
            throw new InvalidDataException($"wrong-type: its numbers are whole ({array.Kind}{array.ItemLength}); embeddings are floating point, save as f4");
        }

        if (array.Shape.Count != 2 || array.Shape[1] == 0)
        {
            throw new InvalidDataException($"wrong-shape: its shape is ({string.Join(", ", array.Shape)}); images × dimensions is needed");
        }

        if (array.Shape[0] == 0)
        {
            throw new InvalidDataException("no-rows: it has no row");
        }

        float[] rows = array.ToSingles();
        int dimension = array.Shape[1], bad = Array.FindIndex(rows, value => !float.IsFinite(value));
        return bad < 0 ? (rows, dimension) : throw new InvalidDataException($"not-finite: row {bad / dimension}, dimension {bad % dimension} is {rows[bad].ToString(CultureInfo.InvariantCulture)}");
    });

    private static void Print(IEnumerable<(string Id, DriftReading Reading)> readings, int[]? separating, EvalFormat format)
    {
        switch (format)
        {
            case EvalFormat.Json:
                JsonObject root = [];
                foreach ((string id, DriftReading reading) in readings)
                {
                    JsonObject one = new() { ["value"] = reading.Value, ["p"] = reading.P };
                    if (reading.PerDimension is { } dimensions)
                    {
                        one["perDimension"] = new JsonArray([.. dimensions.Select(value => JsonValue.Create(value))]);
                    }

                    root[id] = one;
                }

                if (separating is not null)
                {
                    root["mostSeparating"] = new JsonArray([.. separating.Select(row => JsonValue.Create(row))]);
                }

                Console.Out.WriteLine(root.ToJsonString(Indented));
                return;
            case EvalFormat.Csv:
                Console.Out.WriteLine("measure,value,p");
                foreach ((string id, DriftReading reading) in readings)
                {
                    Console.Out.WriteLine($"{id},{reading.Value?.ToString("R", CultureInfo.InvariantCulture)},{reading.P?.ToString("R", CultureInfo.InvariantCulture)}");
                }

                return;
            default:
                int width = DriftMeasures.All.Max(measure => measure.Id.Length);
                foreach ((string id, DriftReading reading) in readings)
                {
                    Console.Out.WriteLine($"{id.PadRight(width)}  {Short(reading.Value),12}  {(reading.P is { } p ? "p " + Short(p) : "")}".TrimEnd());
                }

                if (separating is not null)
                {
                    Console.Out.WriteLine("rows of the window most unlike the baseline: " + string.Join(", ", separating));
                }

                return;
        }
    }

    private static string Short(double? value) => value?.ToString("G6", CultureInfo.InvariantCulture) ?? "–";
}
