using VisionMonitor.Metrics.Detection;
using VisionMonitor.Metrics.Geometry;

namespace VisionMonitor.Metrics.Tests.Detection;

public sealed class DetectionEvaluationTests
{
    private static readonly DetectionEvaluation Coco = new(new DetectionOptions(), classCount: 2);

    [Fact]
    public void Summarize_HandExample_GivesTheAreaUnderTheEnvelope()
    {
        // Two objects of class 0. By confidence: hit, miss, hit (IoU 1). Precision 1 up to recall .5 (51 points), then 2/3 (50 points).
        TruthBox[] truth = [new(0, new BoundingBox(0, 0, 40, 40)), new(0, new BoundingBox(100, 0, 40, 40))];
        PredictedBox[] predicted = [new(0, truth[0].Box, 0.9), new(0, new BoundingBox(300, 300, 40, 40), 0.8), new(0, truth[1].Box, 0.7)];

        DetectionReport report = Coco.Summarize([Coco.Compare(truth, predicted)], []);

        report.AveragePrecision!.Value.ShouldBe((51 + (50 * 2 / 3.0)) / 101, 1e-12);
        report.AverageRecall1.ShouldBe(0.5);
        report.AverageRecall100.ShouldBe(1);
        report.AveragePrecisionLarge.ShouldBeNull();
        report.PerClass[1].AveragePrecision.ShouldBeNull();
        report.PerClass[0].TruthCount.ShouldBe(2);
        report.PerClass[0].PredictedCount.ShouldBe(3);
        // F1 is 2/3 after one, 1/2 after two, 4/5 after three.
        report.PerClass[0].F1!.Value.ShouldBe(0.8, 1e-12);
        report.PerClass[0].BestConfidence.ShouldBe(0.7);
        report.PerClass[0].Precision!.Value.ShouldBe(2 / 3.0, 1e-12);
    }

    [Fact]
    public void Summarize_PerfectPrediction_IsOneButForTheSpacing()
    {
        TruthBox[] truth = [new(0, new BoundingBox(0, 0, 40, 40)), new(1, new BoundingBox(100, 0, 40, 40))];
        PredictedBox[] predicted = [.. truth.Select(t => new PredictedBox(t.ClassIndex, t.Box, 0.5))];
        DetectionReport report = Coco.Summarize([Coco.Compare(truth, predicted)], []);
        report.AveragePrecision!.Value.ShouldBe(1, 1e-15);
        report.AverageRecall100.ShouldBe(1);
    }

    [Fact]
    public void Summarize_WeightTwo_EqualsTheImageTwice()
    {
        DetectionEvidence[] evidence = RandomEvidence(seed: 3, images: 6);
        DetectionReport weighted = Coco.Summarize(evidence, [1, 2, 1, 0, 1, 1]);
        DetectionReport repeated = Coco.Summarize([evidence[0], evidence[1], evidence[1], evidence[2], evidence[4], evidence[5]], []);
        weighted.AveragePrecision!.Value.ShouldBe(repeated.AveragePrecision!.Value, 1e-12);
        weighted.AverageRecallMedium.ShouldBe(repeated.AverageRecallMedium);
        weighted.PerClass[1].F1!.Value.ShouldBe(repeated.PerClass[1].F1!.Value, 1e-12);
    }

    [Fact]
    public void Summarize_WeightsOfOne_EqualNoWeightsToTheLastBit()
    {
        DetectionEvidence[] evidence = RandomEvidence(seed: 5, images: 20);
        double[] ones = [.. evidence.Select(_ => 1.0)];
        DetectionReport plain = Coco.Summarize(evidence, []), weighted = Coco.Summarize(evidence, ones);
        (weighted with { PerClass = [] }).ShouldBe(plain with { PerClass = [] });
        weighted.PerClass.ShouldBe(plain.PerClass);
    }

    [Theory]
    [InlineData(1, 1, 1, 1, 1, 1)]
    [InlineData(0, 2, 1, 0, 3, 0.5)]
    public void AveragePrecision_AnyWeights_EqualsTheReport(double a, double b, double c, double d, double e, double f)
    {
        DetectionSummary summary = DetectionSummary.Prepare(Coco, RandomEvidence(seed: 9, images: 6));
        DetectionReport report = summary.Summarize([a, b, c, d, e, f]);
        double[] perClass = new double[2];
        summary.AveragePrecision([a, b, c, d, e, f], perClass)!.Value.ShouldBe(report.AveragePrecision!.Value, 1e-14);
        perClass.ShouldBe(report.PerClass.Select(one => one.AveragePrecision!.Value));
    }

    [Fact]
    public void Summarize_NoImagesNoTruthNoPrediction_HasUndefinedOrZero()
    {
        Coco.Summarize([], []).AveragePrecision.ShouldBeNull();
        Coco.Summarize([Coco.Compare([], [new PredictedBox(0, new BoundingBox(0, 0, 9, 9), 0.5)])], []).AveragePrecision.ShouldBeNull();
        DetectionReport missed = Coco.Summarize([Coco.Compare([new TruthBox(0, new BoundingBox(0, 0, 9, 9))], [])], []);
        missed.AveragePrecision.ShouldBe(0);
        missed.AverageRecall100.ShouldBe(0);
        missed.PerClass[0].BestConfidence.ShouldBeNull();
    }

    [Fact]
    public void Compare_ClassOutOfRangeOrNaNConfidence_IsRefused()
    {
        Should.Throw<ArgumentException>(() => Coco.Compare([new TruthBox(2, default)], []));
        Should.Throw<ArgumentException>(() => Coco.Compare([], [new PredictedBox(0, default, double.NaN)]));
    }

    [Fact]
    public void Summarize_EvidenceOfOtherOptions_IsRefused()
    {
        var other = new DetectionEvaluation(new DetectionOptions { OverlapThresholds = [0.3] }, 2);
        Should.Throw<ArgumentException>(() => Coco.Summarize([other.Compare([], [])], []));
    }

    internal static DetectionEvidence[] RandomEvidence(int seed, int images)
    {
        var random = new Random(seed);
        var evidence = new DetectionEvidence[images];
        for (int i = 0; i < images; i++)
        {
            var truth = new List<TruthBox>();
            var predicted = new List<PredictedBox>();
            for (int g = random.Next(1, 6); g > 0; g--)
            {
                var box = new BoundingBox(random.Next(0, 200), random.Next(0, 200), random.Next(5, 90), random.Next(5, 90));
                truth.Add(new TruthBox(random.Next(2), box, box.Area, random.Next(8) == 0));
                predicted.Add(new PredictedBox(random.Next(2), box with { X = box.X + random.Next(0, 5) }, random.Next(1, 10) / 10.0));
                predicted.Add(new PredictedBox(random.Next(2), box with { Y = random.Next(0, 200) }, random.NextDouble()));
            }

            evidence[i] = Coco.Compare(truth, predicted);
        }

        return evidence;
    }

    /// <summary>Merging changed images in is the same, to the last bit, as preparing all evidence anew; coarse confidences make ties between images.</summary>
    [Fact]
    public void With_SomeImagesChanged_EqualsPreparingAnew()
    {
        var evaluation = new DetectionEvaluation(new DetectionOptions(), 3);
        DetectionEvidence Random(ulong seed)
        {
            int Draw(ulong k, int below) => VisionMonitor.Metrics.Statistics.SplitMix64.Index(seed, k, below);
            TruthBox[] truth = [.. Enumerable.Range(0, Draw(1, 4)).Select(i => new TruthBox(Draw(10 + (ulong)i, 3), new BoundingBox(30 * i, 0, 20, 20)))];
            PredictedBox[] predicted = [.. Enumerable.Range(0, Draw(2, 9)).Select(i => new PredictedBox(Draw(30 + (ulong)i, 3), new BoundingBox(30 * (i % 4), Draw(50 + (ulong)i, 8), 20, 20), Draw(70 + (ulong)i, 5) / 4.0))];
            return evaluation.Compare(truth, predicted);
        }

        for (ulong round = 0; round < 20; round++)
        {
            DetectionEvidence[] evidence = [.. Enumerable.Range(0, 40).Select(i => Random((1000 * round) + (ulong)i))];
            (int, DetectionEvidence)[] changes = [.. Enumerable.Range(0, 7).Select(i => (((i * 11) + (int)round) % 40, Random((1000 * round) + 500 + (ulong)i)))];
            var summary = DetectionSummary.Prepare(evaluation, evidence);
            foreach ((int image, DetectionEvidence one) in changes)
            {
                evidence[image] = one;
            }

            double[] weights = [.. Enumerable.Range(0, 40).Select(i => (i * 7 % 5) / 3.0)];
            DetectionSummary anew = DetectionSummary.Prepare(evaluation, evidence), merged = summary.With(changes);

            foreach (double[] given in (double[][])[[], weights])
            {
                DetectionReport expected = anew.Summarize(given), found = merged.Summarize(given);
                found.PerClass.ShouldBe(expected.PerClass);
                (found with { PerClass = [] }).ShouldBe(expected with { PerClass = [] });
                merged.AveragePrecision(given, []).ShouldBe(anew.AveragePrecision(given, []));
            }
        }

        Should.Throw<ArgumentOutOfRangeException>(() => DetectionSummary.Prepare(evaluation, []).With([(0, Random(1))]));
    }
}
