using System.Text.Json;
using VisionMonitor.Metrics.Detection;
using VisionMonitor.Metrics.Detection.Coco;
using VisionMonitor.Metrics.Geometry;
using VisionMonitor.Metrics.Tests.Detection.Coco;

namespace VisionMonitor.Metrics.Tests.Detection;

public sealed class DetectionErrorsTests
{
    private static readonly DetectionEvaluation Coco = new(new DetectionOptions(), classCount: 2);

    [Theory]
    [InlineData("real_coco_val2014_100_bbox")]
    [InlineData("real_coco_val2014_100_segm")]
    public void ErrorBreakdown_Golden_EqualsTide(string name)
    {
        JsonElement expected = DetectionGolden.Open("errors_tide_lrp.json.gz").GetProperty("results").GetProperty(name).GetProperty("tide");
        // TIDE takes images in the order of the file, which decides between equal confidences.
        CocoEvaluation evaluation = WithPairs(name);
        string[] order = [.. JsonDocument.Parse(DetectionGolden.Load($"{name}.json.gz").Single().Truth).RootElement.GetProperty("images").EnumerateArray().Select(image => image.GetProperty("id").ToString())];
        DetectionEvidence[] evidence = [.. evaluation.Images.Zip(evaluation.Evidence.ToArray()).OrderBy(pair => Array.IndexOf(order, pair.First.Id.ToString())).Select(pair => pair.Second)];
        ErrorBreakdown breakdown = ErrorBreakdown.Of(evidence, []);
        (100 * breakdown.AveragePrecision!.Value).ShouldBe(expected.GetProperty("AP50_percent").GetDouble(), 1e-10);
        foreach ((DetectionError error, string key) in new[] { (DetectionError.Class, "Cls"), (DetectionError.Localization, "Loc"), (DetectionError.Both, "Both"), (DetectionError.Duplicate, "Dupe"), (DetectionError.Background, "Bkg"), (DetectionError.Missed, "Miss") })
        {
            breakdown.Counts[error].ShouldBe(expected.GetProperty("error_counts").GetProperty(key).GetInt32(), key);
            (100 * breakdown.Gains[error]).ShouldBe(expected.GetProperty("main_dAP_percent").GetProperty(key).GetDouble(), 1e-10, key);
        }

        (100 * breakdown.FalsePositiveGain).ShouldBe(expected.GetProperty("special_dAP_percent").GetProperty("FalsePos").GetDouble(), 1e-10);
        (100 * breakdown.FalseNegativeGain).ShouldBe(expected.GetProperty("special_dAP_percent").GetProperty("FalseNeg").GetDouble(), 1e-10);
    }

    [Theory]
    [InlineData("real_coco_val2014_100_bbox")]
    [InlineData("real_coco_val2014_100_segm")]
    public void LocalizationRecallPrecision_Golden_EqualsTheAuthors(string name)
    {
        JsonElement expected = DetectionGolden.Open("errors_tide_lrp.json.gz").GetProperty("results").GetProperty(name).GetProperty("lrp");
        IReadOnlyList<LocalizationRecallPrecision> found = WithPairs(name).LocalizationRecallPrecisions(area: 0);
        void Check(string key, int k, double? value)
        {
            // The authors' arrays are filled with −1; a class that nothing matches keeps that, or NaN, for its parts.
            JsonElement wanted = expected.GetProperty(key).GetProperty("values")[k];
            double number = wanted.ValueKind == JsonValueKind.Number ? wanted.GetDouble() : double.NaN;
            if (value is null)
            {
                (double.IsNaN(number) || number <= 0 || number == 1).ShouldBeTrue($"{key} of class {k} is {wanted}");
            }
            else
            {
                value.Value.ShouldBe(number, 1e-12, $"{key} of class {k}");
            }
        }

        for (int k = 0; k < 80; k++)
        {
            Check("olrp", k, found[k].Optimal);
            Check("olrp_loc", k, found[k].Localization);
            Check("olrp_fp", k, found[k].FalsePositives);
            Check("olrp_fn", k, found[k].FalseNegatives);
            Check("lrp_opt_thr", k, found[k].Confidence);
        }

        JsonElement stats = expected.GetProperty("stats");
        double Mean(int area, Func<LocalizationRecallPrecision, double?> part) => WithPairs(name).LocalizationRecallPrecisions(area).Select(part).OfType<double>().Average();
        Mean(0, one => one.Optimal).ShouldBe(stats[12].GetDouble(), 1e-12);
        Mean(0, one => one.Localization).ShouldBe(stats[13].GetDouble(), 1e-12);
        Mean(0, one => one.FalsePositives).ShouldBe(stats[14].GetDouble(), 1e-12);
        Mean(1, one => one.Optimal).ShouldBe(stats[16].GetDouble(), 1e-12);
        Mean(2, one => one.Optimal).ShouldBe(stats[17].GetDouble(), 1e-12);
        Mean(3, one => one.Optimal).ShouldBe(stats[18].GetDouble(), 1e-12);
    }

    [Fact]
    public void ErrorBreakdown_HandExample_NamesEachError()
    {
        TruthBox[] truth = [new(0, new BoundingBox(0, 0, 100, 100)), new(1, new BoundingBox(500, 0, 100, 100)), new(0, new BoundingBox(0, 500, 100, 100)), new(1, new BoundingBox(500, 500, 100, 100))];
        PredictedBox[] predicted =
        [
            new(0, truth[0].Box, 0.9), new(0, truth[0].Box, 0.8),              // right, then the same again
            new(0, truth[1].Box, 0.7),                                         // right place, wrong class
            new(0, new BoundingBox(0, 560, 100, 100), 0.6),                    // IoU 40 / 160 = .25 with object 2
            new(0, new BoundingBox(900, 900, 10, 10), 0.5),                    // nothing there
            new(0, new BoundingBox(500, 560, 100, 100), 0.4),                  // wrong class and only .25 of object 3
        ];
        ErrorBreakdown breakdown = ErrorBreakdown.Of([Coco.Compare(truth, predicted)], []);
        breakdown.Counts.Values.ShouldBe([1, 1, 1, 1, 1, 1]);
        breakdown.Gains[DetectionError.Class].ShouldBeGreaterThan(0);
        ErrorBreakdown.Of([], []).AveragePrecision.ShouldBeNull();
    }

    [Fact]
    public void LocalizationRecallPrecision_HandExample_WeighsDistanceAlarmsAndMisses()
    {
        // A hit of IoU .8 (40 of 50 rows), a false alarm below it, one missed object: at the hit (.2 / .5 + 0 + 1) / 2 = .7.
        TruthBox[] truth = [new(0, new BoundingBox(0, 0, 10, 50)), new(0, new BoundingBox(100, 0, 10, 50))];
        PredictedBox[] predicted = [new(0, new BoundingBox(0, 0, 10, 40), 0.9), new(0, new BoundingBox(300, 0, 10, 10), 0.5)];
        LocalizationRecallPrecision one = LocalizationRecallPrecision.Of(Coco, [Coco.Compare(truth, predicted)], [])[0];
        one.Optimal!.Value.ShouldBe(0.7, 1e-12);
        one.Localization!.Value.ShouldBe(0.2, 1e-12);
        (one.FalsePositives, one.FalseNegatives, one.Confidence).ShouldBe((0.0, 0.5, 0.9));
    }

    [Fact]
    public void Curve_HandExample_StepsAtDistinctConfidences()
    {
        TruthBox[] truth = [new(0, new BoundingBox(0, 0, 20, 20)), new(0, new BoundingBox(100, 0, 20, 20))];
        PredictedBox[] predicted = [new(0, truth[0].Box, 0.9), new(0, new BoundingBox(300, 0, 9, 9), 0.5), new(0, truth[1].Box, 0.5)];
        DetectionCurve curve = DetectionSummary.Prepare(Coco, [Coco.Compare(truth, predicted)]).Curve(0, []);
        curve.Confidences.ShouldBe([0.9, 0.5]);
        curve.Precisions.ShouldBe([1, 2 / 3.0]);
        curve.Recalls.ShouldBe([0.5, 1]);
        curve.F1s.ShouldBe([2 / 3.0, 0.8]);
    }

    [Fact]
    public void Confusion_Golden_EqualsSupervisionButForClassesFirst()
    {
        JsonElement root = DetectionGolden.Open("extra_confusion_f1_coco100.json.gz");
        CocoEvaluation evaluation = WithPairs("real_coco_val2014_100_bbox");
        foreach (JsonElement expected in root.GetProperty("supervision_confusion_matrix").EnumerateArray())
        {
            DetectionConfusion matrix = DetectionConfusion.From(evaluation.Evidence, [], 80, Math.BitIncrement(expected.GetProperty("conf_threshold").GetDouble()), Math.BitIncrement(expected.GetProperty("iou_threshold").GetDouble()));
            double difference = 0;
            double[] wanted = new double[81 * 81];
            foreach (JsonElement cell in expected.GetProperty("nonzero_row_col_count").EnumerateArray())
            {
                wanted[(cell[0].GetInt32() * 81) + cell[1].GetInt32()] = cell[2].GetInt32();
            }

            for (int i = 0; i < wanted.Length; i++)
            {
                difference += Math.Abs(wanted[i] - matrix.Counts[i]);
            }

            difference.ShouldBeLessThanOrEqualTo(4, string.Join(' ', Enumerable.Range(0, wanted.Length).Where(i => wanted[i] != matrix.Counts[i]).Select(i => $"[{i / 81},{i % 81}] {wanted[i]}/{matrix.Counts[i]}")));
        }
    }

    private static CocoEvaluation WithPairs(string name)
    {
        DetectionGolden golden = DetectionGolden.Load($"{name}.json.gz").Single();
        return golden.Run(pairs: true);
    }
}
