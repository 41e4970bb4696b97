using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Onnx;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Vision.Families;

/// <summary>
/// DETR and Conditional DETR as Hugging Face exports them: <c>logits [1, Q, C + 1]</c>, whose last class is "no object", and <c>pred_boxes</c> as
/// centre and size, 0 to 1. A softmax over the classes; nothing overlaps, so nothing is suppressed.
/// </summary>
public sealed class DetrDetection : IModelFamily
{
    /// <inheritdoc/>
    public string Id => "detr";

    /// <inheritdoc/>
    public VisionTask Task => VisionTask.Detection;

    /// <inheritdoc/>
    public ContractGuess? Recognize(OnnxSignature signature)
    {
        ArgumentNullException.ThrowIfNull(signature);

        // RT-DETR, Deformable and Conditional DETR have the same outputs; with 300 queries they have a sigmoid and no "no object".
        if (Queries(signature) is not var (logits, boxes) || logits.Shape[1] >= 300)
        {
            return null;
        }

        ModelInput input = Input(signature);
        ContractGuess guess = Suggestion.Of(this, signature, input, logits.Shape[2] - 1, Suggestion.Assumed("DETR's shorter side 800, longer at most 1333, ImageNet's mean and deviation"));
        return guess with { Contract = guess.Contract with { Outputs = [logits.Name, boxes.Name], Thresholds = new() { Confidence = 0.5 } } };
    }

    /// <summary>The classes and boxes of queries: by Hugging Face's names, or where an exporter chose others, the only two outputs and their shapes; null where there are none.</summary>
    internal static (OnnxTensorType Logits, OnnxTensorType Boxes)? Queries(OnnxSignature signature)
    {
        const int mostQueries = 1000;
        OnnxTensorType? logits = signature.Outputs.FirstOrDefault(output => output.Name == "logits" && output.Shape.Count == 3);
        OnnxTensorType? boxes = signature.Outputs.FirstOrDefault(output => output.Name == "pred_boxes");
        if (signature.Outputs.Count == 2 && logits is null && boxes is null)
        {
            boxes = signature.Outputs.FirstOrDefault(output => output.Shape is [1 or -1, > 1 and <= mostQueries, 4]);
            logits = signature.Outputs.FirstOrDefault(output => boxes is not null && output.Shape is [1 or -1, var count, > 4] && count == boxes.Shape[1] && output.Name != "labels");
        }

        return logits is not null && boxes is not null ? (logits, boxes) : null;
    }

    /// <summary>The preprocessing of DETR and its kin.</summary>
    internal static ModelInput Input(OnnxSignature signature)
    {
        ModelInput input = Suggestion.Input(signature) with { Mean = Suggestion.ImageNetMean, Deviation = Suggestion.ImageNetDeviation };
        bool isFree = signature.ImageInput!.Shape[^1] < 0;
        return isFree ? input with { Width = 1333, Height = 1333, ShorterSide = 800, Resize = ResizeKind.ShorterSideLimit } : input;
    }

    /// <inheritdoc/>
    public Prediction Read(ModelOutputs outputs, ModelContract contract, in Placement placement)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        ArgumentNullException.ThrowIfNull(contract);
        OutputTensor logits = Shapes.Find(outputs, "logits [1, queries, classes + 1]", output => output.Shape is [1, _, > 4] || (output.Name == "logits" && output.Shape.Count == 3));
        OutputTensor boxes = Shapes.Find(outputs, "boxes [1, queries, 4]", output => output != logits && output.Shape is [1, _, 4]);
        int width = logits.Shape[2];
        List<BoxCandidate> kept = [];
        for (int query = 0; query < logits.Shape[1]; query++)
        {
            (int classIndex, float confidence) = BestClass(logits.Values.Slice(query * width, width), out _);
            if (confidence >= contract.Thresholds.Confidence)
            {
                kept.Add(FromUnit(boxes.Values.Slice(query * 4, 4), classIndex, confidence, query, placement));
            }
        }

        NonMaximumSuppression.SortStrongestFirst(kept);
        return new DetectionPrediction(NonMaximumSuppression.ToImage(kept, placement));
    }

    /// <summary>A box of centre and size in parts of the frame.</summary>
    internal static BoxCandidate FromUnit(ReadOnlySpan<float> box, int classIndex, float confidence, int ordinal, in Placement placement) => BoxCandidate.FromCentre(
        classIndex,
        box[0] * placement.FrameWidth,
        box[1] * placement.FrameHeight,
        box[2] * placement.FrameWidth,
        box[3] * placement.FrameHeight,
        confidence,
        ordinal);

    /// <summary>The surest class but the last, which is "no object", and whether it is surer than that.</summary>
    internal static (int ClassIndex, float Confidence) BestClass(ReadOnlySpan<float> logits, out bool isObject)
    {
        int best = 0;
        for (int index = 1; index < logits.Length - 1; index++)
        {
            best = logits[index] > logits[best] ? index : best;
        }

        isObject = logits[best] > logits[^1];
        float largest = Math.Max(logits[best], logits[^1]);

        float sum = 0;
        foreach (float logit in logits)
        {
            sum += MathF.Exp(logit - largest);
        }

        return (best, MathF.Exp(logits[best] - largest) / sum);
    }
}
