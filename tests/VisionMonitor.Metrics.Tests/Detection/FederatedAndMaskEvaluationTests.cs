using System.Text;
using System.Text.Json;
using VisionMonitor.Metrics.Detection;
using VisionMonitor.Metrics.Detection.Coco;
using VisionMonitor.Metrics.Geometry;
using VisionMonitor.Metrics.Tests.Detection.Coco;

namespace VisionMonitor.Metrics.Tests.Detection;

public sealed class FederatedAndMaskEvaluationTests
{
    private static readonly BoundingBox Here = new(0, 0, 40, 40);
    private static readonly BoundingBox There = new(200, 0, 40, 40);

    [Fact]
    public void FederatedCompare_ClassNobodyLookedFor_IsDropped()
    {
        // A prediction of class 1 is wrong only where class 1 is known to be absent.
        var lvis = new FederatedEvaluation(2);
        PredictedBox[] predicted = [new(0, Here, 0.5), new(1, There, 0.9)];
        lvis.Compare(new FederatedTruth([new TruthBox(0, Here)], [], []), predicted).AtThreshold(0).ShouldBe(new ImageOutcome(1, 0, 0));
        lvis.Compare(new FederatedTruth([new TruthBox(0, Here)], [1], []), predicted).AtThreshold(0).ShouldBe(new ImageOutcome(1, 1, 0));
    }

    [Fact]
    public void FederatedCompare_NotExhaustiveClass_ForgivesUnmatchedPredictions()
    {
        var lvis = new FederatedEvaluation(1);
        PredictedBox[] predicted = [new(0, There, 0.9), new(0, Here, 0.5)];
        DetectionEvidence strict = lvis.Compare(new FederatedTruth([new TruthBox(0, Here)], [], []), predicted);
        DetectionEvidence open = lvis.Compare(new FederatedTruth([new TruthBox(0, Here)], [], [0]), predicted);
        strict.AtThreshold(0).ShouldBe(new ImageOutcome(1, 1, 0));
        open.AtThreshold(0).ShouldBe(new ImageOutcome(1, 0, 0));
        lvis.Summarize([strict], []).AveragePrecision!.Value.ShouldBe(0.5, 1e-12);
        DetectionReport report = lvis.Summarize([open], []);
        report.AveragePrecision!.Value.ShouldBe(1, 1e-12);
        FederatedEvaluation.AveragePrecision(report, [0])!.Value.ShouldBe(1, 1e-12);
        FederatedEvaluation.AveragePrecision(report, []).ShouldBeNull();
    }

    [Fact]
    public void FederatedCompare_ManyPredictions_KeepsTheBestOverAllClasses()
    {
        var lvis = new FederatedEvaluation(2, maxDetections: 1);
        PredictedBox[] predicted = [new(1, There, 0.9), new(0, Here, 0.5)];
        lvis.Compare(new FederatedTruth([new TruthBox(0, Here)], [], []), predicted).AtThreshold(0).ShouldBe(new ImageOutcome(0, 0, 1));
    }

    [Fact]
    public void FederatedRun_GoldenCases_EqualLvis()
    {
        foreach (JsonElement one in DetectionGolden.Open("federated.json.gz").GetProperty("cases").EnumerateArray())
        {
            MemoryStream Part(string name) => new(Encoding.UTF8.GetBytes(one.GetProperty(name).GetRawText()));
            CocoDataset dataset = CocoDataset.Read(Part("gt"), "gt", CocoTask.Boxes);
            CocoEvaluation evaluation = CocoEvaluation.Run(dataset, CocoResults.Read(Part("dt"), "dt", dataset), new CocoOptions { IsFederated = true, Detection = new DetectionOptions { MaxDetections = [300] } });
            DetectionReport report = evaluation.Summarize([]);
            void Check(string key, double? ours) => (ours ?? -1).ShouldBe(one.GetProperty("results").GetProperty(key).GetDouble(), 1e-12, $"{one.GetProperty("name")}, {key}");

            Check("AP", report.AveragePrecision);
            Check("AP50", report.AveragePrecision50);
            Check("APs", report.AveragePrecisionSmall);
            Check("APl", report.AveragePrecisionLarge);
            Check("AR@300", report.AverageRecall100);
            Check("APr", FederatedEvaluation.AveragePrecision(report, Enumerable.Range(0, report.PerClass.Count).Where(c => evaluation.Categories[c].Frequency == "r")));
        }
    }

    [Fact]
    public void MaskCompare_HandExample_UsesPixelsNotBoxes()
    {
        // The lower half is missing: IoU .5, a hit at the lowest of the ten thresholds only.
        RunLengthMask square = RunLengthMask.FromBox(64, 64, Here), half = RunLengthMask.FromBox(64, 64, new BoundingBox(0, 0, 40, 20));
        var masks = new MaskEvaluation(new DetectionOptions(), 1);
        DetectionReport report = masks.Summarize([masks.Compare([new TruthMask(0, square)], [new PredictedMask(0, half, 0.9)])], []);
        report.AveragePrecision50!.Value.ShouldBe(1, 1e-12);
        report.AverageRecall100!.Value.ShouldBe(0.1, 1e-12);
        report.AveragePrecision75.ShouldBe(0);
    }

    [Fact]
    public void MaskCompare_WithBoundary_TakesTheLesserOverlap()
    {
        RunLengthMask large = RunLengthMask.FromBox(100, 100, new BoundingBox(10, 10, 80, 80)), smaller = RunLengthMask.FromBox(100, 100, new BoundingBox(14, 14, 72, 72));
        double Recall(MaskEvaluation masks) => masks.Summarize([masks.Compare([new TruthMask(0, large)], [new PredictedMask(0, smaller, 0.9)])], []).AverageRecall100!.Value;
        Recall(new MaskEvaluation(new DetectionOptions(), 1)).ShouldBe(0.7, 1e-12);
        Recall(new MaskEvaluation(new DetectionOptions(), 1, boundaryRatio: 0.02)).ShouldBe(0);
    }
}
