using SkiaSharp;
using VisionMonitor.Metrics.Detection;
using VisionMonitor.Metrics.Geometry;
using VisionMonitor.Vision.Masks;
using VisionMonitor.Vision.Predictions;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Vision.Tests.Masks;

public sealed class LayerPictureTests
{
    private static readonly IReadOnlySet<int> _background = LayerPicture.BlankOf(["background", "car", "road"]);

    [Fact]
    public void Encode_Map_TintsEveryClassButTheBackground()
    {
        PixelLayer layer = PixelLayer.Of(new SemanticPrediction(ClassMap.From(4, 1, [0, 1, 1, 2])), 4, 1, 0)!;

        // A firm line stands before the next class: pixel 2 of the car, and the background has none.
        Alphas(LayerPicture.Encode(layer, _background, 100)).ShouldBe([0, 0x78, 0xff, 0x78]);
    }

    [Fact]
    public void Difference_ToldApart_FalseMissedAndMistaken()
    {
        PixelLayer truth = PixelLayer.Of(new SemanticTruth(ClassMap.From(5, 1, [0, 1, 1, SemanticTruth.Ignored, 2])), 5, 1)!;
        PixelLayer predicted = PixelLayer.Of(new SemanticPrediction(ClassMap.From(5, 1, [1, 0, 2, 1, 2])), 5, 1, 0)!;
        PixelLayer.Difference(truth, predicted, _background).Classes.ShouldBe([PixelLayer.False, PixelLayer.Missed, PixelLayer.Mistaken, PixelLayer.Nothing, PixelLayer.Nothing]);
    }

    [Fact]
    public void Of_Instances_PaintsTheSurestOnTopAndLeavesTheUnsureOut()
    {
        InstancePrediction predicted = new([Instance(0, 0.9, 0, 2), Instance(1, 0.8, 0, 4), Instance(2, 0.1, 0, 6)]);
        PixelLayer.Of(predicted, 6, 1, 0.25)!.Classes.ShouldBe([0, 0, 1, 1, PixelLayer.Nothing, PixelLayer.Nothing]);
    }

    [Fact]
    public void Of_InstancesOfSeveralRows_CountsDownTheColumns()
    {
        // Columns of two: the mask's second and third pixels are the lower left and the upper right.
        RunLengthMask mask = RunLengthMask.FromCounts(2, 2, [1, 2, 1]);
        PixelLayer layer = PixelLayer.Of(new InstancePrediction([new PredictedInstance(new PredictedBox(1, new BoundingBox(0, 0, 2, 2), 0.9), mask)]), 2, 2, 0)!;
        layer.Classes.ShouldBe([PixelLayer.Nothing, 1, 1, PixelLayer.Nothing]);
    }

    [Fact]
    public void Encode_LargeLayer_IsBroughtToTheSideAskedFor()
    {
        PixelLayer layer = PixelLayer.Of(new SemanticPrediction(ClassMap.From(200, 100, new int[20_000])), 200, 100, 0)!;
        using SKBitmap picture = SKBitmap.Decode(LayerPicture.Encode(layer, _background, 50));
        (picture.Width, picture.Height).ShouldBe((50, 25));
    }

    private static PredictedInstance Instance(int classIndex, double confidence, int from, int to) =>
        new(new PredictedBox(classIndex, new BoundingBox(from, 0, to - from, 1), confidence), RunLengthMask.FromBox(1, 6, new BoundingBox(from, 0, to - from, 1)));

    private static int[] Alphas(byte[] png)
    {
        using SKBitmap picture = SKBitmap.Decode(png);
        return [.. Enumerable.Range(0, picture.Width).Select(x => (int)picture.GetPixel(x, 0).Alpha)];
    }
}
