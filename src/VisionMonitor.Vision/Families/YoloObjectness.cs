using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Onnx;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Vision.Families;

/// <summary>
/// YOLOv5 and v7: <c>[1, A, 5 + C]</c> with centre, width and height in frame pixels, objectness and class probabilities; three anchors
/// per cell. Confidence is objectness times class.
/// </summary>
public sealed class YoloObjectness : IModelFamily
{
    /// <inheritdoc/>
    public string Id => "yolo-objectness";

    /// <inheritdoc/>
    public VisionTask Task => VisionTask.Detection;

    /// <inheritdoc/>
    public ContractGuess? Recognize(OnnxSignature signature)
    {
        ArgumentNullException.ThrowIfNull(signature);
        OnnxTensorType? output = signature.Outputs.FirstOrDefault(output => output.Shape is [1 or -1, > 0, > 5] && output.Shape[1] > output.Shape[2]);
        if (output is null || signature.ImageInput is not { Shape.Count: 4 } || ExporterMetadata.Task(signature) is not ("" or "detect"))
        {
            return null;
        }

        ModelInput input = Suggestion.Letterboxed(Suggestion.Input(signature));
        bool isCertain = ExporterMetadata.IsUltralytics(signature) && output.Shape[2] == 5 + ExporterMetadata.Names(signature).Count;
        if (!isCertain && output.Shape[1] != 3 * Suggestion.CellCount(input))
        {
            return null;
        }

        ContractGuess guess = Suggestion.Of(this, signature, input, output.Shape[2] - 5, Suggestion.Assumed("YOLOv5's letterbox, RGB 0 to 1"));
        return guess with { Contract = guess.Contract with { Outputs = [output.Name] } };
    }

    /// <inheritdoc/>
    public Prediction Read(ModelOutputs outputs, ModelContract contract, in Placement placement)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        ArgumentNullException.ThrowIfNull(contract);
        OutputTensor output = outputs[0];
        Shapes.Require(output, output.Shape is [1, _, > 5], "[1, anchors, 5 + classes]");
        List<BoxCandidate> candidates = Candidates(output, output.Shape[2] - 5, (float)contract.Thresholds.Confidence);
        List<BoxCandidate> kept = NonMaximumSuppression.Keep(candidates, contract.Thresholds);
        return new DetectionPrediction(NonMaximumSuppression.ToImage(kept, placement));
    }

    /// <summary>The rows that are sure enough; more numbers may follow the classes.</summary>
    internal static List<BoxCandidate> Candidates(OutputTensor output, int classCount, float threshold)
    {
        int width = output.Shape[2];
        List<BoxCandidate> candidates = [];
        for (int row = 0; row < output.Shape[1]; row++)
        {
            ReadOnlySpan<float> values = output.Values.Slice(row * width, 5 + classCount);
            if (BestClass(values, threshold) is (int classIndex, float confidence))
            {
                candidates.Add(BoxCandidate.FromCentre(classIndex, values[0], values[1], values[2], values[3], confidence, row));
            }
        }

        return candidates;
    }

    /// <summary>The surest class of one row of box, objectness and classes, or null where even it is too unsure.</summary>
    internal static (int ClassIndex, float Confidence)? BestClass(ReadOnlySpan<float> row, float confidence)
    {
        float objectness = row[4];
        if (objectness < confidence)
        {
            return null;
        }

        ReadOnlySpan<float> classes = row[5..];
        int best = 0;
        for (int index = 1; index < classes.Length; index++)
        {
            best = classes[index] > classes[best] ? index : best;
        }

        float score = objectness * classes[best];
        return score >= confidence && score > 0 ? (best, score) : null;
    }
}
