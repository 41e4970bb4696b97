using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Onnx;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Vision.Families;

/// <summary>
/// Ultralytics' oriented boxes: <c>[1, 4 + C + 1, A]</c> with the angle in radians last. Read as the upright boxes around the turned ones.
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
        OnnxTensorType? output = signature.Outputs.FirstOrDefault(output => output.Shape is [1 or -1, > 5, > 5] && output.Shape[1] < output.Shape[2]);
        if (output is null || signature.ImageInput is not { Shape.Count: 4 } || ExporterMetadata.Task(signature) != "obb")
        {
            return null;
        }

        ContractGuess guess = Suggestion.Of(
            this, signature, Suggestion.Letterboxed(Suggestion.Input(signature)), output.Shape[1] - 5, "Turned boxes are read as the upright boxes around them.");
        return guess with { Contract = guess.Contract with { Outputs = [output.Name] } };
    }

    /// <inheritdoc/>
    public Prediction Read(ModelOutputs outputs, ModelContract contract, in Placement placement)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        ArgumentNullException.ThrowIfNull(contract);
        OutputTensor output = outputs[0];
        Shapes.Require(output, output.Shape is [1, > 5, > 0], "[1, 4 + classes + 1, anchors]");
        (int classCount, int anchorCount) = (output.Shape[1] - 5, output.Shape[2]);
        ReadOnlySpan<float> values = output.Values;
        List<BoxCandidate> candidates = YoloDetection.Candidates(values, classCount, anchorCount, (float)contract.Thresholds.Confidence);
        for (int index = 0; index < candidates.Count; index++)
        {
            BoxCandidate box = candidates[index];
            float angle = values[(4 + classCount) * anchorCount + box.Ordinal];
            (float cos, float sin) = (Math.Abs(MathF.Cos(angle)), Math.Abs(MathF.Sin(angle)));
            (float width, float height) = (box.Right - box.Left, box.Bottom - box.Top);
            candidates[index] = BoxCandidate.FromCentre(
                box.ClassIndex,
                (box.Left + box.Right) / 2,
                (box.Top + box.Bottom) / 2,
                width * cos + height * sin,
                width * sin + height * cos,
                box.Confidence,
                box.Ordinal);
        }

        List<BoxCandidate> kept = NonMaximumSuppression.Keep(candidates, contract.Thresholds);
        return new DetectionPrediction(NonMaximumSuppression.ToImage(kept, placement));
    }
}
