using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Onnx;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Vision.Families;

/// <summary>
/// YOLOX: <c>[1, A, 5 + C]</c>, one anchor per cell, raw: the centre is (value + cell) × stride, the size e^value × stride; objectness
/// and classes are probabilities already. Exports with <c>--decode_in_inference</c> give centre and size in frame pixels.
/// </summary>
public sealed class YoloXDetection : IModelFamily
{
    /// <inheritdoc/>
    public string Id => "yolox";

    /// <inheritdoc/>
    public VisionTask Task => VisionTask.Detection;

    /// <inheritdoc/>
    public ContractGuess? Recognize(OnnxSignature signature)
    {
        ArgumentNullException.ThrowIfNull(signature);
        OnnxTensorType? output = signature.Outputs.FirstOrDefault(output => output.Shape is [1 or -1, > 0, > 5] && output.Shape[1] > output.Shape[2]);
        if (output is null || signature.ImageInput is not { Shape.Count: 4 } || ExporterMetadata.IsUltralytics(signature))
        {
            return null;
        }

        ModelInput input = Suggestion.Input(signature) with { Resize = ResizeKind.LetterboxTopLeft, Colours = ColourOrder.Bgr, Scale = 1 };
        if (output.Shape[1] != Suggestion.CellCount(input))
        {
            return null;
        }

        ContractGuess guess = Suggestion.Of(this, signature, input, output.Shape[2] - 5, Suggestion.Assumed("YOLOX's letterbox at the top left, BGR 0 to 255"));
        return guess with { Contract = guess.Contract with { Outputs = [output.Name] } };
    }

    /// <inheritdoc/>
    public Prediction Read(ModelOutputs outputs, ModelContract contract, in Placement placement)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        ArgumentNullException.ThrowIfNull(contract);
        OutputTensor output = outputs[0];
        Shapes.Require(output, output.Shape is [1, _, > 5] && output.Shape[1] == Suggestion.CellCount(contract.Input), $"[1, {Suggestion.CellCount(contract.Input)}, 5 + classes]");
        int width = output.Shape[2];
        if (IsDecoded(output.Values, width))
        {
            List<BoxCandidate> decoded = YoloObjectness.Candidates(output, width - 5, (float)contract.Thresholds.Confidence);
            return new DetectionPrediction(NonMaximumSuppression.ToImage(NonMaximumSuppression.Keep(decoded, contract.Thresholds), placement));
        }

        List<BoxCandidate> candidates = [];
        int row = 0;
        for (int stride = 8; stride <= 32; stride *= 2)
        {
            int columns = contract.Input.Width / stride;
            int cells = columns * (contract.Input.Height / stride);
            for (int cell = 0; cell < cells; cell++, row++)
            {
                ReadOnlySpan<float> values = output.Values.Slice(row * width, width);
                if (YoloObjectness.BestClass(values, (float)contract.Thresholds.Confidence) is (int classIndex, float confidence))
                {
                    candidates.Add(BoxCandidate.FromCentre(
                        classIndex,
                        (values[0] + cell % columns) * stride,
                        (values[1] + cell / columns) * stride,
                        MathF.Exp(values[2]) * stride,
                        MathF.Exp(values[3]) * stride,
                        confidence,
                        row));
                }
            }
        }

        List<BoxCandidate> kept = NonMaximumSuppression.Keep(candidates, contract.Thresholds);
        return new DetectionPrediction(NonMaximumSuppression.ToImage(kept, placement));
    }

    /// <summary>Whether sizes are pixels: all positive, and one so large that e to its power would leave every frame.</summary>
    private static bool IsDecoded(ReadOnlySpan<float> values, int width)
    {
        float largest = 0;
        for (int at = 2; at < values.Length; at += width)
        {
            if (values[at] <= 0 || values[at + 1] <= 0)
            {
                return false;
            }

            largest = Math.Max(largest, Math.Max(values[at], values[at + 1]));
        }

        return largest > 12;
    }
}
