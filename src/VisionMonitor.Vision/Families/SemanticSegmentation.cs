using VisionMonitor.Vision.Masks;
using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Onnx;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Vision.Families;

/// <summary>
/// A score per class and pixel, <c>[1, C, h, w]</c> or TensorFlow's <c>[1, h, w, C]</c>, or the class of every pixel as whole numbers: DeepLab, FCN, LR-ASPP, SegFormer, ESPNet; with C = 1 a binary U-Net, logits or
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
        OnnxTensorType[] maps = [.. signature.Outputs.Where(output => output.Shape is [1 or -1, > 1, > 1] && IsWhole(output) || output.Shape is [1 or -1, > 0, > 0, > 0] and not [_, _, 1, 1])];

        // torchvision's second head, 'aux', only helps training.
        OnnxTensorType? map = Array.Find(maps, output => output.Name == "out") ?? maps.FirstOrDefault();

        // A graph of one or two operators that gives its own input back is no network.
        bool isSilent = signature.NodeCount < 3;
        if (map is null || isSilent || signature.Inputs.Any(input => input.Name == "point_coords") || map.Name == "image_embeddings" || signature.ImageInput is not { Shape.Count: 4 } || ExporterMetadata.IsUltralytics(signature))
        {
            return null;
        }

        ModelInput input = Suggestion.Input(signature) with { Mean = Suggestion.ImageNetMean, Deviation = Suggestion.ImageNetDeviation };
        (int rows, int columns, int count) = Axes(map.Shape, input.Layout, input.Width, input.Height);
        if (columns == 0 || rows == 0 || input.Width / columns > 8 || input.Height / rows > 8)
        {
            return null;
        }

        int classCount = Math.Max(2, count);
        if (IsWhole(map))
        {
            int named = ExporterMetadata.Names(signature).Count;
            ContractGuess whole = Suggestion.Of(
                this, signature, input, named, Suggestion.Assumed("RGB with ImageNet's mean and deviation, stretched"), $"'{map.Name}' holds the class of every pixel; how many classes there are is not known.");
            return whole with { Contract = whole.Contract with { Outputs = [map.Name] } };
        }

        IEnumerable<string> doubts = count == 1
            ? [$"'{map.Name}' has one plane: if it tells where lines of text are, the family is paddle-text-detection, and its part 'recognition' reads them."]
            : [];
        ContractGuess guess = Suggestion.Of(this, signature, input, classCount, [Suggestion.Assumed("RGB with ImageNet's mean and deviation, stretched"), .. doubts]);
        return guess with { Contract = guess.Contract with { Outputs = [map.Name] } };
    }

    /// <inheritdoc/>
    public Prediction Read(ModelOutputs outputs, ModelContract contract, in Placement placement)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        ArgumentNullException.ThrowIfNull(contract);
        OutputTensor map = ClassesFirst(outputs[0], contract.Input.Layout, placement);
        Shapes.Require(map, map.Shape is [1, > 0, > 0, > 0], "[1, classes, rows, columns]");
        int[] classes = new int[placement.ImageWidth * placement.ImageHeight];
        if (map.Shape[1] == 1 && HoldsClasses(map.Values))
        {
            TakeClasses(map, placement, classes);
            return new SemanticPrediction(ClassMap.From(placement.ImageWidth, placement.ImageHeight, classes));
        }

        bool isFine = map.Shape[2] == placement.FrameHeight && map.Shape[3] == placement.FrameWidth;
        if (isFine)
        {
            TakeNearest(map, placement, classes);
        }
        else
        {
            TakeInterpolated(map, placement, classes);
        }

        (int rows, int columns) = (map.Shape[2], map.Shape[3]);
        return new SemanticPrediction(ClassMap.From(placement.ImageWidth, placement.ImageHeight, classes))
        {
            Sureness = MapSureness.Of(map.Values, map.Shape[1], MapSampling.Across(placement, columns), MapSampling.Down(placement, rows), columns),
        };
    }

    private static bool IsWhole(OnnxTensorType output) => output.ElementType is "int64" or "int32" or "uint8";

    /// <summary>Classes stand where channels stand in the input, unless only the other order has the frame's proportions: an exporter may turn one end of a graph alone.</summary>
    private static (int Rows, int Columns, int Count) Axes(IReadOnlyList<int> shape, TensorLayout layout, int width, int height)
    {
        if (shape.Count == 3)
        {
            return (shape[1], shape[2], 1);
        }

        bool fitsLast = (long)shape[1] * width == (long)shape[2] * height;
        bool fitsFirst = (long)shape[2] * width == (long)shape[3] * height;
        bool isLast = fitsLast != fitsFirst ? fitsLast : layout == TensorLayout.Nhwc;
        return isLast ? (shape[1], shape[2], shape[3]) : (shape[2], shape[3], shape[1]);
    }

    /// <summary>The same scores with a plane per class.</summary>
    private static OutputTensor ClassesFirst(OutputTensor map, TensorLayout layout, in Placement placement)
    {
        if (map.Shape.Count is not (3 or 4))
        {
            return map;
        }

        (int rows, int columns, int count) = Axes(map.Shape, layout, placement.FrameWidth, placement.FrameHeight);
        if (map.Shape.Count == 3 || count == 1)
        {
            return new(map.Name, [map.Shape[0], 1, rows, columns], map.Values.ToArray());
        }

        if (count == map.Shape[1] && rows == map.Shape[2] && columns == map.Shape[3])
        {
            return map;
        }

        float[] planes = new float[map.Values.Length];
        int area = rows * columns;
        for (int at = 0; at < planes.Length; at++)
        {
            planes[at % count * area + at / count] = map.Values[at];
        }

        return new(map.Name, [1, count, rows, columns], planes);
    }

    /// <summary>Whether all values are whole numbers from 0 and one is beyond 1: no scores look like that.</summary>
    private static bool HoldsClasses(ReadOnlySpan<float> values)
    {
        float largest = 0;
        foreach (float value in values)
        {
            if (value < 0 || value != MathF.Floor(value))
            {
                return false;
            }

            largest = Math.Max(largest, value);
        }

        return largest > 1;
    }

    private static void TakeClasses(OutputTensor map, in Placement placement, Span<int> classes)
    {
        (int rows, int columns) = (map.Shape[2], map.Shape[3]);
        (MapSampling across, MapSampling down) = (MapSampling.Across(placement, columns), MapSampling.Down(placement, rows));
        for (int y = 0, at = 0; y < placement.ImageHeight; y++)
        {
            int row = down.Nearest(y) * columns;
            for (int x = 0; x < placement.ImageWidth; x++, at++)
            {
                classes[at] = (int)map.Values[row + across.Nearest(x)];
            }
        }
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

    /// <summary>Pixel by pixel, but only among the classes that can win between the four cells around it.</summary>
    private static void TakeInterpolated(OutputTensor map, in Placement placement, Span<int> classes)
    {
        (int count, int rows, int columns) = (map.Shape[1], map.Shape[2], map.Shape[3]);
        ReadOnlySpan<float> values = map.Values;
        (float least, int firstIndex) = count == 1 ? (BinaryThreshold(values), 1) : (float.NegativeInfinity, 0);
        (MapSampling across, MapSampling down) = (MapSampling.Across(placement, columns), MapSampling.Down(placement, rows));
        MapContenders contenders = new(map);
        for (int y = 0, at = 0; y < placement.ImageHeight; y++)
        {
            contenders.GoTo(values, down.Cell[y]);
            (int upper, int lower, float share) = (down.Cell[y] * columns, down.Next[y] * columns, down.Share[y]);
            for (int x = 0; x < placement.ImageWidth; x++, at++)
            {
                float best = least;
                (int here, int next, float part) = (across.Cell[x], across.Next[x], across.Share[x]);
                foreach (int classIndex in contenders.Of(here))
                {
                    int plane = classIndex * rows * columns;
                    float left = Mix(values[plane + upper + here], values[plane + lower + here], share);
                    float value = Mix(left, Mix(values[plane + upper + next], values[plane + lower + next], share), part);
                    if (value > best)
                    {
                        best = value;
                        classes[at] = firstIndex + classIndex;
                    }
                }
            }
        }
    }

    private static float Mix(float from, float to, float share) => from + (to - from) * share;

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
        return values.ContainsAnyExceptInRange(0f, 1f) ? 0 : 0.5f;
    }
}
