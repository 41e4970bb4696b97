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
            if (File.Exists(Path.Combine(folder, "logits.f32")))
            {
                Check(folder, name, GoldenSet.Json(Path.Combine(folder, "expected.json")), ledger);
            }
        }
    }

    private static void Check(string folder, string name, JsonElement expected, ParityLedger ledger)
    {
        ClassificationReport report = Report(folder, expected, 15);
        ParityLedger.Account counts = ledger.Of("classification: precision, recall, F1, MCC, kappa, log loss, Brier", Tool), tops = ledger.Of("classification: top-k", "numpy, lower index first");

        // Images whose logits are permutations of each other tie; the last bit of numpy's exp breaks some of these ties in c04_ties.
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
