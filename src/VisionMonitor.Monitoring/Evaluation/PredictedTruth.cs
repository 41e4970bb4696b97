using VisionMonitor.Metrics.Detection;
using VisionMonitor.Vision.Predictions;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Monitoring.Evaluation;

/// <summary>An answer taken for the truth: what people start to correct from, and what another version's answer is held against.</summary>
internal static class PredictedTruth
{
    /// <summary>The truth that an answer would be; null where it has none, as an embedding.</summary>
    /// <param name="predicted">The answer.</param>
    /// <param name="operatingConfidence">Objects below it are left out, 0 to 1.</param>
    public static Truth? Of(Prediction predicted, double operatingConfidence) => predicted switch
    {
        ClassificationPrediction one => new ClassificationTruth(Math.Max(0, one.TopClassIndex)),
        DetectionPrediction boxes => new DetectionTruth([.. boxes.Boxes.Where(box => box.Confidence >= operatingConfidence).Select(box => new TruthBox(box.ClassIndex, box.Box))]),
        InstancePrediction shapes => new InstanceTruth(
            [.. shapes.Instances.Where(one => one.Box.Confidence >= operatingConfidence && one.Mask.Area > 0).Select(one => new TruthInstance(new TruthBox(one.Box.ClassIndex, one.Box.Box, one.Mask.Area)) { Mask = one.Mask })]),
        SemanticPrediction map => new SemanticTruth(map.Map),
        PanopticPrediction segments => new PanopticTruth(segments.Map, [.. segments.Segments.Select(segment => new TruthSegment(segment.Id, segment.ClassIndex))]),
        TextPrediction text => new TextTruth([.. text.Lines.Select(line => new TruthLine(line.Text, line.Corners))]),
        _ => null,
    };
}
