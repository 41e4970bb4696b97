using System.CommandLine;
using System.Globalization;
using VisionMonitor.Hosting;
using VisionMonitor.Metrics.Drift;

namespace VisionMonitor.Commands;

/// <summary>Accuracy of a window without its labels, from class probabilities in CSV files.</summary>
internal static class EstimateCommand
{
    public static Command Create()
    {
        Option<FileInfo> reference = EvalOptions.File("--reference", "CSV with a header: p0, p1, … (or score, of the second of two classes) and y, the class index.");
        Option<FileInfo> window = EvalOptions.File("--window", "The same; y may be missing, and is only shown beside the estimates.");
        Option<string> calibration = new("--calibration") { Description = "Isotonic calibration of probabilities: auto (classes that gain by it), all, none, or class indices with commas between.", DefaultValueFactory = _ => "auto", HelpName = "auto|all|none|C,C,…" };
        Option<EvalFormat> format = EvalOptions.Format();
        Command command = new("estimate", "Estimate the accuracy of unlabelled images from a labelled reference: CBPE, ATC, DoC and average confidence.");
        foreach (Option option in (Option[])[reference, window, calibration, format])
        {
            command.Options.Add(option);
        }

        command.SetAction(parsed =>
        {
            FileInfo first = parsed.GetRequiredValue(reference), second = parsed.GetRequiredValue(window);
            ConfidenceSet labelled = EvalFiles.Read(first.FullName, path => ConfidenceTable.Read(File.ReadLines(path), needsLabels: true));
            ConfidenceSet judged = EvalFiles.Read(second.FullName, path => ConfidenceTable.Read(File.ReadLines(path), needsLabels: false));
            if (labelled.ClassCount != judged.ClassCount)
            {
                throw new StartException($"classes-differ: {first.FullName} has {labelled.ClassCount} classes, {second.FullName} has {judged.ClassCount}");
            }

            Numbers(labelled, judged, AccuracyEstimate.Of(labelled, judged, Classes(parsed.GetValue(calibration)!, labelled.ClassCount))).Print(parsed.GetValue(format), Console.Out);
            return 0;
        });
        return command;
    }

    private static int[]? Classes(string text, int classCount) => text switch
    {
        "auto" => null,
        "none" => [],
        "all" => [.. Enumerable.Range(0, classCount)],
        _ => [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(part =>
            int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int index) && index < classCount
                ? index
                : throw new StartException($"unknown-class: --calibration '{part}' is no class index below {classCount}"))],
    };

    private static EvalNumbers Numbers(ConfidenceSet reference, ConfidenceSet window, AccuracyEstimate estimate)
    {
        EvalNumbers numbers = new();
        numbers.Fact("classes", reference.ClassCount);
        numbers.Fact("reference.count", reference.Count);
        numbers.Fact("reference.accuracy", reference.Accuracy);
        numbers.Fact("window.count", window.Count);
        Share("cbpe", estimate.ConfidenceBased);
        numbers.Fact("cbpe.f1", estimate.Expected.F1);
        numbers.Fact("cbpe.precision", estimate.Expected.Precision);
        numbers.Fact("cbpe.recall", estimate.Expected.Recall);
        numbers.Fact("cbpe.specificity", estimate.Expected.Specificity);
        numbers.Fact("cbpe.rocAuc", estimate.Expected.RocAuc);
        Share("atc", estimate.Threshold);
        numbers.Fact("atc.threshold", estimate.CutConfidence);
        Share("atcEntropy", estimate.EntropyThreshold);
        numbers.Fact("atcEntropy.threshold", estimate.CutEntropy);
        Share("doc", estimate.Difference);
        Share("averageConfidence", estimate.RawConfidenceBased);
        numbers.Fact("trust.flag", estimate.Distrust is null ? "ok" : "do-not-trust");
        numbers.Fact("trust.reason", estimate.Distrust ?? "");
        if (window.Accuracy is { } realized)
        {
            numbers.Fact("realized.accuracy", realized);
        }

        return numbers;

        void Share(string method, EstimatedShare share)
        {
            numbers.Fact(method + ".accuracy", share.Value);
            numbers.Fact(method + ".accuracyLow", share.Low);
            numbers.Fact(method + ".accuracyHigh", share.High);
        }
    }
}
