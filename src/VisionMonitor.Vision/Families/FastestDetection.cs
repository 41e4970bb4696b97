using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Onnx;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Vision.Families;

/// <summary>
/// FastestDet: one grid <c>[1, 5 + C, rows, columns]</c> of objectness, offset, size and class probabilities. Confidence is
/// objectness^0.6 × class^0.4.
/// </summary>
public sealed class FastestDetection : IModelFamily
{
    /// <inheritdoc/>
    public string Id => "fastestdet";

    /// <inheritdoc/>
    public VisionTask Task => VisionTask.Detection;

    /// <inheritdoc/>
    public ContractGuess? Recognize(OnnxSignature signature)
    {
        ArgumentNullException.ThrowIfNull(signature);
        if (signature.ImageInput is not { Shape.Count: 4 } || signature.Outputs is not [{ Shape: [1 or -1, > 5, > 1, > 1] } output] || output.Name == "image_embeddings")
        {
            return null;
        }

        // One cell per 16 pixels tells the grid from a segmentation, whose maps are finer.
        ModelInput input = Suggestion.Input(signature) with { Colours = ColourOrder.Bgr };
        if (output.Shape[2] * 16 != input.Height || output.Shape[3] * 16 != input.Width)
        {
            return null;
        }

        ContractGuess guess = Suggestion.Of(this, signature, input, output.Shape[1] - 5, Suggestion.Assumed("FastestDet's BGR 0 to 1, stretched"));
        return guess with { Contract = guess.Contract with { Thresholds = new() { Confidence = 0.5 } } };
    }

    /// <inheritdoc/>
    public Prediction Read(ModelOutputs outputs, ModelContract contract, in Placement placement)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        ArgumentNullException.ThrowIfNull(contract);
        OutputTensor output = outputs[0];
        Shapes.Require(output, output.Shape is [1, > 5, _, _], "[1, 5 + classes, rows, columns]");
        (int channels, int rows, int columns) = (output.Shape[1], output.Shape[2], output.Shape[3]);
        int cells = rows * columns;
        ReadOnlySpan<float> values = output.Values;
        List<BoxCandidate> candidates = [];
        for (int cell = 0; cell < cells; cell++)
        {
            int best = 5;
            for (int channel = 6; channel < channels; channel++)
            {
                best = values[channel * cells + cell] > values[best * cells + cell] ? channel : best;
            }

            float confidence = MathF.Pow(Math.Max(0, values[cell]), 0.6f) * MathF.Pow(Math.Max(0, values[best * cells + cell]), 0.4f);
            if (confidence >= contract.Thresholds.Confidence)
            {
                candidates.Add(BoxCandidate.FromCentre(
                    best - 5,
                    (cell % columns + MathF.Tanh(values[cells + cell])) / columns * placement.FrameWidth,
                    (cell / columns + MathF.Tanh(values[2 * cells + cell])) / rows * placement.FrameHeight,
                    Shapes.Sigmoid(values[3 * cells + cell]) * placement.FrameWidth,
                    Shapes.Sigmoid(values[4 * cells + cell]) * placement.FrameHeight,
                    confidence,
                    cell));
            }
        }

        List<BoxCandidate> kept = NonMaximumSuppression.Keep(candidates, contract.Thresholds);
        return new DetectionPrediction(NonMaximumSuppression.ToImage(kept, placement));
    }
}
