using System.Globalization;
using System.Text.Json;
using VisionMonitor.Metrics.Segmentation;

namespace VisionMonitor.Certificate;

/// <summary>Label maps against mmsegmentation and boundary-iou-api.</summary>
internal static class SemanticParity
{
    public static void Run(GoldenSet golden, ParityLedger ledger, CancellationToken cancellationToken)
    {
        ParityLedger.Account? regions = null, boundaries = null;
        foreach (string folder in golden.Cases("segmentation", "semantic", "segmentation-classification-ocr/semantic"))
        {
            cancellationToken.ThrowIfCancellationRequested();
            regions ??= ledger.Of("semantic: confusion, IoU, accuracy, precision, Dice", "mmsegmentation 01c9623 (float64)");
            boundaries ??= ledger.Of("semantic: boundary IoU", "boundary-iou-api, OpenCV 4.6");
            string name = Path.GetFileName(folder);
            JsonElement expected = GoldenSet.Json(Path.Combine(folder, "expected.json")), canonical = expected.GetProperty("canonical");
            SemanticReport report = Report(folder, expected, null, BoundaryIgnore.After);
            foreach ((double ours, double? theirs) in report.Confusion.Zip(expected.GetProperty("confusion").EnumerateArray().SelectMany(row => GoldenSet.Numbers(row))))
            {
                regions.Add(name, ours, theirs);
            }

            for (int c = 0; c < report.PerClass.Count; c++)
            {
                SemanticClassReport one = report.PerClass[c];
                foreach ((string key, double? ours) in new[] { ("iou", one.IntersectionOverUnion), ("acc", one.Accuracy), ("precision", one.Precision), ("dice", one.Dice) })
                {
                    regions.Add(name, ours, GoldenSet.Number(canonical.GetProperty(key)[c]));
                }
            }

            foreach ((string key, double? ours) in new[] { ("mIoU", report.MeanIntersectionOverUnion), ("mAcc", report.MeanAccuracy), ("mPrecision", report.MeanPrecision), ("mDice", report.MeanDice), ("aAcc", report.PixelAccuracy), ("fwIoU", report.FrequencyWeightedIntersectionOverUnion) })
            {
                regions.Add(name, ours, GoldenSet.Number(canonical.GetProperty(key)));
            }

            if (expected.TryGetProperty("boundary", out JsonElement boundary) && boundary.ValueKind == JsonValueKind.Object)
            {
                foreach (JsonProperty ratio in boundary.EnumerateObject())
                {
                    double width = double.Parse(ratio.Name, CultureInfo.InvariantCulture);
                    boundaries.Add(name, Report(folder, expected, width, BoundaryIgnore.After).MeanBoundaryIntersectionOverUnion, GoldenSet.Number(ratio.Value.GetProperty("ignore_post").GetProperty("mean")));
                    boundaries.Add(name, Report(folder, expected, width, BoundaryIgnore.Before).MeanBoundaryIntersectionOverUnion, GoldenSet.Number(ratio.Value.GetProperty("ignore_pre").GetProperty("mean")));
                }
            }
        }
    }

    private static SemanticReport Report(string folder, JsonElement expected, double? ratio, BoundaryIgnore ignore)
    {
        var evaluation = new SemanticEvaluation(expected.GetProperty("num_classes").GetInt32(), new SemanticOptions
        {
            IgnoreLabel = expected.GetProperty("ignore_index").GetInt32(),
            ReduceZeroLabel = expected.GetProperty("reduce_zero_label").GetBoolean(),
            BoundaryRatio = ratio,
            BoundaryIgnore = ignore,
        });
        LabelMap Read(JsonElement file) => PngLabels.Read(File.ReadAllBytes(Path.Combine(folder, file.GetString()!))).ToLabelMap();
        return evaluation.Summarize([.. expected.GetProperty("files").EnumerateArray().Select(pair => evaluation.Compare(Read(pair[0]), Read(pair[1])))], []);
    }
}
