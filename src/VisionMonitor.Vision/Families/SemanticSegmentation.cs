using VisionMonitor.Vision.Masks;
using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Onnx;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Vision.Families;

/// <summary>
/// A score per class and pixel, <c>[1, C, h, w]</c>: DeepLab, FCN, LR-ASPP, SegFormer, ESPNet; with C = 1 a binary U-Net, logits or
/// probabilities. Maps coarser than the frame are interpolated before the largest class is taken, as their authors do.
/// </summary>
public sealed class SemanticSegmentation : IModelFamily
{
    /// <inheritdoc/>
    public string Id => "semantic-segmentation";

    /// <inheritdoc/>
    public VisionTask Task => VisionTask.SemanticSegmentation;

    /// <inheritdoc/>
    public ContractGuess? Recognize(OnnxSignature signature)
    {
        ArgumentNullException.ThrowIfNull(signature);
        OnnxTensorType? map = signature.Outputs.FirstOrDefault(output => output.Shape is [1 or -1, > 0, > 1, > 1]);

        // A graph of one or two operators that gives its own input back is no network.
        bool isSilent = signature.NodeCount < 3;
        if (map is null || isSilent || map.Name == "image_embeddings" || signature.ImageInput is not { Shape.Count: 4 } || ExporterMetadata.IsUltralytics(signature))
        {
            return null;
        }

        ModelInput input = Suggestion.Input(signature) with { Mean = Suggestion.ImageNetMean, Deviation = Suggestion.ImageNetDeviation };
        if (input.Width / map.Shape[3] > 8 || input.Height / map.Shape[2] > 8)
        {
            return null;
        }

        int classCount = Math.Max(2, map.Shape[1]);
        ContractGuess guess = Suggestion.Of(this, signature, input, classCount, Suggestion.Assumed("RGB with ImageNet's mean and deviation, stretched"));
        return guess with { Contract = guess.Contract with { Outputs = [map.Name] } };
    }

    /// <inheritdoc/>
    public Prediction Read(ModelOutputs outputs, ModelContract contract, in Placement placement)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        ArgumentNullException.ThrowIfNull(contract);
        OutputTensor map = outputs[0];
        Shapes.Require(map, map.Shape is [1, > 0, > 0, > 0], "[1, classes, rows, columns]");
        int[] classes = new int[placement.ImageWidth * placement.ImageHeight];
        bool isFine = map.Shape[2] == placement.FrameHeight && map.Shape[3] == placement.FrameWidth;
        if (isFine)
        {
            TakeNearest(map, placement, classes);
        }
        else
        {
            TakeInterpolated(map, placement, classes);
        }

        return new SemanticPrediction(ClassMap.From(placement.ImageWidth, placement.ImageHeight, classes));
    }

    private static void TakeNearest(OutputTensor map, in Placement placement, Span<int> classes)
    {
        (int count, int rows, int columns) = (map.Shape[1], map.Shape[2], map.Shape[3]);
        int[] largest = new int[rows * columns];
        ReadOnlySpan<float> values = map.Values;
        float threshold = count == 1 ? BinaryThreshold(values) : 0;
        for (int cell = 0; cell < largest.Length; cell++)
        {
            largest[cell] = count == 1 ? (values[cell] > threshold ? 1 : 0) : Largest(values, cell, count, largest.Length);
        }

        (MapSampling across, MapSampling down) = (MapSampling.Across(placement, columns), MapSampling.Down(placement, rows));
        for (int y = 0, at = 0; y < placement.ImageHeight; y++)
        {
            int row = down.Nearest(y) * columns;
            for (int x = 0; x < placement.ImageWidth; x++, at++)
            {
                classes[at] = largest[row + across.Nearest(x)];
            }
        }
    }

    /// <summary>Row by row: each class's two rows are mixed once, then read across, so the cost is one mix per class and pixel.</summary>
    private static void TakeInterpolated(OutputTensor map, in Placement placement, Span<int> classes)
    {
        (int count, int rows, int columns) = (map.Shape[1], map.Shape[2], map.Shape[3]);
        ReadOnlySpan<float> values = map.Values;
        float threshold = count == 1 ? BinaryThreshold(values) : 0;
        (MapSampling across, MapSampling down) = (MapSampling.Across(placement, columns), MapSampling.Down(placement, rows));
        float[] mixed = new float[columns];
        float[] best = new float[placement.ImageWidth];
        for (int y = 0; y < placement.ImageHeight; y++)
        {
            Span<int> row = classes.Slice(y * placement.ImageWidth, placement.ImageWidth);
            best.AsSpan().Fill(count == 1 ? threshold : float.NegativeInfinity);
            for (int classIndex = 0; classIndex < count; classIndex++)
            {
                ReadOnlySpan<float> plane = values.Slice(classIndex * rows * columns, rows * columns);
                Mix(plane.Slice(down.Cell[y] * columns, columns), plane.Slice(down.Next[y] * columns, columns), down.Share[y], mixed);
                int winner = count == 1 ? 1 : classIndex;
                for (int x = 0; x < row.Length; x++)
                {
                    float left = mixed[across.Cell[x]];
                    float value = left + (mixed[across.Next[x]] - left) * across.Share[x];
                    if (value > best[x])
                    {
                        best[x] = value;
                        row[x] = winner;
                    }
                }
            }
        }
    }

    private static void Mix(ReadOnlySpan<float> upper, ReadOnlySpan<float> lower, float share, Span<float> mixed)
    {
        for (int index = 0; index < mixed.Length; index++)
        {
            mixed[index] = upper[index] + (lower[index] - upper[index]) * share;
        }
    }

    private static int Largest(ReadOnlySpan<float> values, int cell, int count, int plane)
    {
        int best = 0;
        for (int classIndex = 1; classIndex < count; classIndex++)
        {
            best = values[classIndex * plane + cell] > values[best * plane + cell] ? classIndex : best;
        }

        return best;
    }

    /// <summary>A half where all values are probabilities, 0 where they are logits.</summary>
    private static float BinaryThreshold(ReadOnlySpan<float> values)
    {
        foreach (float value in values)
        {
            if (value is < 0 or > 1)
            {
                return 0;
            }
        }

        return 0.5f;
    }
}
