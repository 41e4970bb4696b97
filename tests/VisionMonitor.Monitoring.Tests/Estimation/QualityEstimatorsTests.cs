using VisionMonitor.Metrics.Detection;
using VisionMonitor.Metrics.Geometry;
using VisionMonitor.Metrics.Statistics;
using VisionMonitor.Monitoring.Estimation;
using VisionMonitor.Monitoring.Evaluation;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision;
using VisionMonitor.Vision.Masks;
using VisionMonitor.Vision.Predictions;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Monitoring.Tests.Estimation;

public sealed class QualityEstimatorsTests
{
    private static readonly TaskSetup Setup = new(2, 0.3);

    // An alarm may sound once in months; an estimate is doubted as soon as chance would show such a window once in a hundred, whichever of the cameras shows it.
    [Theory]
    [InlineData(DriftState.Stable, 0.004, 0.9, true)]
    [InlineData(DriftState.Stable, 0.9, 0.004, true)]
    [InlineData(DriftState.Stable, 0.006, 0.9, false)]
    [InlineData(DriftState.Drifting, 0.02, 0.9, true)]
    public void Doubt_OfDriftChecks_IsRaisedBeforeTheyAlarm(DriftState state, double whole, double camera, bool isDoubted)
    {
        DriftCheck[] checks =
        [
            new() { State = state, Score = 4, Limit = 6, PValue = whole },
            new() { Camera = "gate", State = DriftState.Stable, Score = 3, Limit = 6, PValue = camera },
            new() { Camera = "yard", State = DriftState.Calibrating },
        ];

        string? doubt = QualityEstimators.Doubt(checks);

        (doubt is not null).ShouldBe(isDoubted);
        (doubt?.Contains("on gate", StringComparison.Ordinal) ?? false).ShouldBe(camera < whole && state != DriftState.Drifting);
    }

    [Fact]
    public void All_Estimators_HaveTheirOwnTask() =>
        QualityEstimators.All.Select(one => one.Task).ShouldBe([VisionTask.Classification, VisionTask.Detection, VisionTask.InstanceSegmentation, VisionTask.SemanticSegmentation, VisionTask.Panoptic, VisionTask.Text]);

    [Fact]
    public void Detection_WindowLikeTheReference_IsEstimatedWithinItsInterval()
    {
        int held = 0;
        for (ulong seed = 0; seed < 40; seed++)
        {
            LabelledAnswer[] reference = [.. Images(seed * 10_000, 200)], window = [.. Images((seed * 10_000) + 5_000, 60)];
            IReadOnlyList<EstimatedQuality> estimates = new DetectionEstimator(VisionTask.Detection).Learn(reference, Setup)!.Estimate([.. window.Select(one => one.Predicted)]);
            EstimatedQuality f1 = estimates.Single(one => one.Metric == MetricNames.F1);
            double measured = Measured(new DetectionTask(), MetricNames.F1, window);
            held += measured >= f1.Low && measured <= f1.High ? 1 : 0;
            Math.Abs(f1.Value - measured).ShouldBeLessThan(0.12);
        }

        held.ShouldBeGreaterThanOrEqualTo(34);
    }

    // One box of each image is surely right and one surely wrong: the precision is a half, and nothing about it is chance.
    [Fact]
    public void Detection_BoxesThatAreSurelyRightOrWrong_LeaveNoDoubtAboutPrecision()
    {
        LabelledAnswer[] images = [.. Enumerable.Range(0, 200).Select(_ => new LabelledAnswer(
            new DetectionTruth([new TruthBox(0, new BoundingBox(10, 10, 40, 40))]),
            new DetectionPrediction([new PredictedBox(0, new BoundingBox(10, 10, 40, 40), 0.9), new PredictedBox(0, new BoundingBox(10, 300, 40, 40), 0.5)])))];
        EstimatedQuality precision = new DetectionEstimator(VisionTask.Detection).Learn(images, Setup)!.Estimate([.. images.Take(12).Select(one => one.Predicted)]).Single(one => one.Metric == MetricNames.Precision);
        precision.Value.ShouldBe(0.5, 1e-9);
        (precision.High - precision.Low).ShouldBeLessThan(0.01);
    }

    [Fact]
    public void Detection_OtherConfidences_AreDistrusted()
    {
        LabelledAnswer[] reference = [.. Images(1, 200)];
        Prediction[] shy = [.. Images(9_000, 60).Select(one => new DetectionPrediction([.. ((DetectionPrediction)one.Predicted).Boxes.Select(box => box with { Confidence = 0.3 + (box.Confidence * 0.2) })]))];
        ILearntQuality learnt = new DetectionEstimator(VisionTask.Detection).Learn(reference, Setup)!;
        learnt.Estimate(shy).ShouldAllBe(one => one.Distrust != null && one.Distrust.Contains("calibrated region"));
        learnt.Estimate([.. Images(9_000, 60).Select(one => one.Predicted)]).ShouldAllBe(one => one.Distrust == null);
    }

    [Fact]
    public void Classification_FewReferenceImages_AreDistrusted()
    {
        LabelledAnswer[] reference = [.. Enumerable.Range(0, 40).Select(index => new LabelledAnswer(new ClassificationTruth(index % 2), new ClassificationPrediction(index % 2 == 0 ? [0.8f, 0.2f] : [0.3f, 0.7f])))];
        EstimatedQuality estimate = new ClassificationEstimator().Learn(reference, Setup)!.Estimate([.. reference.Select(one => one.Predicted)]).ShouldHaveSingleItem();
        estimate.Distrust.ShouldNotBeNull().ShouldContain("60 more are needed");
    }

    [Fact]
    public void Semantic_WindowLikeTheReference_IsEstimatedWithinItsInterval()
    {
        int held = 0;
        for (ulong seed = 0; seed < 40; seed++)
        {
            LabelledAnswer[] window = [.. Maps((seed * 10_000) + 5_000, 60)];
            IReadOnlyList<EstimatedQuality> estimates = new SemanticEstimator().Learn([.. Maps(seed * 10_000, 200)], Setup)!.Estimate([.. window.Select(one => one.Predicted)]);
            EstimatedQuality estimate = estimates.Single(one => one.Metric == MetricNames.MeanIntersectionOverUnion);
            double measured = Measured(new SemanticTask(), MetricNames.MeanIntersectionOverUnion, window);
            held += measured >= estimate.Low && measured <= estimate.High ? 1 : 0;
            Math.Abs(estimate.Value - measured).ShouldBeLessThan(0.05);
            estimates.Single(one => one.Metric == MetricNames.PixelAccuracy).Value.ShouldBe(Measured(new SemanticTask(), MetricNames.PixelAccuracy, window), 0.05);
        }

        held.ShouldBeGreaterThanOrEqualTo(34);
    }

    [Fact]
    public void Semantic_AShyerModel_IsEstimatedWorseAndDistrusted()
    {
        ILearntQuality learnt = new SemanticEstimator().Learn([.. Maps(1, 200)], Setup)!;
        Prediction[] quiet = [.. Maps(9_000, 60).Select(one => one.Predicted)], shy = [.. Maps(9_000, 60, sureness: 0.6).Select(one => one.Predicted)];
        (EstimatedQuality usual, EstimatedQuality fallen) = (learnt.Estimate(quiet)[0], learnt.Estimate(shy)[0]);
        usual.Distrust.ShouldBeNull();
        fallen.Value.ShouldBeLessThan(usual.Value - 0.1);
        fallen.Distrust.ShouldNotBeNull().ShouldContain("calibrated region");
    }

    [Fact]
    public void Semantic_MapsWithoutScores_TeachNothing() =>
        new SemanticEstimator().Learn([.. Maps(1, 120).Select(one => one with { Predicted = new SemanticPrediction(((SemanticPrediction)one.Predicted).Map) })], Setup).ShouldBeNull();

    [Fact]
    public void Panoptic_WindowLikeTheReference_IsEstimatedWithinItsInterval()
    {
        int held = 0;
        for (ulong seed = 0; seed < 40; seed++)
        {
            LabelledAnswer[] window = [.. Panoramas((seed * 10_000) + 5_000, 60)];
            IReadOnlyList<EstimatedQuality> estimates = new PanopticEstimator().Learn([.. Panoramas(seed * 10_000, 200)], Setup)!.Estimate([.. window.Select(one => one.Predicted)]);
            EstimatedQuality estimate = estimates.Single(one => one.Metric == MetricNames.PanopticQuality);
            double measured = Measured(new PanopticTask(), MetricNames.PanopticQuality, window);
            held += measured >= estimate.Low && measured <= estimate.High ? 1 : 0;
            Math.Abs(estimate.Value - measured).ShouldBeLessThan(0.2);
        }

        held.ShouldBeGreaterThanOrEqualTo(34);
    }

    [Fact]
    public void Panoptic_MasksThatPromiseLess_AreEstimatedWorseAndDistrusted()
    {
        ILearntQuality learnt = new PanopticEstimator().Learn([.. Panoramas(1, 200)], Setup)!;
        Prediction[] quiet = [.. Panoramas(9_000, 60).Select(one => one.Predicted)];
        Prediction[] loose = [.. quiet.Cast<PanopticPrediction>().Select(one => one with { Segments = [.. one.Segments.Select(segment => segment with { ExpectedOverlap = 0.5 })] })];
        (EstimatedQuality usual, EstimatedQuality fallen) = (learnt.Estimate(quiet)[0], learnt.Estimate(loose)[0]);
        usual.Distrust.ShouldBeNull();
        fallen.Value.ShouldBeLessThan(usual.Value - 0.1);
        fallen.Distrust.ShouldNotBeNull().ShouldContain("calibrated region");
    }

    [Fact]
    public void Text_WindowLikeTheReference_IsEstimatedWithinItsInterval()
    {
        foreach (string metric in (string[])[MetricNames.CharacterErrorRate, MetricNames.WordErrorRate, MetricNames.ExactMatch, MetricNames.LineHarmonicMean, MetricNames.LinePrecision, MetricNames.LineRecall])
        {
            int held = 0;
            for (ulong seed = 0; seed < 40; seed++)
            {
                LabelledAnswer[] window = [.. Lines((seed * 10_000) + 5_000, 60)];
                EstimatedQuality estimate = new TextEstimator().Learn([.. Lines(seed * 10_000, 200)], Setup)!.Estimate([.. window.Select(one => one.Predicted)]).Single(one => one.Metric == metric);
                double measured = Measured(new TextTask(), metric, window);
                held += measured >= estimate.Low && measured <= estimate.High ? 1 : 0;
                Math.Abs(estimate.Value - measured).ShouldBeLessThan(0.15, metric);
            }

            held.ShouldBeGreaterThanOrEqualTo(34, metric);
        }
    }

    // A reference without a fault does not rule out one character in twelve images of eight.
    [Fact]
    public void Text_ReaderWithoutAFault_IsNotCertain()
    {
        ILearntQuality learnt = new TextEstimator().Learn([.. Lines(1, 200, flaw: 0)], Setup)!;
        IReadOnlyList<EstimatedQuality> estimates = learnt.Estimate([.. Lines(9_000, 12, flaw: 0).Select(one => one.Predicted)]);
        estimates.Single(one => one.Metric == MetricNames.CharacterErrorRate).ShouldSatisfyAllConditions(cer => cer.Value.ShouldBe(0), cer => cer.High.ShouldBe(1.0 / 96, 1e-9));
        estimates.Single(one => one.Metric == MetricNames.ExactMatch).ShouldSatisfyAllConditions(exact => exact.Value.ShouldBe(1), exact => exact.Low.ShouldBe(11.0 / 12, 1e-9));
    }

    /// <summary>A line that is not found has no confidence: where less is read than in the reference, what is still read with confidence proves nothing.</summary>
    [Fact]
    public void Text_LessReadThanInTheReference_CarriesAWarning()
    {
        ILearntQuality learnt = new TextEstimator().Learn([.. Lines(1, 200)], Setup)!;
        Prediction[] window = [.. Lines(2, 40).Select(one => one.Predicted)];

        learnt.Estimate(window).ShouldAllBe(estimate => estimate.Distrust == null);
        learnt.Estimate([.. window.Select((answer, index) => index % 2 == 0 ? answer : new TextPrediction([]))]).ShouldAllBe(estimate => estimate.Distrust!.Contains("characters in an image"));
    }

    // Two of twelve images show one line of eight characters instead of two, which is too little for a warning; whether the others were not there or not found nobody can tell.
    [Fact]
    public void Text_AFewLinesLessThanUsual_MayHaveBeenMissed()
    {
        string[] texts = ["abcdefgh", "ijklmnop"];
        TextLine[] lines = [.. texts.Select((text, down) => new TextLine(text, 1, [0, 50 * down, 80, 50 * down, 80, 20 + (50 * down), 0, 20 + (50 * down)]))];
        LabelledAnswer usual = new(new TextTruth([.. lines.Select(line => new TruthLine(line.Text, line.Corners))]), new TextPrediction(lines));
        IReadOnlyList<EstimatedQuality> estimates = new TextEstimator().Learn([.. Enumerable.Repeat(usual, 200)], Setup)!
            .Estimate([.. Enumerable.Range(0, 12).Select(image => image < 2 ? new TextPrediction(lines[..1]) : usual.Predicted)]);

        EstimatedQuality Of(string metric) => estimates.Single(one => one.Metric == metric);
        (Of(MetricNames.CharacterErrorRate).Value, Of(MetricNames.CharacterErrorRate).Low).ShouldBe((0, 0));
        Of(MetricNames.CharacterErrorRate).High.ShouldBe(2 * 9 / 204.0, 1e-9, "the break between two lines is a character");
        Of(MetricNames.LineRecall).Low.ShouldBe(22 / 24.0, 1e-9);
        Of(MetricNames.LinePrecision).Low.ShouldBe(1, 1e-9);
        Of(MetricNames.ExactMatch).Low.ShouldBe((12 - (18 / 17.0)) / 12, 1e-9, "18 characters fill a little more than one image of 17");
    }

    [Fact]
    public void Text_NothingRead_CountsAsAllWrong()
    {
        ILearntQuality learnt = new TextEstimator().Learn([.. Lines(1, 200)], Setup)!;
        EstimatedQuality blank = learnt.Estimate([.. Enumerable.Range(0, 20).Select(_ => new TextPrediction([]))]).Single(one => one.Metric == MetricNames.CharacterErrorRate);
        blank.Value.ShouldBe(1, 1e-9);
        blank.Distrust.ShouldNotBeNull();
    }

    // A line of eight characters, each read rightly with the line's confidence; every tenth line lies elsewhere.
    private static IEnumerable<LabelledAnswer> Lines(ulong seed, int count, double flaw = 0.4)
    {
        for (int image = 0; image < count; image++)
        {
            double sure = 1 - (flaw * SplitMix64.Uniform(seed + 3, (ulong)image));
            char[] said = [.. Enumerable.Range(0, 8).Select(at => SplitMix64.Uniform(seed, (ulong)((image * 8) + at)) < sure ? (char)('a' + at) : 'x')];
            double down = SplitMix64.Uniform(seed + 5, (ulong)image) < 0.1 ? 200 : 0;
            yield return new LabelledAnswer(
                new TextTruth([new TruthLine("abcdefgh", [0, 0, 80, 0, 80, 20, 0, 20])]), new TextPrediction([new TextLine(new string(said), sure, [0, down, 80, down, 80, 20 + down, 0, 20 + down])]));
        }
    }

    // A strip of 60 pixels: two things of 20 with 10 between them. A segment keeps the share of its object that its mask promises, or has slipped off it with the chance 1 − confidence.
    private static IEnumerable<LabelledAnswer> Panoramas(ulong seed, int count)
    {
        for (int image = 0; image < count; image++)
        {
            int[] truth = new int[60], said = new int[60];
            List<PredictedSegment> segments = [];
            for (int item = 0; item < 2; item++)
            {
                ulong draw = (ulong)((image * 10) + item);
                double confidence = 0.5 + (0.5 * SplitMix64.Uniform(seed, draw));
                int kept = 14 + SplitMix64.Index(seed + 2, draw, 7), from = (30 * item) + (SplitMix64.Uniform(seed + 1, draw) < confidence ? 0 : 15);
                Array.Fill(truth, item + 1, 30 * item, 20);
                Array.Fill(said, item + 1, from, Math.Min(kept, 15));
                segments.Add(new PredictedSegment(item + 1, item, confidence) { ExpectedOverlap = Math.Min(kept, 15) / 20.0 });
            }

            yield return new LabelledAnswer(
                new PanopticTruth(ClassMap.From(60, 1, truth), [new TruthSegment(1, 0), new TruthSegment(2, 1)]), new PanopticPrediction(ClassMap.From(60, 1, said), segments));
        }
    }

    // Twenty by ten pixels, the right half of class 1; each pixel is answered rightly with its image's probability, which is about the sureness.
    private static IEnumerable<LabelledAnswer> Maps(ulong seed, int count, double sureness = 0.85)
    {
        for (int image = 0; image < count; image++)
        {
            double sure = sureness + (0.1 * (SplitMix64.Uniform(seed + 7, (ulong)image) - 0.5));
            int[] truth = new int[200], said = new int[200];
            double[] area = new double[2], mass = new double[2];
            for (int at = 0; at < truth.Length; at++)
            {
                truth[at] = at % 20 / 10;
                said[at] = SplitMix64.Uniform(seed, (ulong)((image * 200) + at)) < sure ? truth[at] : 1 - truth[at];
                area[said[at]] += 1.0 / 200;
                mass[said[at]] += sure / 200;
                mass[1 - said[at]] += (1 - sure) / 200;
            }

            yield return new LabelledAnswer(
                new SemanticTruth(ClassMap.From(20, 10, truth)),
                new SemanticPrediction(ClassMap.From(20, 10, said)) { Sureness = [.. area.Select((share, index) => new ClassSureness(index, (float)share, (float)(share * sure), (float)mass[index]))] });
        }
    }

    // Three objects an image; each is found with confidence u, rightly placed with probability u; one more is seen where nothing is.
    private static IEnumerable<LabelledAnswer> Images(ulong seed, int count)
    {
        for (int image = 0; image < count; image++)
        {
            List<TruthBox> truths = [];
            List<PredictedBox> boxes = [];
            for (int item = 0; item < 3; item++)
            {
                ulong draw = (ulong)((image * 10) + item);
                double confidence = SplitMix64.Uniform(seed, draw);
                BoundingBox box = new(100 * item, 10, 40, 40);
                truths.Add(new TruthBox(item % 2, box));
                boxes.Add(new PredictedBox(item % 2, SplitMix64.Uniform(seed + 1, draw) < confidence ? box : box with { Y = 300 }, confidence));
            }

            yield return new LabelledAnswer(new DetectionTruth(truths), new DetectionPrediction(boxes));
        }
    }

    private static double Measured(ITaskEvaluation task, string metric, LabelledAnswer[] images)
    {
        IEvidenceSet set = task.Prepare([.. images.Select(one => task.Compare(one.Truth, one.Predicted, Setup).Content)], Setup);
        double[] values = new double[set.Statistics.Count];
        set.Summarize([], values);
        return values[set.Statistics.ToList().FindIndex(statistic => statistic.Metric == metric && statistic.ClassIndex == RunMetric.AllClasses)];
    }
}
