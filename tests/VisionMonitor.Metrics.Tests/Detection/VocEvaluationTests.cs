using System.Text.Json;
using VisionMonitor.Metrics.Detection;
using VisionMonitor.Metrics.Tests.Detection.Coco;

namespace VisionMonitor.Metrics.Tests.Detection;

public sealed class VocEvaluationTests
{
    [Theory]
    [InlineData("voc_padilla_case1.json.gz")]
    [InlineData("voc_padilla_toy_cat.json.gz")]
    public void Summarize_PadillaGolden_EqualsBothInterpolations(string file)
    {
        JsonElement root = DetectionGolden.Open(file);
        foreach (JsonElement expected in root.GetProperty("expected_voc").EnumerateArray())
        {
            VocInterpolation interpolation = expected.GetProperty("method").GetString() == "11point" ? VocInterpolation.ElevenPoints : VocInterpolation.AllPoints;
            (VocReport report, string[] classes) = Run(root, expected.GetProperty("iou").GetDouble(), interpolation);
            report.MeanAveragePrecision!.Value.ShouldBe(expected.GetProperty("mAP").GetDouble(), 1e-12);
            foreach (JsonProperty one in expected.GetProperty("per_class").EnumerateObject())
            {
                VocClassReport found = report.PerClass[Array.IndexOf(classes, one.Name)];
                found.AveragePrecision!.Value.ShouldBe(one.Value.GetProperty("AP").GetDouble(), 1e-12);
                found.TruePositives.ShouldBe(one.Value.GetProperty("TP").GetInt32());
                found.FalsePositives.ShouldBe(one.Value.GetProperty("FP").GetInt32());
                found.TruthCount.ShouldBe(one.Value.GetProperty("total_positives").GetInt32());
            }
        }
    }

    [Fact]
    public void Summarize_CartuchoGolden_EqualsToTheTwoDigitsItPrints()
    {
        JsonElement root = DetectionGolden.Open("voc_cartucho.json.gz");
        (VocReport report, string[] classes) = Run(root, 0.5, VocInterpolation.AllPoints);
        foreach (JsonProperty one in root.GetProperty("expected_percent_2_decimals").EnumerateObject())
        {
            (100 * report.PerClass[Array.IndexOf(classes, one.Name)].AveragePrecision!.Value).ShouldBe(one.Value.GetDouble(), 0.0051, one.Name);
        }

        (100 * report.MeanAveragePrecision!.Value).ShouldBe(root.GetProperty("mAP_percent").GetDouble(), 0.0051);
    }

    [Fact]
    public void Summarize_DifficultTruth_CountsNeitherFoundNorMissed()
    {
        var voc = new VocEvaluation(1);
        TruthBox[] truth = [new(0, VocEvaluation.InclusiveBox(0, 0, 9, 9), 100, IsCrowd: true), new(0, VocEvaluation.InclusiveBox(50, 0, 59, 9))];
        PredictedBox[] predicted = [new(0, truth[0].Box, 0.9), new(0, truth[0].Box, 0.8), new(0, truth[1].Box, 0.7), new(0, truth[1].Box, 0.6)];
        VocClassReport report = voc.Summarize([voc.Compare(truth, predicted)], []).PerClass[0];
        report.ShouldBe(new VocClassReport(0, 1, 1, 1, 1));
    }

    [Fact]
    public void Summarize_EvidenceOfCoco_IsRefused()
    {
        Should.Throw<ArgumentException>(() => new VocEvaluation(1).Summarize([new DetectionEvaluation(new DetectionOptions(), 1).Compare([], [])], []));
    }

    private static (VocReport Report, string[] Classes) Run(JsonElement root, double threshold, VocInterpolation interpolation)
    {
        JsonElement[] truths = [.. root.GetProperty("gt").EnumerateArray()], predictions = [.. root.GetProperty("dt").EnumerateArray()];
        string Text(JsonElement one, string name) => one.GetProperty(name).GetString()!;
        string[] classes = [.. truths.Concat(predictions).Select(one => Text(one, "label")).Distinct().Order(StringComparer.Ordinal)];
        string[] images = [.. truths.Concat(predictions).Select(one => Text(one, "image")).Distinct()];
        VisionMonitor.Metrics.Geometry.BoundingBox Box(JsonElement one)
        {
            JsonElement c = one.GetProperty("xyxy");
            return VocEvaluation.InclusiveBox(c[0].GetDouble(), c[1].GetDouble(), c[2].GetDouble(), c[3].GetDouble());
        }

        var voc = new VocEvaluation(classes.Length, threshold, interpolation);
        DetectionEvidence[] evidence = [.. images.Select(image => voc.Compare(
            [.. truths.Where(one => Text(one, "image") == image).Select(one => new TruthBox(Array.IndexOf(classes, Text(one, "label")), Box(one), 1, one.TryGetProperty("difficult", out JsonElement d) && d.GetInt32() != 0))],
            [.. predictions.Where(one => Text(one, "image") == image).Select(one => new PredictedBox(Array.IndexOf(classes, Text(one, "label")), Box(one), one.GetProperty("score").GetDouble()))]))];
        return (voc.Summarize(evidence, []), classes);
    }
}
