using VisionMonitor.Vision.Families;
using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Vision.Tests.Families;

public sealed class SemanticSegmentationTests
{
    /// <summary>Coarse maps against the plain way: every class is interpolated at every pixel, and the first of the largest wins. Rounded scores give ties.</summary>
    [Theory]
    [InlineData(2, 1, 1, 7, 5)]
    [InlineData(3, 5, 4, 23, 17)]
    [InlineData(19, 8, 6, 40, 33)]
    [InlineData(150, 16, 12, 61, 47)]
    public void Read_CoarseMap_TakesTheLargestInterpolatedClass(int count, int columns, int rows, int width, int height)
    {
        Random random = new(count);
        float[] scores = [.. Enumerable.Range(0, count * rows * columns).Select(_ => MathF.Round((float)(random.NextDouble() * 8) - 4, 1))];
        ModelInput input = new() { Name = "x", Width = columns * 4, Height = rows * 4 };
        ModelContract contract = new() { Family = "semantic-segmentation", Task = VisionTask.SemanticSegmentation, Input = input };
        ModelOutputs outputs = new([new OutputTensor("logits", [1, count, rows, columns], scores)]);
        int[] found = new int[width * height];

        ((SemanticPrediction)new SemanticSegmentation().Read(outputs, contract, Placement.Of(input, width, height))).Map.CopyTo(found);

        for (int y = 0, at = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++, at++)
            {
                (int cell, int next, float part) = Sample(x, width, columns);
                (int row, int below, float share) = Sample(y, height, rows);
                float[] here = [.. Enumerable.Range(0, count).Select(index => Mix(Mix(Score(index, row, cell), Score(index, below, cell), share), Mix(Score(index, row, next), Score(index, below, next), share), part))];
                here[found[at]].ShouldBeGreaterThan(here.Max() - 1e-4f, $"pixel {x}, {y}");
            }
        }

        float Score(int index, int row, int column) => scores[(index * rows + row) * columns + column];
    }

    // A frame of 4 × 2 with three classes: the left half is class 1, the right half class 2, whichever end of the graph was turned.
    [Theory]
    [InlineData(TensorLayout.Nchw, true)]
    [InlineData(TensorLayout.Nchw, false)]
    [InlineData(TensorLayout.Nhwc, true)]
    [InlineData(TensorLayout.Nhwc, false)]
    public void Read_ClassesFirstOrLast_FollowTheFramesProportions(TensorLayout layout, bool isFirst)
    {
        float[] scores = new float[3 * 2 * 4];
        for (int pixel = 0; pixel < 8; pixel++)
        {
            int best = pixel % 4 < 2 ? 1 : 2;
            scores[isFirst ? best * 8 + pixel : pixel * 3 + best] = 1;
        }

        ModelInput input = new() { Name = "x", Width = 4, Height = 2, Layout = layout };
        ModelContract contract = new() { Family = "semantic-segmentation", Task = VisionTask.SemanticSegmentation, Input = input };
        int[] found = new int[8];

        ((SemanticPrediction)new SemanticSegmentation().Read(new([new OutputTensor("logits", isFirst ? [1, 3, 2, 4] : [1, 2, 4, 3], scores)]), contract, Placement.Of(input, 4, 2))).Map.CopyTo(found);

        found.ShouldBe([1, 1, 2, 2, 1, 1, 2, 2]);
    }

    private static float Mix(float from, float to, float share) => from + (to - from) * share;

    // Half-pixel centres, the edge repeated, as torch's interpolate(align_corners=False) has it.
    private static (int Cell, int Next, float Share) Sample(int pixel, int length, int cells)
    {
        double place = Math.Clamp((pixel + 0.5) * cells / length - 0.5, 0, cells - 1);
        int cell = (int)place;
        return (cell, Math.Min(cell + 1, cells - 1), (float)(place - cell));
    }
}
