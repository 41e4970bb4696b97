using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Onnx;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Vision.Families;

/// <summary>
/// Ultralytics' pose: <c>[1, 4 + C + 3 K, A]</c>, or end-to-end <c>[1, N, 6 + 3 K]</c>; the metadata's <c>kpt_shape</c> says K. Its people are read as
/// boxes; the joints are not scored.
/// </summary>
public sealed class YoloPose : IModelFamily
{
    /// <inheritdoc/>
    public string Id => "yolo-pose";

    /// <inheritdoc/>
    public VisionTask Task => VisionTask.Detection;

    /// <inheritdoc/>
    public ContractGuess? Recognize(OnnxSignature signature)
    {
        ArgumentNullException.ThrowIfNull(signature);
        OnnxTensorType? output = signature.Outputs.FirstOrDefault(output => output.Shape is [1 or -1, > 5, > 5]);
        if (output is null || signature.ImageInput is not { Shape.Count: 4 } || ExporterMetadata.Task(signature) != "pose")
        {
            return null;
        }

        int classCount = Math.Max(1, ExporterMetadata.Names(signature).Count);
        ContractGuess guess = Suggestion.Of(this, signature, Suggestion.Letterboxed(Suggestion.Input(signature)), classCount, "Joints are not read, only the boxes of the people.");
        return guess with { Contract = guess.Contract with { Outputs = [output.Name] } };
    }

    /// <inheritdoc/>
    public Prediction Read(ModelOutputs outputs, ModelContract contract, in Placement placement)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        ArgumentNullException.ThrowIfNull(contract);
        OutputTensor output = outputs[0];
        int classCount = Math.Max(1, contract.Classes.Count);
        Shapes.Require(output, output.Shape is [1, > 5, > 5], "[1, 4 + classes + joints, anchors]");
        bool isEndToEnd = output.Shape[1] > output.Shape[2];
        List<BoxCandidate> kept = isEndToEnd
            ? EndToEndDetection.Rows(output, contract.Thresholds)
            : NonMaximumSuppression.Keep(
                YoloDetection.Candidates(output.Values, classCount, output.Shape[2], (float)contract.Thresholds.Confidence),
                contract.Thresholds);
        return new DetectionPrediction(NonMaximumSuppression.ToImage(kept, placement));
    }
}
