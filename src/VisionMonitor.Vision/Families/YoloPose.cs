using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Onnx;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Vision.Families;

/// <summary>
/// Ultralytics' pose: <c>[1, 4 + C + 3 K, A]</c>, or end-to-end <c>[1, N, 6 + 3 K]</c>; the metadata's <c>kpt_shape</c> says K. Joints come with
/// their box, in pixels of the image, with the confidence that the network gives to each.
/// </summary>
public sealed class YoloPose : IModelFamily
{
    /// <inheritdoc/>
    public string Id => "yolo-pose";

    /// <inheritdoc/>
    public VisionTask Task => VisionTask.Detection;

    /// <inheritdoc/>
    public ContractGuess? Recognize(OnnxSignature signature)
    {
        ArgumentNullException.ThrowIfNull(signature);
        OnnxTensorType? output = signature.Outputs.FirstOrDefault(output => output.Shape is [1 or -1, > 5, > 5]);
        if (output is null || signature.ImageInput is not { Shape.Count: 4 } || ExporterMetadata.Task(signature) != "pose")
        {
            return null;
        }

        int classCount = Math.Max(1, ExporterMetadata.Names(signature).Count);
        ContractGuess guess = Suggestion.Of(this, signature, Suggestion.Letterboxed(Suggestion.Input(signature)), classCount);
        return guess with { Contract = guess.Contract with { Outputs = [output.Name] } };
    }

    /// <inheritdoc/>
    public Prediction Read(ModelOutputs outputs, ModelContract contract, in Placement placement)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        ArgumentNullException.ThrowIfNull(contract);
        OutputTensor output = outputs[0];
        int classCount = Math.Max(1, contract.Classes.Count);
        Shapes.Require(output, output.Shape is [1, > 5, > 5], "[1, 4 + classes + joints, anchors]");
        bool isEndToEnd = output.Shape[1] > output.Shape[2];
        List<BoxCandidate> kept = isEndToEnd
            ? EndToEndDetection.Rows(output, contract.Thresholds)
            : NonMaximumSuppression.Keep(
                YoloDetection.Candidates(output.Values, classCount, output.Shape[2], (float)contract.Thresholds.Confidence),
                contract.Thresholds);
        int first = isEndToEnd ? 6 : 4 + classCount;
        int count = (isEndToEnd ? output.Shape[2] : output.Shape[1]) - first;
        double[][] joints = new double[kept.Count][];
        for (int index = 0; index < joints.Length; index++)
        {
            joints[index] = Joints(output, kept[index].Ordinal, first, count, isEndToEnd, placement);
        }

        return new DetectionPrediction(NonMaximumSuppression.ToImage(kept, placement)) { Joints = joints };
    }

    /// <summary>x, y and confidence of every joint; a model without confidences is sure of all.</summary>
    private static double[] Joints(OutputTensor output, int row, int first, int count, bool isEndToEnd, in Placement placement)
    {
        int size = count % 3 == 0 ? 3 : 2;
        double[] joints = new double[count / size * 3];
        for (int joint = 0; joint < count / size; joint++)
        {
            joints[3 * joint] = Math.Round(placement.ToImageX(At(joint * size)), 3);
            joints[3 * joint + 1] = Math.Round(placement.ToImageY(At(joint * size + 1)), 3);
            joints[3 * joint + 2] = size == 3 ? Math.Round(At(joint * size + 2), 6) : 1;
        }

        return joints;

        float At(int number) => isEndToEnd ? output.Values[row * output.Shape[2] + first + number] : output.Values[(first + number) * output.Shape[2] + row];
    }
}
