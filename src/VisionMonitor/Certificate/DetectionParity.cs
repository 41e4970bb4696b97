using System.Text;
using System.Text.Json;
using VisionMonitor.Metrics.Detection;
using VisionMonitor.Metrics.Detection.Coco;

namespace VisionMonitor.Certificate;

/// <summary>Boxes, masks and keypoints against pycocotools.</summary>
internal static class DetectionParity
{
    private const string Tool = "pycocotools 2.0.11";

    public static void Run(GoldenSet golden, ParityLedger ledger, CancellationToken cancellationToken)
    {
        if (golden.Folder("detection") is not { } folder)
        {
            return;
        }

        foreach (string path in Directory.EnumerateFiles(folder, "*.json.gz").Order(StringComparer.Ordinal))
        {
            string file = Path.GetFileName(path);
            if (file.EndsWith("_expected.json.gz", StringComparison.Ordinal) && File.Exists(path.Replace("_expected", "_gt", StringComparison.Ordinal)))
            {
                byte[] Part(string part) => GoldenSet.Bytes(path.Replace("_expected", part, StringComparison.Ordinal));
                Check(GoldenSet.Json(path), Part("_gt"), Part("_dt"), file, ledger);
                continue;
            }

            bool isCase = !file.StartsWith("voc_", StringComparison.Ordinal) && !file.EndsWith("_gt.json.gz", StringComparison.Ordinal) && !file.EndsWith("_dt.json.gz", StringComparison.Ordinal);
            JsonElement root = isCase ? GoldenSet.Json(path) : default;
            foreach (JsonElement one in root.ValueKind != JsonValueKind.Object ? [] : root.TryGetProperty("cases", out JsonElement cases) ? [.. cases.EnumerateArray()] : (JsonElement[])[root])
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (one.ValueKind == JsonValueKind.Object && one.TryGetProperty("gt", out JsonElement truth) && one.TryGetProperty("dt", out JsonElement results) && one.TryGetProperty("iouType", out _))
                {
                    Check(one, Encoding.UTF8.GetBytes(truth.GetRawText()), Encoding.UTF8.GetBytes(results.GetRawText()), one.GetProperty("name").GetString()!, ledger);
                }
            }
        }
    }

    private static void Check(JsonElement one, byte[] truth, byte[] predicted, string name, ParityLedger ledger)
    {
        (CocoTask task, string kind) = one.GetProperty("iouType").GetString() switch
        {
            "bbox" => (CocoTask.Boxes, "boxes"),
            "segm" => (CocoTask.Masks, "masks"),
            _ => (CocoTask.Keypoints, "keypoints"),
        };
        CocoDataset dataset = CocoDataset.Read(new MemoryStream(truth), name, task);
        CocoResults results = CocoResults.Read(new MemoryStream(predicted), name, dataset);
        CocoArrays arrays = CocoEvaluation.Run(dataset, results, Options(one.GetProperty("params"), CocoOptions.For(task))).Accumulate();
        JsonElement expected = one.GetProperty("expected");
        ParityLedger.Account stats = ledger.Of($"{kind}: AP and AR", Tool);
        foreach ((double ours, double? theirs) in arrays.Stats.Zip(GoldenSet.Numbers(expected.GetProperty("stats"))))
        {
            stats.Add(name, ours, theirs);
        }

        int last = arrays.Counts[4] - 1, k = 0;
        foreach (JsonElement of in expected.TryGetProperty("per_class", out JsonElement perClass) ? perClass.EnumerateArray() : default)
        {
            if (of.TryGetProperty("AP", out JsonElement ap))
            {
                ledger.Of($"{kind}: AP per class", Tool).Add(name, arrays.ClassPrecision(k, null, 0, last), GoldenSet.Number(ap));
            }

            k++;
        }

        foreach ((string key, Func<string> hash) in new (string, Func<string>)[] { ("precision", arrays.PrecisionSha256), ("scores", arrays.ScoresSha256) })
        {
            if (expected.TryGetProperty($"{key}_sha256_le_f64_C_order_TRKAM", out JsonElement wanted))
            {
                ledger.Of($"{kind}: every bit of the precision and score arrays", Tool, 0).AddEqual(name, hash() == wanted.GetString());
            }
        }
    }

    private static CocoOptions Options(JsonElement parameters, CocoOptions options)
    {
        DetectionOptions detection = options.Detection;
        foreach (JsonProperty parameter in parameters.EnumerateObject())
        {
            JsonElement value = parameter.Value;
            (options, detection) = parameter.Name switch
            {
                "iouThrs" => (options, detection with { OverlapThresholds = Numbers(value) }),
                "recThrs" => (options, detection with { RecallThresholds = Numbers(value) }),
                "maxDets" => (options, detection with { MaxDetections = [.. Numbers(value).Select(n => (int)n)] }),
                "useCats" => (options, detection with { IsClassAgnostic = value.GetInt32() == 0 }),
                "areaRng" => (options, detection with { AreaRanges = [.. value.EnumerateArray().Zip(parameters.GetProperty("areaRngLbl").EnumerateArray(), (r, n) => new AreaRange(n.GetString()!, r[0].GetDouble(), r[1].GetDouble()))] }),
                "kpt_oks_sigmas" => (options with { KeypointSigmas = Numbers(value) }, detection),
                "imgIds" => (options with { ImageIds = Ids(value) }, detection),
                "catIds" => (options with { CategoryIds = Ids(value) }, detection),
                _ => (options, detection),
            };
        }

        return options with { Detection = detection };
    }

    private static double[] Numbers(JsonElement list) => [.. list.EnumerateArray().Select(n => n.GetDouble())];

    private static CocoId[] Ids(JsonElement list) => [.. list.EnumerateArray().Select(n => n.ValueKind == JsonValueKind.String ? new CocoId(0, n.GetString()) : new CocoId(n.GetInt64()))];
}
