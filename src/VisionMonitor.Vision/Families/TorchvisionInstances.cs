using VisionMonitor.Vision.Masks;
using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Onnx;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Vision.Families;

/// <summary>
/// torchvision's Mask R-CNN: the outputs of <see cref="TorchvisionDetection"/> and <c>masks [n, 1, H, W]</c>, probabilities over the whole input.
/// </summary>
public sealed class TorchvisionInstances : IModelFamily
{
    private static readonly TorchvisionDetection _detection = new();

    /// <inheritdoc/>
    public string Id => "torchvision-instances";

    /// <inheritdoc/>
    public VisionTask Task => VisionTask.InstanceSegmentation;

    /// <inheritdoc/>
    public ContractGuess? Recognize(OnnxSignature signature)
    {
        ArgumentNullException.ThrowIfNull(signature);
        OnnxTensorType? masks = signature.Outputs.FirstOrDefault(output => output.Shape is [_, 1, _, _]);
        return masks is null || _detection.Recognize(signature) is not { } guess
            ? null
            : guess with { Contract = guess.Contract with { Family = Id, Task = Task, Outputs = [.. guess.Contract.Outputs, masks.Name] } };
    }

    /// <inheritdoc/>
    public Prediction Read(ModelOutputs outputs, ModelContract contract, in Placement placement)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        ArgumentNullException.ThrowIfNull(contract);
        OutputTensor masks = outputs[3];
        List<BoxCandidate> kept = TorchvisionDetection.Rows(outputs, contract.Thresholds);
        Shapes.Require(masks, kept.Count == 0 || masks.Shape is [_, 1, > 0, > 0], "[n, 1, rows, columns]");
        if (kept.Count == 0)
        {
            return new InstancePrediction([]);
        }

        (int rows, int columns) = (masks.Shape[2], masks.Shape[3]);
        (MapSampling across, MapSampling down) = (MapSampling.Across(placement, columns), MapSampling.Down(placement, rows));
        List<PredictedInstance> instances = [];
        foreach (BoxCandidate candidate in kept)
        {
            Metrics.Detection.PredictedBox box = NonMaximumSuppression.ToImage(candidate, placement);
            int start = candidate.Ordinal * rows * columns;
            instances.Add(new(box, MaskDrawing.Draw(
                placement.ImageWidth,
                placement.ImageHeight,
                Columns(box.Box.X, box.Box.Right, placement.ImageWidth),
                Columns(box.Box.Y, box.Box.Bottom, placement.ImageHeight),
                (x, y) => masks.Values[start + down.Nearest(y) * columns + across.Nearest(x)] > 0.5f)));
        }

        return new InstancePrediction(instances);
    }

    /// <summary>The pixels that a side of a box touches.</summary>
    private static Range Columns(double from, double to, int length) => Math.Clamp((int)Math.Floor(from), 0, length)..Math.Clamp((int)Math.Ceiling(to), 0, length);
}
