using System.Globalization;
using System.Text.Json;
using VisionMonitor.Metrics.Panoptic;
using VisionMonitor.Metrics.Segmentation;

namespace VisionMonitor.Certificate;

/// <summary>Panoptic maps against panopticapi.</summary>
internal static class PanopticParity
{
    public static void Run(GoldenSet golden, ParityLedger ledger, CancellationToken cancellationToken)
    {
        foreach (string folder in golden.Cases("panoptic", "segmentation-classification-ocr/panoptic"))
        {
            cancellationToken.ThrowIfCancellationRequested();
            JsonElement expected = GoldenSet.Json(Path.Combine(folder, "expected.json"));
            if (!expected.TryGetProperty("All", out _))
            {
                continue;
            }

            string name = Path.GetFileName(folder);
            Compare(ledger.Of("panoptic: PQ, SQ, RQ, TP, FP, FN", "panopticapi 7bb4655"), name, Evaluate(folder, new PanopticOptions()), expected);
            if (expected.TryGetProperty("boundary_pq", out JsonElement boundary) && boundary.ValueKind == JsonValueKind.Object)
            {
                foreach (JsonProperty ratio in boundary.EnumerateObject())
                {
                    Compare(ledger.Of("panoptic: boundary PQ", "boundary-iou-api 37d2558"), name, Evaluate(folder, new PanopticOptions { BoundaryRatio = double.Parse(ratio.Name, CultureInfo.InvariantCulture) }), ratio.Value);
                }
            }
        }
    }

    private static void Compare(ParityLedger.Account account, string name, PanopticReport report, JsonElement expected)
    {
        foreach ((string key, PanopticMean mean) in new[] { ("All", report.All), ("Things", report.Things), ("Stuff", report.Stuff) })
        {
            JsonElement one = expected.GetProperty(key);
            foreach ((string part, double? ours) in new[] { ("pq", mean.PanopticQuality), ("sq", mean.SegmentationQuality), ("rq", mean.RecognitionQuality) })
            {
                account.Add(name, ours, one.ValueKind == JsonValueKind.Object ? GoldenSet.Number(one.GetProperty(part)) : null);
            }
        }

        foreach (PanopticClassReport one in report.PerClass)
        {
            JsonElement category = expected.GetProperty("per_class").GetProperty($"{one.Category.Id}");
            foreach ((string part, double ours) in new[] { ("tp", one.TruePositives), ("fp", one.FalsePositives), ("fn", one.FalseNegatives), ("iou_sum", one.IouSum) })
            {
                account.Add(name, ours, GoldenSet.Number(category.GetProperty(part)));
            }
        }
    }

    private static PanopticReport Evaluate(string folder, PanopticOptions options)
    {
        JsonElement truth = GoldenSet.Json(Path.Combine(folder, "gt.json")), predicted = GoldenSet.Json(Path.Combine(folder, "pred.json"));
        var evaluation = new PanopticEvaluation([.. truth.GetProperty("categories").EnumerateArray().Select(c => new PanopticCategory(c.GetProperty("id").GetInt32(), "", c.GetProperty("isthing").GetInt32() == 1))], options);
        Dictionary<int, JsonElement> predictions = predicted.GetProperty("annotations").EnumerateArray().ToDictionary(a => a.GetProperty("image_id").GetInt32());
        return evaluation.Summarize([.. truth.GetProperty("annotations").EnumerateArray().Select(a =>
            evaluation.Compare(Read(folder, "gt", a), Read(folder, "pred", predictions[a.GetProperty("image_id").GetInt32()])))], []);
    }

    private static PanopticImage Read(string folder, string side, JsonElement annotation)
    {
        using PngLabels png = PngLabels.Read(File.ReadAllBytes(Path.Combine(folder, side, annotation.GetProperty("file_name").GetString()!)));
        return new PanopticImage(png.Width, png.Height, png.ToPanopticIds(), [.. annotation.GetProperty("segments_info").EnumerateArray().Select(s => new PanopticSegment(
            s.GetProperty("id").GetInt32(),
            s.GetProperty("category_id").GetInt32(),
            s.TryGetProperty("iscrowd", out JsonElement crowd) && crowd.GetInt32() == 1,
            s.TryGetProperty("area", out JsonElement area) ? area.GetInt64() : 0))]);
    }
}
