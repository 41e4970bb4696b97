using System.Text.Json;
using VisionMonitor.Metrics.Classification;

namespace VisionMonitor.Metrics.Tests.Classification;

public sealed class ClassificationEvaluationTests
{
    public static TheoryData<string> Cases => ["c01_10cls", "c02_absent_in_gt", "c03_never_predicted", "c04_ties", "c05_saturated", "c06_single_gt_class", "c07_constant", "c08_one_sample", "c90_100cls"];

    /// <summary>
    /// Three classes, four images: truth 0 0 1 2, predicted 0 1 1 1. Class 0: P 1, R 1/2, F1 2/3. Class 1: P 1/3, R 1, F1 1/2.
    /// Class 2: never predicted, so P is undefined; R 0, F1 0. Accuracy 2/4.
    /// </summary>
    [Fact]
    public void Summarize_FourImagesByHand_GivesTheNumbersOfTheComment()
    {
        ClassificationReport report = Summarize(3, [0, 0, 1, 2], [.7f, .2f, .1f, .3f, .5f, .2f, .1f, .8f, .1f, .2f, .6f, .2f]);

        report.ImageCount.ShouldBe(4);
        report.Accuracy.ShouldBe(0.5);
        report.PerClass.Select(c => c.Precision).ShouldBe([1, 1.0 / 3, null]);
        report.PerClass.Select(c => c.Recall).ShouldBe([0.5, 1, 0]);
        report.PerClass.Select(c => c.F1).ShouldBe([2.0 / 3, 0.5, 0]);
        report.Confusion.ShouldBe([1, 1, 0, 0, 1, 0, 0, 1, 0]);
        report.Macro.Precision.ShouldBe((1 + (1.0 / 3)) / 2);
        report.MacroWith(UndefinedClasses.Zero).Precision.ShouldBe((1 + (1.0 / 3)) / 3);
        report.BalancedAccuracy.ShouldBe(0.5);
        report.Top5.ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Summarize_GoldenLogits_EqualsScikitLearn(string name)
    {
        (ClassificationReport report, JsonElement expected) = Load(name, 15);

        // The reference depends on its processor here, see AreasOfTies_WithoutAvx512_EqualNumpysToTheLastBit.
        double areaTolerance = name == "c04_ties" ? 1e-3 : 1e-12;
        report.ImageCount.ShouldBe(expected.GetProperty("n").GetInt64());
        report.Confusion.ShouldBe(expected.GetProperty("confusion").EnumerateArray().SelectMany(row => row.EnumerateArray()).Select(c => c.GetDouble()));
        for (int c = 0; c < report.PerClass.Count; c++)
        {
            ClassReport one = report.PerClass[c];
            (one.Precision ?? 0).ShouldMatch(expected.GetProperty("precision")[c], what: $"precision of {c}");
            (one.Recall ?? 0).ShouldMatch(expected.GetProperty("recall")[c], what: $"recall of {c}");
            (one.F1 ?? 0).ShouldMatch(expected.GetProperty("f1")[c], what: $"F1 of {c}");
            one.Support.ShouldBe(expected.GetProperty("support")[c].GetDouble());
            one.RocAuc.ShouldMatch(expected.GetProperty("roc_auc_ovr")[c], areaTolerance, what: $"AUC of {c}");
            one.AveragePrecision.ShouldMatch(expected.GetProperty("average_precision")[c], areaTolerance, what: $"AP of {c}");
            if (expected.GetProperty("topk_per_class_recall").TryGetProperty("5", out JsonElement top5))
            {
                one.Top5Recall.ShouldMatch(top5[c], what: $"top-5 recall of {c}");
            }
        }

        ShouldMatch(report.MacroWith(UndefinedClasses.Zero), expected.GetProperty("macro"));
        ShouldMatch(report.MacroWith(UndefinedClasses.ZeroWherePresent), expected.GetProperty("macro_present_only"));
        ShouldMatch(report.Micro, expected.GetProperty("micro"));
        ShouldMatch(report.Weighted, expected.GetProperty("weighted"));
        report.Mean(c => c.FBeta(2), UndefinedClasses.Zero).ShouldMatch(expected.GetProperty("fbeta2_macro"));
        report.Mean(c => c.Jaccard, UndefinedClasses.Zero).ShouldMatch(expected.GetProperty("jaccard_macro"));
        report.RocAucMacro.ShouldMatch(expected.GetProperty("roc_auc_ovr_macro"), areaTolerance);
        report.AveragePrecisionMacro.ShouldMatch(expected.GetProperty("average_precision_macro"), areaTolerance);
        foreach ((string key, double? value) in new (string, double?)[]
        {
            ("accuracy", report.Accuracy), ("balanced_accuracy", report.BalancedAccuracy), ("balanced_accuracy_adjusted", report.BalancedAccuracyAdjusted),
            ("mcc", report.MatthewsCorrelation), ("kappa", report.Kappa), ("kappa_linear", report.KappaLinear), ("kappa_quadratic", report.KappaQuadratic),
            ("log_loss", report.LogLoss), ("brier_multiclass_sum", report.Brier), ("overconfidence", report.Overconfidence), ("entropy_mean", report.MeanEntropy),
        })
        {
            value.ShouldMatch(expected.GetProperty(key), what: key);
        }

        report.ClasswiseCalibrationError.ShouldMatch(expected.GetProperty("classwise_ece_15").GetProperty("mean"));
    }

    /// <summary>
    /// In c04_ties the logits of many images are permutations of each other, so that the last bit of each exponential decides which of them tie. numpy 1.24 gives
    /// the golden areas on processors with AVX-512 (0.63463353, 0.21010590), where its exp(-1), exp(-2), exp(-3) and exp(-8) miss the nearest double by one, and
    /// these on all others (NPY_DISABLE_CPU_FEATURES); scikit-learn 1.2.1 on top of it. Exponentials of 60 digits, rounded once, give these too.
    /// </summary>
    [Fact]
    public void AreasOfTies_WithoutAvx512_EqualNumpysToTheLastBit()
    {
        (ClassificationReport report, _) = Load("c04_ties", 15);

        report.RocAucMacro!.Value.ShouldBe(0.6346149234655527, 1e-15);
        report.AveragePrecisionMacro!.Value.ShouldBe(0.21013474384526515, 1e-15);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void TopK_GoldenLogits_EqualsEveryTieRule(string name)
    {
        (ClassificationReport report, JsonElement expected) = Load(name, 15);

        foreach (JsonProperty k in expected.GetProperty("topk").EnumerateObject())
        {
            report.TopK(int.Parse(k.Name, System.Globalization.CultureInfo.InvariantCulture)).ShouldMatch(k.Value, what: $"top {k.Name}");
        }

        foreach (JsonProperty k in expected.GetProperty("topk_optimistic_ties").EnumerateObject())
        {
            report.TopKOptimistic(int.Parse(k.Name, System.Globalization.CultureInfo.InvariantCulture)).ShouldMatch(k.Value, what: $"optimistic top {k.Name}");
            report.TopKPessimistic(int.Parse(k.Name, System.Globalization.CultureInfo.InvariantCulture)).ShouldMatch(expected.GetProperty("topk_pessimistic_ties").GetProperty(k.Name), what: $"pessimistic top {k.Name}");
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Calibration_GoldenLogits_EqualsEveryConvention(string name)
    {
        foreach (int bins in (int[])[10, 15])
        {
            (ClassificationReport report, JsonElement expected) = Load(name, bins);
            JsonElement calibration = expected.GetProperty("calibration").GetProperty($"{bins}");
            CalibrationTests.ShouldMatch(report.CalibrationRightClosed, calibration.GetProperty("width_right_closed"));
            CalibrationTests.ShouldMatch(report.CalibrationLeftClosed, calibration.GetProperty("width_left_closed"));
            CalibrationTests.ShouldMatch(report.CalibrationEqualMass, calibration.GetProperty("equal_mass"));
        }
    }

    [Fact]
    public void FromLabels_TheSameLabels_GivesTheSameMatrixMetrics()
    {
        int[] truth = [.. Enumerable.Range(0, 500).Select(i => i * 7 % 5)], predicted = [.. Enumerable.Range(0, 500).Select(i => i * i % 7 % 5)];
        ClassificationReport slow = Summarize(5, truth, [.. predicted.SelectMany(p => Enumerable.Range(0, 5).Select(c => c == p ? 1f : 0f))]), fast = ClassificationReport.FromLabels(truth, predicted, 5);

        fast.Confusion.ShouldBe(slow.Confusion);
        (fast.Accuracy, fast.MatthewsCorrelation, fast.Kappa, fast.BalancedAccuracy, fast.Macro, fast.Weighted).ShouldBe((slow.Accuracy, slow.MatthewsCorrelation, slow.Kappa, slow.BalancedAccuracy, slow.Macro, slow.Weighted));
        Should.Throw<ArgumentException>(() => ClassificationReport.FromLabels([5], [0], 5)).Message.ShouldContain("Image 0");
    }

    [Fact]
    public void ClassRanking_ScoresThatDifferInTheirLastBits_EqualsTheSortOfEach()
    {
        var evaluation = new ClassificationEvaluation(2, keepProbabilities: true);
        double[] scores = [.. Enumerable.Range(0, 300).Select(i => 0.25 + (i * 37 % 100 / 4 * 1e-16 * 4) + (i % 3 == 0 ? 0.5 : 0))];
        int[] truth = [.. Enumerable.Range(0, 300).Select(i => i * 13 % 7 % 2)];
        var ranking = new ClassRanking([.. scores.Select((s, i) => evaluation.Compare(truth[i], (ReadOnlySpan<double>)[1 - s, s]))]);

        ranking.Areas(1, []).ShouldBe(RankedScores.Both(scores, [.. truth.Select(t => t == 1)]));
    }

    [Fact]
    public void ClassRanking_MoreImagesOfAClassThanShortSlots_EqualsTheSort()
    {
        // 80,000 images, nearly all scores distinct: more slots than 16 bits count. 0 and 1 are among them.
        var evaluation = new ClassificationEvaluation(2, keepProbabilities: true);
        var random = new Random(5);
        double[] scores = [.. Enumerable.Range(0, 80_000).Select(i => i % 1000 == 0 ? 0 : i % 1001 == 0 ? 1 : Math.Pow(random.NextDouble(), 1 + (i % 40)))];
        int[] truth = [.. scores.Select(_ => random.Next(2))];
        double[] weights = [.. scores.Select(_ => (double)random.Next(3))];
        var ranking = new ClassRanking([.. scores.Select((s, i) => evaluation.Compare(truth[i], (ReadOnlySpan<double>)[1 - s, s]))]);

        ranking.Areas(1, []).ShouldBe(RankedScores.Both(scores, [.. truth.Select(t => t == 1)]));
        ranking.Areas(1, weights).ShouldBe(RankedScores.Both(scores, [.. truth.Select(t => t == 1)], weights));
    }

    [Fact]
    public void Summarize_WeightOf3_EqualsTheImageThreeTimes()
    {
        var evaluation = new ClassificationEvaluation(3, keepProbabilities: true);
        ClassificationEvidence a = evaluation.Compare(0, new float[] { .5f, .25f, .25f }), b = evaluation.Compare(2, new float[] { .5f, .125f, .375f });

        ClassificationReport weighted = evaluation.Summarize([a, b], [3, 1]), repeated = evaluation.Summarize([a, a, a, b], []);

        weighted.Confusion.ShouldBe(repeated.Confusion);
        weighted.LogLoss.ShouldMatch(repeated.LogLoss);
        weighted.RocAucMacro.ShouldMatch(repeated.RocAucMacro);
        weighted.CalibrationRightClosed.ExpectedError.ShouldMatch(repeated.CalibrationRightClosed.ExpectedError);
        weighted.ImageCount.ShouldBe(2);
        weighted.WeightSum.ShouldBe(4);
    }

    [Fact]
    public void Summarize_NoImages_GivesNoNumbers()
    {
        ClassificationReport report = new ClassificationEvaluation(2).Summarize([], []);

        report.ImageCount.ShouldBe(0);
        report.Accuracy.ShouldBeNull();
        report.Macro.ShouldBe(new PrecisionRecallF1(null, null, null));
        report.MatthewsCorrelation.ShouldBeNull();
        report.ExpectedCalibrationError.ShouldBeNull();
        report.AccuracyInterval.ShouldBeNull();
    }

    [Fact]
    public void Compare_TiedProbabilities_PrefersTheLowerIndex()
    {
        ClassificationEvidence evidence = new ClassificationEvaluation(4).Compare(2, new float[] { .25f, .25f, .25f, .25f });

        evidence.PredictedIndex.ShouldBe(0);
        evidence.TruthRank.ShouldBe(2);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(-0.1f)]
    [InlineData(1.5f)]
    public void Compare_ImpossibleProbability_Throws(float probability) =>
        Should.Throw<ArgumentException>(() => new ClassificationEvaluation(2).Compare(0, new[] { 0.5f, probability }));

    [Fact]
    public void CompareLogits_NaN_Throws() => Should.Throw<ArgumentException>(() => new ClassificationEvaluation(2).CompareLogits(0, [1, float.NaN]));

    [Fact]
    public void Compare_WrongClassCount_Throws() => Should.Throw<ArgumentException>(() => new ClassificationEvaluation(3).Compare(0, new[] { 0.5f, 0.5f }));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void FromBytes_WhatToBytesWrote_IsTheSameEvidence(bool keepProbabilities)
    {
        ClassificationEvidence evidence = new ClassificationEvaluation(3, keepProbabilities).CompareLogits(1, [1, 2.5f, -3]);

        ClassificationEvidence read = ClassificationEvidence.FromBytes(evidence.ToBytes());

        read.ToBytes().ShouldBe(evidence.ToBytes());
        read.TruthProbability.ShouldBe(evidence.TruthProbability);
        read.Probabilities.ToArray().ShouldBe(evidence.Probabilities.ToArray());
    }

    [Fact]
    public void FromBytes_CutOffOrForeign_Throws()
    {
        byte[] bytes = new ClassificationEvaluation(3, true).Compare(1, new float[] { 0, 1, 0 }).ToBytes();

        Should.Throw<InvalidDataException>(() => ClassificationEvidence.FromBytes(bytes.AsSpan(0, bytes.Length - 1)));
        Should.Throw<InvalidDataException>(() => ClassificationEvidence.FromBytes([]));
        bytes[0] = 9;
        Should.Throw<InvalidDataException>(() => ClassificationEvidence.FromBytes(bytes));
    }

    private static (ClassificationReport Report, JsonElement Expected) Load(string name, int bins)
    {
        JsonElement expected = Golden.Json(Golden.Folder("classification", name, "expected.json"));
        int classCount = expected.GetProperty("num_classes").GetInt32();
        float[] logits = Golden.Array<float>(Golden.Folder("classification", name, "logits.f32"));
        int[] truth = Golden.Array<int>(Golden.Folder("classification", name, "y.i32"));
        var evaluation = new ClassificationEvaluation(classCount, keepProbabilities: true, bins);
        ClassificationEvidence[] evidence = [.. truth.Select((t, i) => evaluation.CompareLogits(t, logits.AsSpan(i * classCount, classCount)))];
        return (evaluation.Summarize(evidence, []), expected);
    }

    private static ClassificationReport Summarize(int classCount, int[] truth, float[] probabilities)
    {
        var evaluation = new ClassificationEvaluation(classCount);
        return evaluation.Summarize([.. truth.Select((t, i) => evaluation.Compare(t, probabilities.AsMemory(i * classCount, classCount)))], []);
    }

    private static void ShouldMatch(PrecisionRecallF1 actual, JsonElement expected)
    {
        actual.Precision.ShouldMatch(expected.GetProperty("precision"));
        actual.Recall.ShouldMatch(expected.GetProperty("recall"));
        actual.F1.ShouldMatch(expected.GetProperty("f1"));
    }
}
