using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Onnx;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Vision.Families;

/// <summary>
/// Networks that have already dropped the weaker boxes: YOLOv10, YOLO26 and Ultralytics' <c>nms=True</c>. <c>[1, N, 6]</c>: left, top, right,
/// bottom in frame pixels, confidence, class; rows of zeros are padding.
/// </summary>
public sealed class EndToEndDetection : IModelFamily
{
    /// <inheritdoc/>
    public string Id => "end-to-end-detection";

    /// <inheritdoc/>
    public VisionTask Task => VisionTask.Detection;

    /// <inheritdoc/>
    public ContractGuess? Recognize(OnnxSignature signature)
    {
        ArgumentNullException.ThrowIfNull(signature);
        OnnxTensorType? output = signature.Outputs.FirstOrDefault(output => output.Shape is [1 or -1, > 0 and <= 1000, 6]);
        if (output is null || signature.ImageInput is not { Shape.Count: 4 } || ExporterMetadata.Task(signature) is not ("" or "detect"))
        {
            return null;
        }

        int classCount = ExporterMetadata.Names(signature).Count;

        // An RT-DETR of two classes has six numbers per row as well.
        if (classCount == 2 && ExporterMetadata.IsRtDetr(signature) && !ExporterMetadata.IsEndToEnd(signature))
        {
            return null;
        }

        ModelInput input = Suggestion.Letterboxed(Suggestion.Input(signature));
        ContractGuess guess = Suggestion.Of(this, signature, input, classCount, ExporterMetadata.IsUltralytics(signature) ? [] : [Suggestion.Assumed("Ultralytics' letterbox, RGB 0 to 1")]);
        return guess with { Contract = guess.Contract with { Outputs = [output.Name] } };
    }

    /// <inheritdoc/>
    public Prediction Read(ModelOutputs outputs, ModelContract contract, in Placement placement)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        ArgumentNullException.ThrowIfNull(contract);
        OutputTensor output = outputs[0];
        Shapes.Require(output, output.Shape is [1, _, 6], "[1, boxes, 6]");
        List<BoxCandidate> kept = Rows(output, contract.Thresholds);
        return new DetectionPrediction(NonMaximumSuppression.ToImage(kept, placement));
    }

    /// <summary>The rows that are sure enough, strongest first; more numbers may follow the six.</summary>
    internal static List<BoxCandidate> Rows(OutputTensor output, ModelThresholds thresholds)
    {
        int width = output.Shape[2];
        List<BoxCandidate> kept = [];
        for (int row = 0; row < output.Shape[1]; row++)
        {
            ReadOnlySpan<float> values = output.Values.Slice(row * width, width);
            if (values[4] >= thresholds.Confidence && values[4] > 0)
            {
                kept.Add(new((int)values[5], values[0], values[1], values[2], values[3], values[4], row));
            }
        }

        NonMaximumSuppression.SortStrongestFirst(kept);
        return kept.Count <= thresholds.MaxBoxes ? kept : kept[..thresholds.MaxBoxes];
    }
}
