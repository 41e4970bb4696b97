using System.Buffers;
using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Onnx;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Vision.Families;

/// <summary>
/// Ultralytics v8, v9, 11, 12 and v5u: <c>[1, 4 + C, A]</c> with centre, width and height in frame pixels and a probability per class;
/// there is no objectness. Some exports turn the output to <c>[1, A, 4 + C]</c>.
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
        int named = ExporterMetadata.Names(signature).Count;
        OnnxTensorType? output = signature.Outputs.FirstOrDefault(output => output.Shape is [1 or -1, > 4, > 4]
            && (output.Shape[1] < output.Shape[2] ? named == 0 || output.Shape[1] == 4 + named || !ExporterMetadata.IsUltralytics(signature) : output.Shape[2] == 4 + named));
        if (output is null || signature.ImageInput is not { Shape.Count: 4 } || ExporterMetadata.Task(signature) is not ("" or "detect") || ExporterMetadata.IsRtDetr(signature))
        {
            return null;
        }

        // 21/1024 of the pixels: the cells at strides 8, 16 and 32. Larger models have a fourth stride, which only their exporter's word tells.
        ModelInput input = Suggestion.Letterboxed(Suggestion.Input(signature));
        int anchorCount = Math.Max(output.Shape[1], output.Shape[2]);
        bool isCertain = ExporterMetadata.IsUltralytics(signature) && Math.Min(output.Shape[1], output.Shape[2]) == 4 + named;
        if ((!isCertain && anchorCount != Suggestion.CellCount(input)) || (output.Shape[1] > output.Shape[2] && anchorCount < 64 + output.Shape[2]))
        {
            return null;
        }

        ContractGuess guess = Suggestion.Of(this, signature, input, Math.Min(output.Shape[1], output.Shape[2]) - 4, ExporterMetadata.IsUltralytics(signature) ? [] : [Suggestion.Assumed("Ultralytics' letterbox, RGB 0 to 1")]);
        string? embedding = signature.Outputs.FirstOrDefault(other => other != output && EmbeddingBackbone.IsEmbedding(other, signature))?.Name;
        return guess with { Contract = guess.Contract with { Outputs = [output.Name], EmbeddingOutput = embedding } };
    }

    /// <inheritdoc/>
    public Prediction Read(ModelOutputs outputs, ModelContract contract, in Placement placement)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        ArgumentNullException.ThrowIfNull(contract);
        OutputTensor output = ClassesFirst(outputs[0], contract.Classes.Count);
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

    private static OutputTensor ClassesFirst(OutputTensor output, int classCount)
    {
        if (output.Shape is not [1, int anchorCount, int width] || width != 4 + classCount || anchorCount <= width)
        {
            return output;
        }

        float[] turned = new float[output.Values.Length];
        for (int at = 0; at < turned.Length; at++)
        {
            turned[at % width * anchorCount + at / width] = output.Values[at];
        }

        return new(output.Name, [1, width, anchorCount], turned);
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
