using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Onnx;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Vision.Families;

/// <summary>
/// Ultralytics' oriented boxes: <c>[1, 4 + C + 1, A]</c> with the angle in radians last, or end-to-end <c>[1, N, 7]</c> with centre, size,
/// confidence, class and angle. Read as the upright boxes around the turned ones.
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
            this, signature, Suggestion.Letterboxed(Suggestion.Input(signature)), output.Shape[1] < output.Shape[2] ? output.Shape[1] - 5 : ExporterMetadata.Names(signature).Count, "Turned boxes are read as the upright boxes around them.");
        return guess with { Contract = guess.Contract with { Outputs = [output.Name] } };
    }

    /// <inheritdoc/>
    public Prediction Read(ModelOutputs outputs, ModelContract contract, in Placement placement)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        ArgumentNullException.ThrowIfNull(contract);
        OutputTensor output = outputs[0];
        Shapes.Require(output, output.Shape is [1, > 5, > 0], "[1, 4 + classes + 1, anchors]");
        if (output.Shape[2] == 7 && output.Shape[1] > 7)
        {
            return new DetectionPrediction(NonMaximumSuppression.ToImage(EndToEnd(output, contract.Thresholds), placement));
        }

        (int classCount, int anchorCount) = (output.Shape[1] - 5, output.Shape[2]);
        ReadOnlySpan<float> values = output.Values;
        List<BoxCandidate> candidates = YoloDetection.Candidates(values, classCount, anchorCount, (float)contract.Thresholds.Confidence);
        for (int index = 0; index < candidates.Count; index++)
        {
            BoxCandidate box = candidates[index];
            candidates[index] = Upright(box, values[(4 + classCount) * anchorCount + box.Ordinal]);
        }

        List<BoxCandidate> kept = NonMaximumSuppression.Keep(candidates, contract.Thresholds);
        return new DetectionPrediction(NonMaximumSuppression.ToImage(kept, placement));
    }

    private static List<BoxCandidate> EndToEnd(OutputTensor output, ModelThresholds thresholds)
    {
        List<BoxCandidate> kept = EndToEndDetection.Rows(output, thresholds);
        for (int index = 0; index < kept.Count; index++)
        {
            // The four numbers are centre and size here.
            BoxCandidate row = kept[index];
            BoxCandidate box = BoxCandidate.FromCentre(row.ClassIndex, row.Left, row.Top, row.Right, row.Bottom, row.Confidence, row.Ordinal);
            kept[index] = Upright(box, output.Values[row.Ordinal * 7 + 6]);
        }

        return kept;
    }

    /// <summary>The upright box around a box that is turned about its centre.</summary>
    private static BoxCandidate Upright(BoxCandidate box, float angle)
    {
        (float cos, float sin) = (Math.Abs(MathF.Cos(angle)), Math.Abs(MathF.Sin(angle)));
        (float width, float height) = (box.Right - box.Left, box.Bottom - box.Top);
        return BoxCandidate.FromCentre(
            box.ClassIndex,
            (box.Left + box.Right) / 2,
            (box.Top + box.Bottom) / 2,
            width * cos + height * sin,
            width * sin + height * cos,
            box.Confidence,
            box.Ordinal);
    }
}
