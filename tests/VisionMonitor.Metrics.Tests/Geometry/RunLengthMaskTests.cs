using System.Text;
using System.Text.Json;
using VisionMonitor.Metrics.Geometry;
using VisionMonitor.Metrics.Tests.Detection.Coco;

namespace VisionMonitor.Metrics.Tests.Geometry;

public sealed class RunLengthMaskTests
{
    private static JsonElement Golden => DetectionGolden.Open("mask_primitives.json.gz");

    [Fact]
    public void FromPolygon_Golden_EqualsMaskApi()
    {
        foreach (JsonElement one in Golden.GetProperty("polygons").EnumerateArray())
        {
            RunLengthMask mask = RunLengthMask.FromPolygon(Size(one, "h"), Size(one, "w"), Numbers(one.GetProperty("polygon")));
            mask.ToText().ShouldBe(one.GetProperty("counts_string").GetString());
            mask.Area.ShouldBe(one.GetProperty("area").GetInt64());
            Numbers(mask.Bounds).ShouldBe(Numbers(one.GetProperty("bbox")));
        }
    }

    [Fact]
    public void UnionAndIntersection_Golden_EqualMaskApi()
    {
        foreach (JsonElement one in Golden.GetProperty("merge").EnumerateArray())
        {
            RunLengthMask[] parts = [.. one.GetProperty("polygons").EnumerateArray().Select(p => RunLengthMask.FromPolygon(Size(one, "h"), Size(one, "w"), Numbers(p)))];
            parts.Aggregate(RunLengthMask.Union).ToText().ShouldBe(one.GetProperty("union").GetString());
            parts.Aggregate(RunLengthMask.Intersection).ToText().ShouldBe(one.GetProperty("intersection").GetString());
        }
    }

    [Fact]
    public void IntersectionOverUnion_Golden_EqualsMaskApiToTheLastBit()
    {
        foreach (JsonElement one in Golden.GetProperty("iou").EnumerateArray())
        {
            RunLengthMask[] predicted = Masks(one, "dt"), truth = Masks(one, "gt");
            for (int d = 0; d < predicted.Length; d++)
            {
                for (int g = 0; g < truth.Length; g++)
                {
                    bool isCrowd = one.GetProperty("iscrowd")[g].GetInt32() == 1;
                    double found = isCrowd ? RunLengthMask.IntersectionOverPredicted(predicted[d], truth[g]) : RunLengthMask.IntersectionOverUnion(predicted[d], truth[g]);
                    found.ShouldBe(one.GetProperty("iou_DxG")[d][g].GetDouble());
                }
            }
        }
    }

    [Fact]
    public void FromBox_Golden_EqualsMaskApi()
    {
        foreach (JsonElement one in Golden.GetProperty("bbox_to_rle").EnumerateArray())
        {
            double[] box = Numbers(one.GetProperty("bbox"));
            RunLengthMask.FromBox(Size(one, "h"), Size(one, "w"), new BoundingBox(box[0], box[1], box[2], box[3])).ToText().ShouldBe(one.GetProperty("counts_string").GetString());
        }
    }

    [Fact]
    public void ToTextAndFromText_Golden_EqualMaskApi()
    {
        foreach (JsonElement one in Golden.GetProperty("strings").EnumerateArray())
        {
            string text = one.GetProperty("counts_string").GetString()!;
            uint[] counts = [.. Numbers(one.GetProperty("counts")).Select(n => (uint)n)];
            RunLengthMask mask = RunLengthMask.FromCounts(Size(one, "h"), Size(one, "w"), counts);
            mask.ToText().ShouldBe(text);
            RunLengthMask.FromText(mask.Height, mask.Width, Encoding.ASCII.GetBytes(text)).ToCounts().ShouldBe(counts);
            mask.Area.ShouldBe(one.GetProperty("area").GetInt64());
            Numbers(mask.Bounds).ShouldBe(Numbers(one.GetProperty("bbox")));
        }
    }

    [Fact]
    public void FromPixels_HandExample_RunsDownTheColumns()
    {
        // 2 rows, 3 columns: column 0 is (0, 1), column 1 is (1, 1), column 2 is (0, 0).
        RunLengthMask mask = RunLengthMask.FromPixels(2, 3, [0, 1, 0, 1, 1, 0]);
        mask.ToCounts().ShouldBe([1u, 3u, 2u]);
        mask.Bounds.ShouldBe(new BoundingBox(0, 0, 2, 2));
        mask.ToPixels().ShouldBe([0, 1, 0, 1, 1, 0]);
    }

    [Fact]
    public void FromCountsOrText_LengthsThatDoNotAddUp_AreRefused()
    {
        Should.Throw<ArgumentException>(() => RunLengthMask.FromCounts(2, 2, [1, 2]));
        Should.Throw<ArgumentException>(() => RunLengthMask.FromText(2, 2, "05"u8));
        Should.Throw<ArgumentException>(() => RunLengthMask.FromText(2, 2, "~~~~~~~~~~~~"u8));
        Should.Throw<ArgumentException>(() => RunLengthMask.FromText(2, 2, [255, 1, 200]));
    }

    [Fact]
    public void IntersectionOverUnion_OtherSize_IsMinusOneAsInMaskApi()
    {
        RunLengthMask.IntersectionOverUnion(RunLengthMask.FromCounts(2, 2, [0, 4]), RunLengthMask.FromCounts(3, 3, [0, 9])).ShouldBe(-1);
    }

    private static RunLengthMask[] Masks(JsonElement one, string name) =>
        [.. one.GetProperty(name).EnumerateArray().Select(m => RunLengthMask.FromText(Size(one, "h"), Size(one, "w"), Encoding.ASCII.GetBytes(m.GetString()!)))];

    private static int Size(JsonElement one, string name) => one.GetProperty(name).GetInt32();

    private static double[] Numbers(JsonElement list) => [.. list.EnumerateArray().Select(n => n.GetDouble())];

    private static double[] Numbers(BoundingBox box) => [box.X, box.Y, box.Width, box.Height];
}
