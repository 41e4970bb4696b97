using System.Text;
using System.Text.Json;
using VisionMonitor.Metrics.Geometry;
using VisionMonitor.Metrics.Tests.Detection.Coco;

namespace VisionMonitor.Metrics.Tests.Geometry;

public sealed class MaskBoundaryTests
{
    [Fact]
    public void Of_SquareInTheFrame_IsItsRing()
    {
        // 20 × 20, diagonal 28.3, ratio .05: distance 1. A 6 × 6 square keeps its ring of 20 pixels.
        RunLengthMask ring = MaskBoundary.Of(Square(7, 6), 0.05);
        ring.Area.ShouldBe(20);
        ring.ToPixels()[(9 * 20) + 9].ShouldBe((byte)0);
        ring.ToPixels()[(7 * 20) + 7].ShouldBe((byte)1);
    }

    [Fact]
    public void Of_MaskAtTheFrame_CountsTheFrameAsItsEdge()
    {
        MaskBoundary.Of(Square(0, 20), 0.05).Area.ShouldBe(400 - (18 * 18));
    }

    [Fact]
    public void IntersectionOverUnion_SquareOneLarger_IsFarLessThanTheMasks()
    {
        // Rings of 10 × 10 and 8 × 8 inside it do not meet, though the squares share 64 of 100 pixels.
        MaskBoundary.IntersectionOverUnion(Square(5, 10), Square(6, 8), 0.05).ShouldBe(0);
        RunLengthMask.IntersectionOverUnion(Square(5, 10), Square(6, 8)).ShouldBe(0.64);
        MaskBoundary.IntersectionOverUnion(Square(5, 10), Square(5, 10), 0.05).ShouldBe(1);
    }

    [Fact]
    public void Of_GoldenMasks_EqualsErosionBySquares()
    {
        foreach (JsonElement one in DetectionGolden.Open("overlaps.json.gz").GetProperty("boundary").EnumerateArray())
        {
            RunLengthMask Read(string name) => RunLengthMask.FromText(one.GetProperty("height").GetInt32(), one.GetProperty("width").GetInt32(), Encoding.ASCII.GetBytes(one.GetProperty(name).GetString()!));
            double ratio = one.GetProperty("ratio").GetDouble();

            MaskBoundary.Of(Read("a"), ratio).ToText().ShouldBe(one.GetProperty("boundaryA").GetString());
            MaskBoundary.Of(Read("b"), ratio).ToText().ShouldBe(one.GetProperty("boundaryB").GetString());
            MaskBoundary.IntersectionOverUnion(Read("a"), Read("b"), ratio).ShouldBe(one.GetProperty("iou").GetDouble(), 1e-15);
        }
    }

    private static RunLengthMask Square(int start, int side)
    {
        byte[] pixels = new byte[400];
        for (int i = 0; i < side * side; i++)
        {
            pixels[((start + (i / side)) * 20) + start + (i % side)] = 1;
        }

        return RunLengthMask.FromPixels(20, 20, pixels);
    }
}
