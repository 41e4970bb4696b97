using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Onnx;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Vision.Families;

/// <summary>
/// YOLOv5 whose three heads were exported as they are, without the last layer: <c>[1, 3, h, w, 5 + C]</c> or <c>[1, 3 × (5 + C), h, w]</c> at strides
/// 8, 16 and 32, logits or already sigmoids. The anchors are those that YOLOv5 ships for COCO.
/// </summary>
public sealed class YoloHeads : IModelFamily
{
    /// <summary>Width and height of the three anchors at strides 8, 16 and 32.</summary>
    private static readonly float[][] _anchors =
    [
        [10, 13, 16, 30, 33, 23],
        [30, 61, 62, 45, 59, 119],
        [116, 90, 156, 198, 373, 326],
    ];

    /// <inheritdoc/>
    public string Id => "yolo-heads";

    /// <inheritdoc/>
    public VisionTask Task => VisionTask.Detection;

    /// <inheritdoc/>
    public ContractGuess? Recognize(OnnxSignature signature)
    {
        ArgumentNullException.ThrowIfNull(signature);
        OnnxTensorType[] heads = [.. signature.Outputs.Where(output => Width(output.Shape) > 5).OrderByDescending(output => Grid(output.Shape).Rows)];
        if (heads.Length != 3 || signature.ImageInput is not { Shape.Count: 4 })
        {
            return null;
        }

        ModelInput input = Suggestion.Letterboxed(Suggestion.Input(signature));
        for (int index = 0; index < 3; index++)
        {
            if (Grid(heads[index].Shape) != (input.Height / (8 << index), input.Width / (8 << index)) || Width(heads[index].Shape) != Width(heads[0].Shape))
            {
                return null;
            }
        }

        ContractGuess guess = Suggestion.Of(
            this, signature, input, Width(heads[0].Shape) - 5, Suggestion.Assumed("YOLOv5's letterbox, RGB 0 to 1"), "The heads are not decoded in the file: the anchors are taken for YOLOv5's.");
        return guess with { Contract = guess.Contract with { Outputs = [.. heads.Select(head => head.Name)] } };
    }

    /// <inheritdoc/>
    public Prediction Read(ModelOutputs outputs, ModelContract contract, in Placement placement)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        ArgumentNullException.ThrowIfNull(contract);
        List<BoxCandidate> candidates = [];
        for (int index = 0; index < 3; index++)
        {
            OutputTensor head = outputs[index];
            Shapes.Require(head, Width(head.Shape) > 5, "[1, 3, rows, columns, 5 + classes]");
            AddCandidates(head, 8 << index, _anchors[index], (float)contract.Thresholds.Confidence, candidates);
        }

        return new DetectionPrediction(NonMaximumSuppression.ToImage(NonMaximumSuppression.Keep(candidates, contract.Thresholds), placement));
    }

    private static void AddCandidates(OutputTensor head, int stride, float[] anchors, float threshold, List<BoxCandidate> candidates)
    {
        int width = Width(head.Shape);
        (int rows, int columns) = Grid(head.Shape);
        (bool isFlat, bool isLogit) = (head.Shape.Count == 4, HasLogits(head.Values));
        int area = rows * columns;
        float[] row = new float[width];
        for (int at = 0; at < 3 * area; at++)
        {
            (int anchor, int cell) = (at / area, at % area);
            int first = isFlat ? anchor * width * area + cell : at * width;
            int step = isFlat ? area : 1;
            float objectness = head.Values[first + 4 * step];
            if ((isLogit ? Shapes.Sigmoid(objectness) : objectness) < threshold)
            {
                continue;
            }

            for (int index = 0; index < width; index++)
            {
                float value = head.Values[first + index * step];
                row[index] = isLogit ? Shapes.Sigmoid(value) : value;
            }

            if (YoloObjectness.BestClass(row, threshold) is (int classIndex, float confidence))
            {
                candidates.Add(BoxCandidate.FromCentre(
                    classIndex,
                    (row[0] * 2 - 0.5f + cell % columns) * stride,
                    (row[1] * 2 - 0.5f + cell / columns) * stride,
                    row[2] * row[2] * 4 * anchors[2 * anchor],
                    row[3] * row[3] * 4 * anchors[2 * anchor + 1],
                    confidence,
                    candidates.Count));
            }
        }
    }

    /// <summary>Numbers per anchor, or 0 where the output is no head.</summary>
    private static int Width(IReadOnlyList<int> shape) => shape switch
    {
        [1 or -1, 3, > 0, > 0, > 5] => shape[4],
        [1 or -1, > 15, > 0, > 0] when shape[1] % 3 == 0 => shape[1] / 3,
        _ => 0,
    };

    private static (int Rows, int Columns) Grid(IReadOnlyList<int> shape) => (shape[2], shape[3]);

    private static bool HasLogits(ReadOnlySpan<float> values)
    {
        foreach (float value in values)
        {
            if (value is < 0 or > 1)
            {
                return true;
            }
        }

        return false;
    }
}
