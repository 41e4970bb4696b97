using System.Text.Json;
using VisionMonitor.Metrics.Classification;

namespace VisionMonitor.Metrics.Tests.Classification;

public sealed class MultiLabelEvaluationTests
{
    /// <summary>
    /// Two labels, three images. Label 0: truth 1 0 1, scores .9 .8 .1: P 1/2, R 1/2, AP = 1/2·1 + 1/2·2/3 = 5/6. Label 1 never occurs: predicted once, so P 0,
    /// R and AP undefined. All right only in image 0.
    /// </summary>
    [Fact]
    public void Summarize_ThreeImagesByHand_GivesTheNumbersOfTheComment()
    {
        MultiLabelReport report = Summarize(2, [true, false, false, false, true, false], [.9, .2, .8, .1, .1, .6], []);

        report.PerLabel[0].AtThreshold.ShouldBe(new PrecisionRecallF1(0.5, 0.5, 0.5));
        report.PerLabel[0].AveragePrecision.ShouldMatch(5.0 / 6);
        report.PerLabel[1].AtThreshold.ShouldBe(new PrecisionRecallF1(0, null, 0));
        report.AveragePrecisionMacro.ShouldMatch(5.0 / 6);
        report.AveragePrecisionAbsentAsZero.ShouldMatch(5.0 / 12);
        report.SubsetAccuracy.ShouldMatch(1.0 / 3);
        report.HammingLoss.ShouldMatch(0.5);
    }

    [Fact]
    public void Summarize_GoldenScores_EqualsScikitLearn()
    {
        JsonElement expected = Golden.Json(Golden.Folder("classification", "c20_multilabel", "expected.json"));
        double[] scores = Golden.Array<double>(Golden.Folder("classification", "c20_multilabel", "scores.f64"));
        bool[] truths = System.Array.ConvertAll(Golden.Array<byte>(Golden.Folder("classification", "c20_multilabel", "targets.u8")), mark => mark != 0);

        MultiLabelReport report = Summarize(12, truths, scores, []);

        // The file's mAP_weighted leaves out its last label, which was to have no positive and has one; ours takes all twelve.
        report.AveragePrecisionMacro.ShouldMatch(expected.GetProperty("mAP_macro"));
        report.AveragePrecisionMicro.ShouldMatch(expected.GetProperty("mAP_micro"));
        report.AveragePrecisionSamples.ShouldMatch(expected.GetProperty("mAP_samples_nonempty"));
        report.LabelRankingAveragePrecision.ShouldMatch(expected.GetProperty("lrap"));
        report.HammingLoss.ShouldMatch(expected.GetProperty("hamming_loss"));
        report.SubsetAccuracy.ShouldMatch(expected.GetProperty("subset_accuracy"));
        foreach ((string key, PrecisionRecallF1 mean) in new[] { ("macro", report.Macro), ("micro", report.Micro), ("weighted", report.Weighted), ("samples", report.Samples) })
        {
            mean.Precision.ShouldMatch(expected.GetProperty(key).GetProperty("precision"), what: key);
            mean.Recall.ShouldMatch(expected.GetProperty(key).GetProperty("recall"), what: key);
            mean.F1.ShouldMatch(expected.GetProperty(key).GetProperty("f1"), what: key);
        }
    }

    [Fact]
    public void Summarize_WeightOf2_EqualsTheImageTwice()
    {
        MultiLabelReport weighted = Summarize(2, [true, false, false, true], [.9, .2, .8, .4], [2, 1]), repeated = Summarize(2, [true, false, true, false, false, true], [.9, .2, .9, .2, .8, .4], []);

        weighted.AveragePrecisionMicro.ShouldMatch(repeated.AveragePrecisionMicro);
        weighted.Macro.ShouldBe(repeated.Macro);
        weighted.HammingLoss.ShouldMatch(repeated.HammingLoss);
    }

    [Fact]
    public void Summarize_NoImages_GivesNoNumbers()
    {
        MultiLabelReport report = new MultiLabelEvaluation(2).Summarize([], []);

        report.AveragePrecisionMacro.ShouldBeNull();
        report.HammingLoss.ShouldBeNull();
        report.Macro.ShouldBe(new PrecisionRecallF1(null, null, null));
        Should.Throw<ArgumentException>(() => new MultiLabelEvaluation(1).Compare(new[] { true }, new[] { double.NaN }));
    }

    [Fact]
    public void ScoreCurve_GoldenScores_EqualsScikitLearnsRocAndPr()
    {
        JsonElement expected = Golden.Json(Golden.Folder("classification", "c30_binary", "expected.json")), roc = expected.GetProperty("roc");
        bool[] truths = System.Array.ConvertAll(Golden.Array<byte>(Golden.Folder("classification", "c30_binary", "y.u8")), mark => mark != 0);

        var curve = ScoreCurve.Of(Golden.Array<double>(Golden.Folder("classification", "c30_binary", "scores.f64")), truths);

        curve.BestF1.ShouldMatch(expected.GetProperty("best_f1"));
        for (int i = 0; i < curve.Thresholds.Count; i++)
        {
            curve.Thresholds[i].ShouldMatch(roc.GetProperty("thresholds_after_first")[i]);
            curve.FalsePositiveRates[i].ShouldMatch(roc.GetProperty("fpr")[i + 1]);
            curve.Recalls[i].ShouldMatch(roc.GetProperty("tpr")[i + 1]);
            curve.Precisions[^(i + 1)].ShouldMatch(expected.GetProperty("pr").GetProperty("precision")[i]);
        }
    }

    private static MultiLabelReport Summarize(int labels, bool[] truths, double[] scores, double[] weights)
    {
        var evaluation = new MultiLabelEvaluation(labels);
        return evaluation.Summarize([.. Enumerable.Range(0, scores.Length / labels).Select(i => evaluation.Compare(truths.AsMemory(i * labels, labels), scores.AsMemory(i * labels, labels)))], weights);
    }
}
