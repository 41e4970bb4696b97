using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Onnx;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Vision.Families;

/// <summary>
/// RT-DETR, D-FINE and Deformable DETR in their three export styles: Hugging Face's <c>logits</c> and <c>pred_boxes</c> (a sigmoid per class,
/// no background), the authors' <c>labels</c>, <c>boxes</c> and <c>scores</c> in image pixels, and Ultralytics' <c>[1, 300, 4 + C]</c> in parts of
/// the frame.
/// </summary>
public sealed class RtDetrDetection : IModelFamily
{
    /// <inheritdoc/>
    public string Id => "rt-detr";

    /// <inheritdoc/>
    public VisionTask Task => VisionTask.Detection;

    /// <inheritdoc/>
    public ContractGuess? Recognize(OnnxSignature signature)
    {
        ArgumentNullException.ThrowIfNull(signature);
        if (signature.ImageInput is not { Shape.Count: 4 })
        {
            return null;
        }

        int named = ExporterMetadata.Names(signature).Count;
        OnnxTensorType? roboflow = signature.Outputs.FirstOrDefault(output => output is { Name: "labels", Shape: [_, > 1, > 1] });
        (OnnxTensorType Logits, OnnxTensorType Boxes)? queries = DetrDetection.Queries(signature);

        // Deformable and Conditional DETR keep COCO's own numbers, RT-DETR and D-FINE count to 80.
        bool isFree = signature.ImageInput.Shape[^1] < 0;
        bool isDetr = signature.Inputs.Any(input => input.Name == "pixel_mask") || (isFree && queries?.Logits.Shape[2] == 91);
        OnnxTensorType? rows = signature.Outputs.FirstOrDefault(output => named > 0 && output.Shape is [1 or -1, 300, > 4] && output.Shape[2] == 4 + named);
        (int classCount, string[] outputs)? found = null;
        if (queries is var (logits, boxes))
        {
            found = (logits.Shape[2], [logits.Name, boxes.Name]);
        }
        else if (roboflow is not null && signature.Outputs.Any(output => output is { Name: "dets", Shape: [_, _, 4] }))
        {
            found = (roboflow.Shape[2], ["labels", "dets"]);
        }
        else if (signature.Inputs.Any(input => input.Name == "orig_target_sizes"))
        {
            found = (named, ["labels", "boxes", "scores"]);
        }
        else if (rows is not null)
        {
            found = (named, [rows.Name]);
        }

        if (found is not (int count, string[] names))
        {
            return null;
        }

        (ModelInput input, string assumption) = (isDetr, names) switch
        {
            (true, _) => (DetrDetection.Input(signature), "Deformable DETR's shorter side 800, longer at most 1333, ImageNet's mean and deviation"),
            (_, ["labels", "dets"]) => (
                Suggestion.Input(signature) with { Mean = Suggestion.ImageNetMean, Deviation = Suggestion.ImageNetDeviation }, "RF-DETR's RGB with ImageNet's mean and deviation, stretched"),
            _ when isFree => (Suggestion.Input(signature) with { Width = 640, Height = 640 }, "RT-DETR's RGB 0 to 1, stretched to 640"),
            _ => (Suggestion.Input(signature), "RT-DETR's RGB 0 to 1, stretched"),
        };
        ContractGuess guess = Suggestion.Of(this, signature, input, count, Suggestion.Assumed(assumption));
        return guess with { Contract = guess.Contract with { Outputs = names, Thresholds = new() { Confidence = 0.5 } } };
    }

    /// <inheritdoc/>
    public Prediction Read(ModelOutputs outputs, ModelContract contract, in Placement placement)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        ArgumentNullException.ThrowIfNull(contract);
        if (outputs.Count >= 3)
        {
            return ReadDecoded(outputs, contract.Thresholds, placement);
        }

        List<BoxCandidate> kept = outputs.Count == 1
            ? Rows(outputs[0], contract.Thresholds, placement)
            : Queries(outputs, contract.Thresholds, placement);
        NonMaximumSuppression.SortStrongestFirst(kept);
        kept = kept.Count <= contract.Thresholds.MaxBoxes ? kept : kept[..contract.Thresholds.MaxBoxes];
        return new DetectionPrediction(NonMaximumSuppression.ToImage(kept, placement));
    }

    private static List<BoxCandidate> Queries(ModelOutputs outputs, ModelThresholds thresholds, in Placement placement)
    {
        OutputTensor boxes = outputs.Find(output => output.Name is "pred_boxes" or "dets") ?? Shapes.Find(outputs, "boxes [1, queries, 4]", output => output.Shape is [1, _, 4]);
        OutputTensor logits = Shapes.Find(outputs, "logits [1, queries, classes]", output => output != boxes && output.Shape.Count == 3);
        int classCount = logits.Shape[2];
        List<BoxCandidate> kept = [];
        for (int index = 0; index < logits.Values.Length; index++)
        {
            float confidence = Shapes.Sigmoid(logits.Values[index]);
            if (confidence >= thresholds.Confidence)
            {
                kept.Add(DetrDetection.FromUnit(boxes.Values.Slice(index / classCount * 4, 4), index % classCount, confidence, index, placement));
            }
        }

        return kept;
    }

    private static List<BoxCandidate> Rows(OutputTensor output, ModelThresholds thresholds, in Placement placement)
    {
        Shapes.Require(output, output.Shape is [1, _, > 4], "[1, queries, 4 + classes]");
        int width = output.Shape[2];
        List<BoxCandidate> kept = [];
        for (int row = 0; row < output.Shape[1]; row++)
        {
            ReadOnlySpan<float> values = output.Values.Slice(row * width, width);
            for (int classIndex = 0; classIndex < width - 4; classIndex++)
            {
                if (values[4 + classIndex] >= thresholds.Confidence)
                {
                    kept.Add(DetrDetection.FromUnit(values[..4], classIndex, values[4 + classIndex], row * width + classIndex, placement));
                }
            }
        }

        return kept;
    }

    /// <summary>The authors' export scales its boxes to the image inside; the placement would do it twice.</summary>
    private static DetectionPrediction ReadDecoded(ModelOutputs outputs, ModelThresholds thresholds, in Placement placement)
    {
        OutputTensor boxes = Shapes.Find(outputs, "boxes [1, queries, 4]", output => output.Shape is [1, _, 4]);
        OutputTensor labels = Shapes.Find(outputs, "labels", output => output.Name == "labels");
        OutputTensor scores = Shapes.Find(outputs, "scores", output => output.Name == "scores");
        List<BoxCandidate> kept = [];
        for (int row = 0; row < scores.Values.Length; row++)
        {
            if (scores.Values[row] >= thresholds.Confidence)
            {
                ReadOnlySpan<float> box = boxes.Values.Slice(row * 4, 4);
                kept.Add(new((int)labels.Values[row], box[0], box[1], box[2], box[3], scores.Values[row], row));
            }
        }

        NonMaximumSuppression.SortStrongestFirst(kept);
        return new(NonMaximumSuppression.ToImage(kept, placement with { ScaleX = 1, ScaleY = 1, OffsetX = 0, OffsetY = 0 }));
    }
}
