using System.Text.Json;
using VisionMonitor.Metrics.Drift;
using VisionMonitor.Testing;

namespace VisionMonitor.Metrics.Tests.Drift;

/// <summary>Estimates without labels against NannyML and the authors' code of ATC.</summary>
public sealed class AccuracyEstimateTests
{
    [Fact]
    public void Of_BinaryScores_EqualsTheReferences()
    {
        (ConfidenceSet reference, ConfidenceSet window, JsonElement expected) = Binary();

        AccuracyEstimate calibrated = AccuracyEstimate.Of(reference, window, [0, 1]), raw = AccuracyEstimate.Of(reference, window, []);

        Check(calibrated.Expected, expected.GetProperty("cbpe_whole_window_isotonic"));
        Check(raw.Expected, expected.GetProperty("cbpe_whole_window_raw"));
        AccuracyEstimate.Of(reference, window).ConfidenceBased.ShouldBe(calibrated.ConfidenceBased);
        CheckShares(calibrated, expected);
        double[] scores = Golden.Array<double>(Golden.Folder("drift", "cls_binary", "win_score.f64")), fitted = Golden.Array<double>(Golden.Folder("drift", "cls_binary", "win_score_isotonic.f64"));
        double[] at = Golden.Array<double>(Golden.Folder("drift", "cls_binary", "ref_score.f64"));
        var regression = IsotonicRegression.Fit(at, Array.ConvertAll(Golden.Array<int>(Golden.Folder("drift", "cls_binary", "ref_y.i32")), y => (double)y));
        for (int i = 0; i < scores.Length; i++)
        {
            regression.At(scores[i]).ShouldMatch(fitted[i], 1e-12, $"row {i}");
        }
    }

    [Theory]
    [InlineData("cls_multi5")]
    [InlineData("cls_real9_clean")]
    public void Of_ClassProbabilities_EqualsTheReferences(string name)
    {
        string folder = name == "cls_real9_clean" ? SharedFolder.Require("golden", "drift", name) : Golden.Folder("drift", name);
        JsonElement expected = Golden.Json(Path.Combine(folder, "expected.json"));
        int classes = expected.GetProperty("classes").GetInt32();
        ConfidenceSet reference = new(Golden.Array<double>(Path.Combine(folder, "ref_prob.f64")), classes, Golden.Array<int>(Path.Combine(folder, "ref_y.i32")));
        ConfidenceSet window = new(Golden.Array<double>(Path.Combine(folder, "win_prob.f64")), classes, null);
        int[] calibrated = [.. Enumerable.Range(0, classes).Where(c => expected.GetProperty("calibrator_per_class").GetProperty($"c{c}").GetString() == "IsotonicCalibrator")];

        AccuracyEstimate estimate = AccuracyEstimate.Of(reference, window, calibrated);

        JsonElement cbpe = expected.GetProperty("cbpe_whole_window_calibrated");
        estimate.ConfidenceBased.Value.ShouldMatch(cbpe.GetProperty("accuracy"), 1e-10);
        estimate.Expected.F1.ShouldMatch(cbpe.GetProperty("f1_macro"), 1e-10);
        estimate.Expected.RocAuc.ShouldMatch(cbpe.GetProperty("roc_auc_ovr_macro"), 1e-6);
        for (int t = 0; t < classes; t++)
        {
            for (int p = 0; p < classes; p++)
            {
                estimate.Expected.Shares[(t * classes) + p].ShouldMatch(cbpe.GetProperty("expected_confusion")[t][p], 1e-10);
            }
        }

        CheckShares(estimate, expected);
    }

    /// <summary>Confidences as in the reference: nothing speaks against the estimate. The same with confidences of another law: something does.</summary>
    [Fact]
    public void Distrust_OtherConfidences_SaysSo()
    {
        (ConfidenceSet reference, _, _) = Binary();

        AccuracyEstimate.Of(reference, reference).Distrust.ShouldBeNull();
        ConfidenceSet unsure = new([.. Enumerable.Range(0, 500).SelectMany(i => i % 2 == 0 ? (double[])[0.45, 0.55] : [0.55, 0.45])], 2, null);
        AccuracyEstimate.Of(reference, unsure).Distrust!.ShouldContain("calibrated region");
        AccuracyEstimate.Of(new ConfidenceSet([0.1, 0.9, 0.8, 0.2], 2, [1, 0]), unsure).Distrust!.ShouldContain("98 more");
    }

    /// <summary>Outcomes that are drawn with the stated probability: the interval holds the later accuracy in about 95 of 100 windows.</summary>
    [Fact]
    public void Interval_CalibratedModel_CoversTheLaterTruth()
    {
        int covered = 0, trusted = 0;
        for (ulong trial = 0; trial < 400; trial++)
        {
            ConfidenceSet reference = Drawn(trial * 2, 500), window = Drawn((trial * 2) + 1, 200);
            AccuracyEstimate estimate = AccuracyEstimate.Of(reference, window);
            if (estimate.Distrust is null)
            {
                trusted++;
                covered += window.Accuracy >= estimate.ConfidenceBased.Low && window.Accuracy <= estimate.ConfidenceBased.High ? 1 : 0;
            }
        }

        trusted.ShouldBeGreaterThan(370);
        ((double)covered / trusted).ShouldBeInRange(0.92, 0.99);
    }

    private static ConfidenceSet Drawn(ulong seed, int count)
    {
        double[] probabilities = new double[2 * count];
        int[] labels = new int[count];
        for (int i = 0; i < count; i++)
        {
            double p = Metrics.Statistics.SplitMix64.Uniform(seed, (ulong)(2 * i));
            (probabilities[2 * i], probabilities[(2 * i) + 1]) = (1 - p, p);
            labels[i] = Metrics.Statistics.SplitMix64.Uniform(seed, (ulong)((2 * i) + 1)) < p ? 1 : 0;
        }

        return new ConfidenceSet(probabilities, 2, labels);
    }

    private static (ConfidenceSet Reference, ConfidenceSet Window, JsonElement Expected) Binary()
    {
        ConfidenceSet Read(string side, bool hasLabels) => new(
            [.. Golden.Array<double>(Golden.Folder("drift", "cls_binary", side + "_score.f64")).SelectMany(p => (double[])[1 - p, p])],
            2,
            hasLabels ? Golden.Array<int>(Golden.Folder("drift", "cls_binary", side + "_y.i32")) : null);
        return (Read("ref", true), Read("win", false), Golden.Json(Golden.Folder("drift", "cls_binary", "expected.json")));
    }

    private static void Check(ExpectedConfusion measured, JsonElement expected)
    {
        measured.Accuracy.ShouldMatch(expected.GetProperty("accuracy"), 1e-10);
        measured.F1.ShouldMatch(expected.GetProperty("f1"), 1e-10);
        measured.Precision.ShouldMatch(expected.GetProperty("precision"), 1e-10);
        measured.Recall.ShouldMatch(expected.GetProperty("recall"), 1e-10);
        measured.Specificity.ShouldMatch(expected.GetProperty("specificity"), 1e-10);
        measured.RocAuc.ShouldMatch(expected.GetProperty("roc_auc"), 1e-6);
    }

    private static void CheckShares(AccuracyEstimate estimate, JsonElement expected)
    {
        JsonElement atc = expected.GetProperty("atc"), doc = expected.GetProperty("doc");
        (100 * estimate.Threshold.Value).ShouldMatch(atc.GetProperty("max_conf").GetProperty("estimated_accuracy_pct"), 1e-12);
        estimate.CutConfidence.ShouldMatch(atc.GetProperty("max_conf").GetProperty("threshold"), 1e-12);
        (100 * estimate.EntropyThreshold.Value).ShouldMatch(atc.GetProperty("neg_entropy").GetProperty("estimated_accuracy_pct"), 1e-12);
        estimate.CutEntropy.ShouldMatch(atc.GetProperty("neg_entropy").GetProperty("threshold"), 1e-12);
        estimate.Difference.Value.ShouldMatch(doc.GetProperty("estimated_accuracy_doc"), 1e-12);
        estimate.RawConfidenceBased.Value.ShouldMatch(doc.GetProperty("estimated_accuracy_avg_conf"), 1e-12);
    }
}
