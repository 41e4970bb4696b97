using VisionMonitor.Vision.Masks;
using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Onnx;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Vision.Families;

/// <summary>
/// Ultralytics' instance segmentation: boxes with 32 coefficients, <c>[1, 4 + C + 32, A]</c>, v5's <c>[1, A, 5 + C + 32]</c> or end-to-end <c>[1, N, 6 + 32]</c>, and 32
/// prototype masks <c>[1, 32, h, w]</c>. A mask is the sign of coefficients × prototypes inside its box.
/// </summary>
public sealed class YoloSegmentation : IModelFamily
{
    /// <inheritdoc/>
    public string Id => "yolo-segmentation";

    /// <inheritdoc/>
    public VisionTask Task => VisionTask.InstanceSegmentation;

    /// <inheritdoc/>
    public ContractGuess? Recognize(OnnxSignature signature)
    {
        ArgumentNullException.ThrowIfNull(signature);
        OnnxTensorType? prototypes = signature.Outputs.FirstOrDefault(output => output.Shape is [1 or -1, 32, > 1, > 1]);
        OnnxTensorType? boxes = signature.Outputs.FirstOrDefault(output => output.Shape is [1 or -1, > 36, > 36]);
        if (prototypes is null || boxes is null || signature.ImageInput is not { Shape.Count: 4 })
        {
            return null;
        }

        bool isEndToEnd = boxes.Shape[2] == 38;
        bool isObjectness = !isEndToEnd && boxes.Shape[1] > boxes.Shape[2];
        int classCount = isEndToEnd ? ExporterMetadata.Names(signature).Count : isObjectness ? boxes.Shape[2] - 37 : boxes.Shape[1] - 36;
        ModelInput input = Suggestion.Letterboxed(Suggestion.Input(signature));
        ContractGuess guess = Suggestion.Of(this, signature, input, classCount, ExporterMetadata.IsUltralytics(signature) ? [] : [Suggestion.Assumed("Ultralytics' letterbox, RGB 0 to 1")]);
        return guess with { Contract = guess.Contract with { Outputs = [boxes.Name, prototypes.Name] } };
    }

    /// <inheritdoc/>
    public Prediction Read(ModelOutputs outputs, ModelContract contract, in Placement placement)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        ArgumentNullException.ThrowIfNull(contract);
        (OutputTensor boxes, OutputTensor prototypes) = (outputs[0], outputs[1]);
        Shapes.Require(boxes, boxes.Shape is [1, > 4, > 0], "[1, 4 + classes + 32, anchors]");
        Shapes.Require(prototypes, prototypes.Shape is [1, > 0, > 0, > 0], "[1, 32, rows, columns]");
        int coefficientCount = prototypes.Shape[1];
        bool isEndToEnd = boxes.Shape[2] == 6 + coefficientCount;
        bool isObjectness = !isEndToEnd && boxes.Shape[1] > boxes.Shape[2];
        int classCount = isObjectness ? boxes.Shape[2] - 5 - coefficientCount : boxes.Shape[1] - 4 - coefficientCount;
        Shapes.Require(boxes, isEndToEnd || classCount > 0, $"[1, 4 + classes + {coefficientCount}, anchors]");
        List<BoxCandidate> kept = isEndToEnd
            ? EndToEndDetection.Rows(boxes, contract.Thresholds)
            : NonMaximumSuppression.Keep(
                isObjectness ? YoloObjectness.Candidates(boxes, classCount, (float)contract.Thresholds.Confidence) : YoloDetection.Candidates(boxes.Values, classCount, boxes.Shape[2], (float)contract.Thresholds.Confidence),
                contract.Thresholds);
        float[] coefficients = new float[coefficientCount];
        PrototypeMasks masks = new(prototypes, placement);
        List<PredictedInstance> instances = [];
        foreach (BoxCandidate candidate in kept)
        {
            for (int index = 0; index < coefficientCount; index++)
            {
                coefficients[index] = isEndToEnd || isObjectness
                    ? boxes.Values[candidate.Ordinal * boxes.Shape[2] + boxes.Shape[2] - coefficientCount + index]
                    : boxes.Values[(4 + classCount + index) * boxes.Shape[2] + candidate.Ordinal];
            }

            Metrics.Detection.PredictedBox box = NonMaximumSuppression.ToImage(candidate, placement);
            instances.Add(new(box, masks.Draw(coefficients, box.Box)));
        }

        return new InstancePrediction(instances);
    }
}
