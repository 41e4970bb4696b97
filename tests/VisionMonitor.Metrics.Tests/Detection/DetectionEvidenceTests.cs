using VisionMonitor.Metrics.Detection;
using VisionMonitor.Metrics.Geometry;

namespace VisionMonitor.Metrics.Tests.Detection;

public sealed class DetectionEvidenceTests
{
    private static readonly DetectionEvaluation Coco = new(new DetectionOptions(), classCount: 2);

    [Fact]
    public void FromBytes_WhatToBytesWrote_SummarizesToTheSameBits()
    {
        DetectionEvidence[] evidence = DetectionEvaluationTests.RandomEvidence(seed: 7, images: 12);
        DetectionEvidence[] restored = [.. evidence.Select(e => DetectionEvidence.FromBytes(e.ToBytes()))];
        DetectionReport before = Coco.Summarize(evidence, []), after = Coco.Summarize(restored, []);
        (after with { PerClass = [] }).ShouldBe(before with { PerClass = [] });
        after.PerClass.ShouldBe(before.PerClass);
        DetectionConfusion.From(restored, [], 2, 0.3).Counts.ToArray().ShouldBe(DetectionConfusion.From(evidence, [], 2, 0.3).Counts.ToArray());
    }

    [Fact]
    public void FromBytes_CutOrChangedAnywhere_SaysSoAndNeverCrashes()
    {
        byte[] bytes = DetectionEvaluationTests.RandomEvidence(seed: 8, images: 1)[0].ToBytes();
        for (int length = 0; length < bytes.Length; length++)
        {
            Should.Throw<InvalidDataException>(() => DetectionEvidence.FromBytes(bytes.AsSpan(0, length)));
        }

        bytes[0] = 99;
        Should.Throw<InvalidDataException>(() => DetectionEvidence.FromBytes(bytes)).Message.ShouldContain("99");
    }

    [Fact]
    public void AtThreshold_HandExample_CountsHitsErrorsAndMisses()
    {
        // Three objects: one hit at .9; a wrong box at .6; a hit at .3, below the threshold; one crowd that swallows a prediction.
        TruthBox[] truth =
        [
            new(0, new BoundingBox(0, 0, 20, 20)), new(0, new BoundingBox(100, 0, 20, 20)), new(1, new BoundingBox(0, 100, 20, 20)),
            new(1, new BoundingBox(200, 200, 50, 50), 2500, IsCrowd: true),
        ];
        PredictedBox[] predicted =
        [
            new(0, truth[0].Box, 0.9), new(0, new BoundingBox(300, 0, 20, 20), 0.6), new(0, truth[1].Box, 0.3),
            new(1, new BoundingBox(210, 210, 10, 10), 0.95),
        ];
        DetectionEvidence evidence = Coco.Compare(truth, predicted);
        evidence.AtThreshold(0.5).ShouldBe(new ImageOutcome(1, 1, 2));
        evidence.AtThreshold(0.3).ShouldBe(new ImageOutcome(2, 1, 1));
        evidence.AtThreshold(0.5).F1.ShouldBe(2.0 / 5);
        Coco.Compare([], []).AtThreshold(0.5).F1.ShouldBeNull();
    }
}
