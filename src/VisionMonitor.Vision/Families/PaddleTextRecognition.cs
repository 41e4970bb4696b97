using System.Text;
using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Onnx;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Vision.Families;

/// <summary>
/// PaddleOCR's recognition of one line: <c>[1, T, K]</c> probabilities per step, of a blank, the dictionary and a space. Read greedily (CTC):
/// repeats are one character, blanks none. The contract's classes are the dictionary.
/// </summary>
public sealed class PaddleTextRecognition : IModelFamily
{
    /// <inheritdoc/>
    public string Id => "paddle-text-recognition";

    /// <inheritdoc/>
    public VisionTask Task => VisionTask.Text;

    /// <inheritdoc/>
    public ContractGuess? Recognize(OnnxSignature signature)
    {
        ArgumentNullException.ThrowIfNull(signature);
        OnnxTensorType? steps = signature.Outputs.FirstOrDefault(output => output.Shape is [1 or -1, > 1, > 4]);
        if (steps is null || signature.ImageInput is not { Shape: [_, 3, _, _] } || Suggestion.Input(signature).Height is not (32 or 48))
        {
            return null;
        }

        ModelInput input = Suggestion.Input(signature) with { Colours = ColourOrder.Bgr, Mean = [0.5], Deviation = [0.5], Resize = ResizeKind.TextLine, Kernel = Images.ResizeKernel.Bilinear };

        // Later exports carry their dictionary, one character per line.
        string[] dictionary = signature.Metadata.GetValueOrDefault("character", "").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        bool fits = dictionary.Length == steps.Shape[2] - 2 || dictionary.Length == steps.Shape[2] - 1;
        List<string> assumptions = [Suggestion.Assumed("PaddleOCR's BGR from -1 to 1")];
        if (!fits)
        {
            assumptions.Add($"The file has no dictionary: give its {steps.Shape[2] - 2} characters as the contract's classes.");
        }

        return new(new() { Family = Id, Task = Task, Classes = fits ? dictionary : [], Input = input, Outputs = [steps.Name] }, assumptions);
    }

    /// <inheritdoc/>
    public Prediction Read(ModelOutputs outputs, ModelContract contract, in Placement placement)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        ArgumentNullException.ThrowIfNull(contract);
        OutputTensor steps = outputs[0];
        Shapes.Require(steps, steps.Shape is [1, _, > 1], "[1, steps, characters]");
        int count = steps.Shape[2];
        if (contract.Classes.Count != count - 2 && contract.Classes.Count != count - 1)
        {
            throw new ModelOutputException("unexpected_output_shape", $"The model tells {count - 2} characters apart, the contract's dictionary has {contract.Classes.Count}: it is another dictionary.");
        }

        (string text, double confidence) = ReadGreedily(steps.Values, count, contract.Classes);
        (double right, double bottom) = (placement.ImageWidth, placement.ImageHeight);
        return new TextPrediction(text.Length == 0 ? [] : [new(text, confidence, [0, 0, right, 0, right, bottom, 0, bottom])]);
    }

    /// <summary>The characters of the best path and the mean probability of those that were kept.</summary>
    private static (string Text, double Confidence) ReadGreedily(ReadOnlySpan<float> values, int count, IReadOnlyList<string> dictionary)
    {
        StringBuilder text = new();
        (int before, double sum, int kept) = (0, 0, 0);
        for (int step = 0; step * count < values.Length; step++)
        {
            ReadOnlySpan<float> row = values.Slice(step * count, count);
            int best = 0;
            for (int index = 1; index < row.Length; index++)
            {
                best = row[index] > row[best] ? index : best;
            }

            if (best != 0 && best != before)
            {
                text.Append(best <= dictionary.Count ? dictionary[best - 1] : " ");
                sum += row[best];
                kept++;
            }

            before = best;
        }

        return (text.ToString(), kept == 0 ? 0 : Math.Clamp(Math.Round(sum / kept, 6), 0, 1));
    }
}
