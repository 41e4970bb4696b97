using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Onnx;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Vision.Families;

/// <summary>
/// torchvision's Faster R-CNN, RetinaNet and SSD: they resize, normalise and suppress inside, and give <c>boxes [n, 4]</c>, <c>labels [n]</c>
/// (whole numbers, 0 is the background) and <c>scores [n]</c> in an order that differs between them.
/// </summary>
public sealed class TorchvisionDetection : IModelFamily
{
    /// <inheritdoc/>
    public string Id => "torchvision-detection";

    /// <inheritdoc/>
    public VisionTask Task => VisionTask.Detection;

    /// <inheritdoc/>
    public ContractGuess? Recognize(OnnxSignature signature)
    {
        ArgumentNullException.ThrowIfNull(signature);
        OnnxTensorType? labels = signature.Outputs.FirstOrDefault(output => output is { ElementType: "int64", Shape.Count: 1 });
        OnnxTensorType? boxes = signature.Outputs.FirstOrDefault(output => output.Shape is [_, 4]);
        OnnxTensorType? scores = signature.Outputs.FirstOrDefault(output => output is { ElementType: "float", Shape.Count: 1 });
        if (labels is null || boxes is null || scores is null || signature.ImageInput is null)
        {
            return null;
        }

        ModelInput input = Suggestion.Input(signature);
        input = input with { Resize = signature.ImageInput.Shape[^1] < 0 ? ResizeKind.None : ResizeKind.Stretch };
        ContractGuess guess = Suggestion.Of(this, signature, input, 0, "The file has no class names: label 1 is the first class.");
        return guess with { Contract = guess.Contract with { Outputs = [boxes.Name, labels.Name, scores.Name], Thresholds = new() { Confidence = 0.5 } } };
    }

    /// <inheritdoc/>
    public Prediction Read(ModelOutputs outputs, ModelContract contract, in Placement placement)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        ArgumentNullException.ThrowIfNull(contract);
        return new DetectionPrediction(NonMaximumSuppression.ToImage(Rows(outputs, contract.Thresholds), placement));
    }

    /// <summary>The boxes that are sure enough, strongest first; the ordinal is the row, which finds a mask.</summary>
    internal static List<BoxCandidate> Rows(ModelOutputs outputs, ModelThresholds thresholds)
    {
        (OutputTensor boxes, OutputTensor labels, OutputTensor scores) = (outputs[0], outputs[1], outputs[2]);
        Shapes.Require(boxes, boxes.Shape is [_, 4], "[n, 4]");
        Shapes.Require(labels, labels.Values.Length * 4 == boxes.Values.Length, "one label per box");
        Shapes.Require(scores, scores.Values.Length == labels.Values.Length, "one score per box");
        List<BoxCandidate> kept = [];
        for (int row = 0; row < scores.Values.Length; row++)
        {
            // Label 0 is the background and never comes out.
            int classIndex = (int)labels.Values[row] - 1;
            if (classIndex >= 0 && scores.Values[row] >= thresholds.Confidence)
            {
                ReadOnlySpan<float> box = boxes.Values.Slice(row * 4, 4);
                kept.Add(new(classIndex, box[0], box[1], box[2], box[3], scores.Values[row], row));
            }
        }

        NonMaximumSuppression.SortStrongestFirst(kept);
        return kept.Count <= thresholds.MaxBoxes ? kept : kept[..thresholds.MaxBoxes];
    }
}
