using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Onnx;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Vision.Families;

/// <summary>
/// UltraFace and SSD exports that decode their boxes but keep all of them: <c>scores [1, N, 1 + C]</c> with the background first, and
/// <c>boxes [1, N, 4]</c> as left, top, right, bottom in parts of the frame.
/// </summary>
public sealed class DecodedBoxDetection : IModelFamily
{
    /// <inheritdoc/>
    public string Id => "decoded-boxes";

    /// <inheritdoc/>
    public VisionTask Task => VisionTask.Detection;

    /// <inheritdoc/>
    public ContractGuess? Recognize(OnnxSignature signature)
    {
        ArgumentNullException.ThrowIfNull(signature);
        OnnxTensorType? boxes = signature.Outputs.FirstOrDefault(output => output.Shape is [1 or -1, > 1, 4] && output.Name.Contains("box", StringComparison.OrdinalIgnoreCase));
        OnnxTensorType? scores = signature.Outputs.FirstOrDefault(output => output != boxes && output.Shape is [1 or -1, > 1, > 1] && output.Name.Contains("score", StringComparison.OrdinalIgnoreCase));
        if (boxes is null || scores is null || signature.ImageInput is not { Shape.Count: 4 })
        {
            return null;
        }

        ModelInput input = Suggestion.Input(signature) with { Scale = 1, Mean = [127], Deviation = [128] };
        ContractGuess guess = Suggestion.Of(this, signature, input, scores.Shape[2] - 1, Suggestion.Assumed("UltraFace's RGB minus 127, divided by 128, stretched"));
        return guess with { Contract = guess.Contract with { Outputs = [scores.Name, boxes.Name], Thresholds = new() { Confidence = 0.7, Overlap = 0.3 } } };
    }

    /// <inheritdoc/>
    public Prediction Read(ModelOutputs outputs, ModelContract contract, in Placement placement)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        ArgumentNullException.ThrowIfNull(contract);
        (OutputTensor scores, OutputTensor boxes) = (outputs[0], outputs[1]);
        Shapes.Require(scores, scores.Shape is [1, _, > 1], "[1, boxes, 1 + classes]");
        Shapes.Require(boxes, boxes.Shape is [1, _, 4] && boxes.Shape[1] == scores.Shape[1], $"[1, {scores.Shape[1]}, 4]");
        int width = scores.Shape[2];
        List<BoxCandidate> candidates = [];
        for (int row = 0; row < scores.Shape[1]; row++)
        {
            ReadOnlySpan<float> box = boxes.Values.Slice(row * 4, 4);
            for (int column = 1; column < width; column++)
            {
                float confidence = scores.Values[row * width + column];
                if (confidence >= contract.Thresholds.Confidence)
                {
                    candidates.Add(new(
                        column - 1,
                        box[0] * placement.FrameWidth,
                        box[1] * placement.FrameHeight,
                        box[2] * placement.FrameWidth,
                        box[3] * placement.FrameHeight,
                        confidence,
                        row * width + column));
                }
            }
        }

        List<BoxCandidate> kept = NonMaximumSuppression.Keep(candidates, contract.Thresholds);
        return new DetectionPrediction(NonMaximumSuppression.ToImage(kept, placement));
    }
}
