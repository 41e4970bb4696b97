using System.Text;
using System.Text.Json;
using VisionMonitor.Metrics.Detection;
using VisionMonitor.Metrics.Detection.Coco;

namespace VisionMonitor.Certificate;

/// <summary>What `eval detection` tells beside COCO's numbers, against the tools that made it known. TIDE, LRP and VOC have cases in bigger golden sets only.</summary>
internal static class DetectionSectionsParity
{
    private static readonly (DetectionError Error, string Key)[] Errors =
    [
        (DetectionError.Class, "Cls"), (DetectionError.Localization, "Loc"), (DetectionError.Both, "Both"),
        (DetectionError.Duplicate, "Dupe"), (DetectionError.Background, "Bkg"), (DetectionError.Missed, "Miss"),
    ];

    public static void Run(GoldenSet golden, ParityLedger ledger, CancellationToken cancellationToken)
    {
        if (golden.Folder("detection") is not { } folder)
        {
            return;
        }

        if (Read("federated.json.gz") is { } federated)
        {
            foreach (JsonElement one in federated.GetProperty("cases").EnumerateArray())
            {
                cancellationToken.ThrowIfCancellationRequested();
                Federated(one, ledger.Of("federated: AP and AR", "lvis-api 0.5.3"));
            }
        }

        foreach (JsonProperty one in Read("errors_tide_lrp.json.gz") is { } errors ? errors.GetProperty("results").EnumerateObject() : default)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Read($"{one.Name}.json.gz") is { } data)
            {
                TideAndLrp(one.Name, data.TryGetProperty("cases", out JsonElement cases) ? cases[0] : data, one.Value, ledger);
            }
        }

        foreach (string file in (string[])["voc_padilla_case1.json.gz", "voc_padilla_toy_cat.json.gz"])
        {
            if (Read(file) is { } voc)
            {
                PascalVoc(file, voc, ledger.Of("Pascal VOC: AP", "Padilla's toolkit"));
            }
        }

        JsonElement? Read(string file) => Path.Combine(folder, file) is { } path && File.Exists(path) ? GoldenSet.Json(path) : null;
    }

    private static void Federated(JsonElement one, ParityLedger.Account account)
    {
        string name = one.GetProperty("name").GetString()!;
        CocoOptions options = CocoOptions.For(CocoTask.Boxes);
        CocoEvaluation evaluation = Compare(name, one, options with { IsFederated = true, Detection = options.Detection with { MaxDetections = [300] } });
        DetectionReport report = evaluation.Summarize([]);
        double? Of(string frequency) => FederatedEvaluation.AveragePrecision(report, Enumerable.Range(0, report.PerClass.Count).Where(c => evaluation.Categories[c].Frequency == frequency));
        foreach ((string key, double? ours) in new[]
        {
            ("AP", report.AveragePrecision), ("AP50", report.AveragePrecision50), ("AP75", report.AveragePrecision75), ("APs", report.AveragePrecisionSmall),
            ("APm", report.AveragePrecisionMedium), ("APl", report.AveragePrecisionLarge), ("APr", Of("r")), ("APc", Of("c")), ("APf", Of("f")),
            ("AR@300", report.AverageRecall100),
        })
        {
            account.Add(name, ours ?? -1, one.GetProperty("results").GetProperty(key).GetDouble());
        }
    }

    private static void TideAndLrp(string name, JsonElement data, JsonElement expected, ParityLedger ledger)
    {
        CocoEvaluation evaluation = Compare(name, data, CocoOptions.For(data.GetProperty("iouType").GetString() == "segm" ? CocoTask.Masks : CocoTask.Boxes));
        ErrorBreakdown errors = evaluation.Errors();
        JsonElement tide = expected.GetProperty("tide"), stats = expected.GetProperty("lrp").GetProperty("stats");
        ParityLedger.Account counts = ledger.Of("error breakdown: counts", "TIDE 1.0.1", 0), gains = ledger.Of("error breakdown: gains in percent", "TIDE 1.0.1", 1e-10), lrp = ledger.Of("LRP: optimal and its parts", "LRP-Error");
        foreach ((DetectionError error, string key) in Errors)
        {
            counts.Add(name, errors.Counts.GetValueOrDefault(error), tide.GetProperty("error_counts").GetProperty(key).GetDouble());
            gains.Add(name, 100 * errors.Gains.GetValueOrDefault(error), tide.GetProperty("main_dAP_percent").GetProperty(key).GetDouble());
        }

        gains.Add(name, 100 * errors.FalsePositiveGain, tide.GetProperty("special_dAP_percent").GetProperty("FalsePos").GetDouble());
        gains.Add(name, 100 * errors.FalseNegativeGain, tide.GetProperty("special_dAP_percent").GetProperty("FalseNeg").GetDouble());
        IReadOnlyList<LocalizationRecallPrecision> all = evaluation.LocalizationRecallPrecisions();
        lrp.Add(name, all.Select(one => one.Optimal).OfType<double>().Average(), stats[12].GetDouble());
        lrp.Add(name, all.Select(one => one.Localization).OfType<double>().Average(), stats[13].GetDouble());
        lrp.Add(name, all.Select(one => one.FalsePositives).OfType<double>().Average(), stats[14].GetDouble());
    }

    private static void PascalVoc(string file, JsonElement root, ParityLedger.Account account)
    {
        JsonElement[] truths = [.. root.GetProperty("gt").EnumerateArray()], predictions = [.. root.GetProperty("dt").EnumerateArray()];
        string Text(JsonElement one, string name) => one.GetProperty(name).GetString()!;
        string[] classes = [.. truths.Concat(predictions).Select(one => Text(one, "label")).Distinct().Order(StringComparer.Ordinal)];
        string[] images = [.. truths.Concat(predictions).Select(one => Text(one, "image")).Distinct()];
        Metrics.Geometry.BoundingBox Box(JsonElement one)
        {
            double[] c = [.. one.GetProperty("xyxy").EnumerateArray().Select(n => n.GetDouble())];
            return VocEvaluation.InclusiveBox(c[0], c[1], c[2], c[3]);
        }

        foreach (JsonElement expected in root.GetProperty("expected_voc").EnumerateArray())
        {
            var voc = new VocEvaluation(classes.Length, expected.GetProperty("iou").GetDouble(), expected.GetProperty("method").GetString() == "11point" ? VocInterpolation.ElevenPoints : VocInterpolation.AllPoints);
            DetectionEvidence[] evidence = [.. images.Select(image => voc.Compare(
                [.. truths.Where(one => Text(one, "image") == image).Select(one => new TruthBox(Array.IndexOf(classes, Text(one, "label")), Box(one), 1, one.TryGetProperty("difficult", out JsonElement difficult) && difficult.GetInt32() != 0))],
                [.. predictions.Where(one => Text(one, "image") == image).Select(one => new PredictedBox(Array.IndexOf(classes, Text(one, "label")), Box(one), one.GetProperty("score").GetDouble()))]))];
            VocReport report = voc.Summarize(evidence, []);
            account.Add(file, report.MeanAveragePrecision, expected.GetProperty("mAP").GetDouble());
            foreach (JsonProperty one in expected.GetProperty("per_class").EnumerateObject())
            {
                account.Add(file, report.PerClass[Array.IndexOf(classes, one.Name)].AveragePrecision, one.Value.GetProperty("AP").GetDouble());
            }
        }
    }

    private static CocoEvaluation Compare(string name, JsonElement one, CocoOptions options)
    {
        CocoTask task = one.TryGetProperty("iouType", out JsonElement kind) && kind.GetString() == "segm" ? CocoTask.Masks : CocoTask.Boxes;
        CocoDataset dataset = CocoDataset.Read(new MemoryStream(Encoding.UTF8.GetBytes(one.GetProperty("gt").GetRawText())), name, task);
        CocoResults results = CocoResults.Read(new MemoryStream(Encoding.UTF8.GetBytes(one.GetProperty("dt").GetRawText())), name, dataset);
        return CocoEvaluation.Run(dataset, results, options with { Detection = options.Detection with { KeepsPairs = !options.IsFederated } });
    }
}
