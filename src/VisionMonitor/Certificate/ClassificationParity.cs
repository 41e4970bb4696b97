using System.Globalization;
using System.Text.Json;
using VisionMonitor.Metrics.Classification;

namespace VisionMonitor.Certificate;

/// <summary>Class scores against scikit-learn.</summary>
internal static class ClassificationParity
{
    private const string Tool = "scikit-learn 1.2.1";

    public static void Run(GoldenSet golden, ParityLedger ledger, CancellationToken cancellationToken)
    {
        foreach (string folder in golden.Cases("classification", "segmentation-classification-ocr/classification"))
        {
            cancellationToken.ThrowIfCancellationRequested();
            string name = Path.GetFileName(folder);
            JsonElement expected = GoldenSet.Json(Path.Combine(folder, "expected.json"));
            if (File.Exists(Path.Combine(folder, "logits.f32")))
            {
                Check(folder, name, expected, ledger);
            }
            else if (expected.TryGetProperty("num_labels", out JsonElement labels))
            {
                CheckLabels(folder, name, expected, labels.GetInt32(), ledger.Of("multi-label: mAP, F1, ranking", Tool));
            }
            else if (expected.TryGetProperty("roc", out JsonElement roc))
            {
                CheckCurve(folder, name, expected, roc, ledger.Of("binary: ROC and PR curves", Tool));
            }
        }
    }

    private static void CheckLabels(string folder, string name, JsonElement expected, int labels, ParityLedger.Account account)
    {
        double[] scores = GoldenSet.Array<double>(Path.Combine(folder, "scores.f64"));
        bool[] truths = Array.ConvertAll(File.ReadAllBytes(Path.Combine(folder, "targets.u8")), mark => mark != 0);
        var evaluation = new MultiLabelEvaluation(labels);
        MultiLabelReport report = evaluation.Summarize([.. Enumerable.Range(0, scores.Length / labels).Select(i => evaluation.Compare(truths.AsMemory(i * labels, labels), scores.AsMemory(i * labels, labels)))], []);
        foreach ((string key, double? ours) in new[]
        {
            ("mAP_macro", report.AveragePrecisionMacro), ("mAP_macro_absent_as_zero", report.AveragePrecisionAbsentAsZero), ("mAP_micro", report.AveragePrecisionMicro),
            ("mAP_samples_nonempty", report.AveragePrecisionSamples), ("hamming_loss", report.HammingLoss), ("subset_accuracy", report.SubsetAccuracy), ("lrap", report.LabelRankingAveragePrecision),
        })
        {
            account.Add(name, ours, GoldenSet.Number(expected.GetProperty(key)));
        }

        foreach ((string key, PrecisionRecallF1 mean) in new[] { ("macro", report.Macro), ("micro", report.Micro), ("weighted", report.Weighted), ("samples", report.Samples) })
        {
            account.Add(name, mean.Precision, GoldenSet.Number(expected.GetProperty(key).GetProperty("precision")));
            account.Add(name, mean.Recall, GoldenSet.Number(expected.GetProperty(key).GetProperty("recall")));
            account.Add(name, mean.F1, GoldenSet.Number(expected.GetProperty(key).GetProperty("f1")));
        }

        foreach (MultiLabelClassReport one in report.PerLabel)
        {
            account.Add(name, one.AveragePrecision, GoldenSet.Number(expected.GetProperty("average_precision")[one.LabelIndex]));
            account.Add(name, one.RocAuc, GoldenSet.Number(expected.GetProperty("roc_auc")[one.LabelIndex]));
            account.Add(name, one.AtThreshold.F1 ?? 0, GoldenSet.Number(expected.GetProperty("f1")[one.LabelIndex]));
        }
    }

    private static void CheckCurve(string folder, string name, JsonElement expected, JsonElement roc, ParityLedger.Account account)
    {
        double[] scores = GoldenSet.Array<double>(Path.Combine(folder, "scores.f64"));
        bool[] truths = Array.ConvertAll(File.ReadAllBytes(Path.Combine(folder, "y.u8")), mark => mark != 0);
        var curve = ScoreCurve.Of(scores, truths);
        account.Add(name, RankedScores.RocAuc(scores, truths), GoldenSet.Number(expected.GetProperty("roc_auc")));
        account.Add(name, RankedScores.AveragePrecision(scores, truths), GoldenSet.Number(expected.GetProperty("average_precision")));
        account.Add(name, curve.BestF1, GoldenSet.Number(expected.GetProperty("best_f1")));

        // scikit-learn begins the ROC curve at (0, 0) and gives the PR curve from the lowest threshold, with an end of its own.
        account.AddEqual(name, curve.Thresholds.SequenceEqual(roc.GetProperty("thresholds_after_first").EnumerateArray().Select(t => t.GetDouble())));
        for (int i = 0; i < curve.Thresholds.Count; i++)
        {
            account.Add(name, curve.FalsePositiveRates[i], GoldenSet.Number(roc.GetProperty("fpr")[i + 1]));
            account.Add(name, curve.Recalls[i], GoldenSet.Number(roc.GetProperty("tpr")[i + 1]));
            account.Add(name, curve.Precisions[^(i + 1)], GoldenSet.Number(expected.GetProperty("pr").GetProperty("precision")[i]));
        }
    }

    private static void Check(string folder, string name, JsonElement expected, ParityLedger ledger)
    {
        ClassificationReport report = Report(folder, expected, 15);
        ParityLedger.Account counts = ledger.Of("classification: precision, recall, F1, MCC, kappa, log loss, Brier", Tool), tops = ledger.Of("classification: top-k", "numpy, lower index first");

        // Images whose logits are permutations of each other tie or not by the last bit of exp: numpy's own answer to c04_ties depends on the processor (AVX-512 or not).
        ParityLedger.Account areas = name == "c04_ties" ? ledger.Of("classification: ROC-AUC and AP where only rounding breaks ties", Tool, 1e-3) : ledger.Of("classification: ROC-AUC and AP", Tool);
        foreach (ClassReport one in report.PerClass)
        {
            counts.Add(name, one.Precision ?? 0, GoldenSet.Number(expected.GetProperty("precision")[one.ClassIndex]));
            counts.Add(name, one.Recall ?? 0, GoldenSet.Number(expected.GetProperty("recall")[one.ClassIndex]));
            counts.Add(name, one.F1 ?? 0, GoldenSet.Number(expected.GetProperty("f1")[one.ClassIndex]));
            areas.Add(name, one.RocAuc, GoldenSet.Number(expected.GetProperty("roc_auc_ovr")[one.ClassIndex]));
            areas.Add(name, one.AveragePrecision, GoldenSet.Number(expected.GetProperty("average_precision")[one.ClassIndex]));
        }

        foreach ((string key, double? ours) in new[]
        {
            ("accuracy", report.Accuracy), ("balanced_accuracy", report.BalancedAccuracy), ("mcc", report.MatthewsCorrelation), ("kappa", report.Kappa), ("kappa_quadratic", report.KappaQuadratic),
            ("log_loss", report.LogLoss), ("brier_multiclass_sum", report.Brier),
        })
        {
            counts.Add(name, ours, GoldenSet.Number(expected.GetProperty(key)));
        }

        ledger.Of("classification: class-wise ECE", "numpy").Add(name, report.ClasswiseCalibrationError, GoldenSet.Number(expected.GetProperty("classwise_ece_15").GetProperty("mean")));
        foreach (JsonProperty k in expected.GetProperty("topk").EnumerateObject())
        {
            tops.Add(name, report.TopK(int.Parse(k.Name, CultureInfo.InvariantCulture)), GoldenSet.Number(k.Value));
        }

        foreach (JsonProperty bins in expected.GetProperty("calibration").EnumerateObject())
        {
            ClassificationReport binned = Report(folder, expected, int.Parse(bins.Name, CultureInfo.InvariantCulture));
            foreach ((string key, CalibrationReport ours) in new[] { ("width_right_closed", binned.CalibrationRightClosed), ("width_left_closed", binned.CalibrationLeftClosed), ("equal_mass", binned.CalibrationEqualMass) })
            {
                ledger.Of("classification: ECE and MCE", "numpy, three conventions").Add(name, ours.ExpectedError, GoldenSet.Number(bins.Value.GetProperty(key).GetProperty("ece")));
            }
        }
    }

    private static ClassificationReport Report(string folder, JsonElement expected, int bins)
    {
        int classCount = expected.GetProperty("num_classes").GetInt32();
        float[] logits = GoldenSet.Array<float>(Path.Combine(folder, "logits.f32"));
        int[] truth = GoldenSet.Array<int>(Path.Combine(folder, "y.i32"));
        var evaluation = new ClassificationEvaluation(classCount, keepProbabilities: true, bins);
        return evaluation.Summarize([.. truth.Select((t, i) => evaluation.CompareLogits(t, logits.AsSpan(i * classCount, classCount)))], []);
    }
}
