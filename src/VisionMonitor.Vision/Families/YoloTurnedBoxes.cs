using VisionMonitor.Metrics.Detection;
using VisionMonitor.Metrics.Geometry;
using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Onnx;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Vision.Families;

/// <summary>
/// Ultralytics' oriented boxes: <c>[1, 4 + C + 1, A]</c> with the angle in radians last, or end-to-end <c>[1, N, 7]</c> with centre, size,
/// confidence, class and angle. Turned boxes are suppressed by what they truly share; each has its corners beside the upright box around it.
/// </summary>
public sealed class YoloTurnedBoxes : IModelFamily
{
    /// <inheritdoc/>
    public string Id => "yolo-obb";

    /// <inheritdoc/>
    public VisionTask Task => VisionTask.Detection;

    /// <inheritdoc/>
    public ContractGuess? Recognize(OnnxSignature signature)
    {
        ArgumentNullException.ThrowIfNull(signature);
        OnnxTensorType? output = signature.Outputs.FirstOrDefault(output => output.Shape is [1 or -1, > 5, > 5] && (output.Shape[1] < output.Shape[2] || output.Shape[2] == 7));
        if (output is null || signature.ImageInput is not { Shape.Count: 4 } || ExporterMetadata.Task(signature) != "obb")
        {
            return null;
        }

        ContractGuess guess = Suggestion.Of(
            this, signature, Suggestion.Letterboxed(Suggestion.Input(signature)), output.Shape[1] < output.Shape[2] ? output.Shape[1] - 5 : ExporterMetadata.Names(signature).Count);
        return guess with { Contract = guess.Contract with { Outputs = [output.Name] } };
    }

    /// <inheritdoc/>
    public Prediction Read(ModelOutputs outputs, ModelContract contract, in Placement placement)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        ArgumentNullException.ThrowIfNull(contract);
        OutputTensor output = outputs[0];
        Shapes.Require(output, output.Shape is [1, > 5, > 0], "[1, 4 + classes + 1, anchors]");
        bool isEndToEnd = output.Shape[2] == 7 && output.Shape[1] > 7;
        List<(BoxCandidate Row, OrientedBox Box)> kept = isEndToEnd ? EndToEnd(output, contract.Thresholds) : Suppressed(output, contract.Thresholds);
        PredictedBox[] boxes = new PredictedBox[kept.Count];
        double[][] corners = new double[kept.Count][];
        for (int index = 0; index < boxes.Length; index++)
        {
            (boxes[index], corners[index]) = ToImage(kept[index].Row, kept[index].Box, placement);
        }

        return new DetectionPrediction(boxes) { Corners = corners };
    }

    private static List<(BoxCandidate Row, OrientedBox Box)> Suppressed(OutputTensor output, ModelThresholds thresholds)
    {
        (int classCount, int anchorCount) = (output.Shape[1] - 5, output.Shape[2]);
        List<BoxCandidate> candidates = YoloDetection.Candidates(output.Values, classCount, anchorCount, (float)thresholds.Confidence);
        NonMaximumSuppression.SortStrongestFirst(candidates);
        List<(BoxCandidate Row, OrientedBox Box)> kept = [];
        foreach (BoxCandidate row in candidates)
        {
            OrientedBox box = Turned(row, output.Values[(4 + classCount) * anchorCount + row.Ordinal]);
            if (kept.Count < thresholds.MaxBoxes && !kept.Exists(stronger => stronger.Row.ClassIndex == row.ClassIndex && OrientedBoxOverlap.IntersectionOverUnion(stronger.Box, box) > thresholds.Overlap))
            {
                kept.Add((row, box));
            }
        }

        return kept;
    }

    private static List<(BoxCandidate Row, OrientedBox Box)> EndToEnd(OutputTensor output, ModelThresholds thresholds)
    {
        List<(BoxCandidate Row, OrientedBox Box)> kept = [];
        foreach (BoxCandidate row in EndToEndDetection.Rows(output, thresholds))
        {
            // The four numbers are centre and size here.
            BoxCandidate box = BoxCandidate.FromCentre(row.ClassIndex, row.Left, row.Top, row.Right, row.Bottom, row.Confidence, row.Ordinal);
            kept.Add((box, Turned(box, output.Values[row.Ordinal * 7 + 6])));
        }

        return kept;
    }

    private static OrientedBox Turned(in BoxCandidate row, float angle) =>
        new((row.Left + row.Right) / 2, (row.Top + row.Bottom) / 2, Math.Max(0, row.Right - row.Left), Math.Max(0, row.Bottom - row.Top), angle);

    /// <summary>The four corners in the image, and the upright box around them.</summary>
    private static (PredictedBox Box, double[] Corners) ToImage(in BoxCandidate row, in OrientedBox box, in Placement placement)
    {
        double[] corners = new double[8];
        box.WriteCorners(corners);
        (double left, double top, double right, double bottom) = (double.MaxValue, double.MaxValue, double.MinValue, double.MinValue);
        for (int at = 0; at < 8; at += 2)
        {
            (left, top) = (Math.Min(left, corners[at]), Math.Min(top, corners[at + 1]));
            (right, bottom) = (Math.Max(right, corners[at]), Math.Max(bottom, corners[at + 1]));
            (corners[at], corners[at + 1]) = (Math.Round(placement.ToImageX((float)corners[at]), 3), Math.Round(placement.ToImageY((float)corners[at + 1]), 3));
        }

        BoxCandidate upright = new(row.ClassIndex, (float)left, (float)top, (float)right, (float)bottom, row.Confidence, row.Ordinal);
        return (NonMaximumSuppression.ToImage(upright, placement), corners);
    }
}
