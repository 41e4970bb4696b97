using System.Buffers;
using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Onnx;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Vision.Families;

/// <summary>
/// Ultralytics v8, v9, 11, 12 and v5u: <c>[1, 4 + C, A]</c> with centre, width and height in frame pixels and a probability per class;
/// there is no objectness.
/// </summary>
public sealed class YoloDetection : IModelFamily
{
    /// <inheritdoc/>
    public string Id => "yolo-detection";

    /// <inheritdoc/>
    public VisionTask Task => VisionTask.Detection;

    /// <inheritdoc/>
    public ContractGuess? Recognize(OnnxSignature signature)
    {
        ArgumentNullException.ThrowIfNull(signature);
        OnnxTensorType? output = signature.Outputs.FirstOrDefault(output => output.Shape is [1 or -1, > 4, > 0] && output.Shape[1] < output.Shape[2]);
        if (output is null || signature.ImageInput is not { Shape.Count: 4 } || ExporterMetadata.Task(signature) is not ("" or "detect"))
        {
            return null;
        }

        // 21/1024 of the pixels: the cells at strides 8, 16 and 32.
        ModelInput input = Suggestion.Letterboxed(Suggestion.Input(signature));
        if (output.Shape[2] != Suggestion.CellCount(input))
        {
            return null;
        }

        ContractGuess guess = Suggestion.Of(this, signature, input, output.Shape[1] - 4, ExporterMetadata.IsUltralytics(signature) ? [] : [Suggestion.Assumed("Ultralytics' letterbox, RGB 0 to 1")]);
        string? embedding = signature.Outputs.FirstOrDefault(other => other != output && EmbeddingBackbone.IsEmbedding(other, signature))?.Name;
        return guess with { Contract = guess.Contract with { Outputs = [output.Name], EmbeddingOutput = embedding } };
    }

    /// <inheritdoc/>
    public Prediction Read(ModelOutputs outputs, ModelContract contract, in Placement placement)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        ArgumentNullException.ThrowIfNull(contract);
        OutputTensor output = outputs[0];
        if (output.Shape.Count != 3 || output.Shape[0] != 1 || output.Shape[1] < 5 || (contract.Classes.Count > 0 && output.Shape[1] != 4 + contract.Classes.Count))
        {
            throw new ModelOutputException(
                "unexpected_output_shape",
                $"The output '{output.Name}' is [{string.Join(", ", output.Shape)}]; expected [1, 4 + {contract.Classes.Count} classes, anchors].");
        }

        List<BoxCandidate> candidates = Candidates(output.Values, output.Shape[1] - 4, output.Shape[2], (float)contract.Thresholds.Confidence);
        List<BoxCandidate> kept = NonMaximumSuppression.Keep(candidates, contract.Thresholds);
        return new DetectionPrediction(NonMaximumSuppression.ToImage(kept, placement));
    }

    /// <summary>The anchors whose best class is at least <paramref name="confidence"/> sure; rows are classes, so each is read in order.</summary>
    internal static List<BoxCandidate> Candidates(ReadOnlySpan<float> values, int classCount, int anchorCount, float confidence)
    {
        float[] rented = ArrayPool<float>.Shared.Rent(anchorCount);
        int[] rentedClasses = ArrayPool<int>.Shared.Rent(anchorCount);
        try
        {
            Span<float> best = rented.AsSpan(0, anchorCount);
            Span<int> bestClass = rentedClasses.AsSpan(0, anchorCount);
            values.Slice(4 * anchorCount, anchorCount).CopyTo(best);
            bestClass.Clear();
            for (int classIndex = 1; classIndex < classCount; classIndex++)
            {
                ReadOnlySpan<float> scores = values.Slice((4 + classIndex) * anchorCount, anchorCount);
                for (int anchor = 0; anchor < scores.Length; anchor++)
                {
                    if (scores[anchor] > best[anchor])
                    {
                        best[anchor] = scores[anchor];
                        bestClass[anchor] = classIndex;
                    }
                }
            }

            List<BoxCandidate> candidates = [];
            for (int anchor = 0; anchor < anchorCount; anchor++)
            {
                if (best[anchor] >= confidence && best[anchor] > 0)
                {
                    candidates.Add(BoxCandidate.FromCentre(
                        bestClass[anchor],
                        values[anchor],
                        values[anchorCount + anchor],
                        values[2 * anchorCount + anchor],
                        values[3 * anchorCount + anchor],
                        best[anchor],
                        anchor));
                }
            }

            return candidates;
        }
        finally
        {
            ArrayPool<float>.Shared.Return(rented);
            ArrayPool<int>.Shared.Return(rentedClasses);
        }
    }
}
