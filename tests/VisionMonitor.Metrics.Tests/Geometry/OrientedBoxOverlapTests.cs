using System.Text.Json;
using VisionMonitor.Metrics.Geometry;
using VisionMonitor.Metrics.Tests.Detection.Coco;

namespace VisionMonitor.Metrics.Tests.Geometry;

public sealed class OrientedBoxOverlapTests
{
    [Fact]
    public void IntersectionOverUnion_SquareAndItsEighthTurn_MeetInAnOctagon()
    {
        // The common octagon of a unit square and the same turned by 45° has the area 2 (√2 − 1).
        double common = 2 * (Math.Sqrt(2) - 1);
        OrientedBoxOverlap.IntersectionOverUnion(new OrientedBox(7, 9, 1, 1, 0), new OrientedBox(7, 9, 1, 1, Math.PI / 4)).ShouldBe(common / (2 - common), 1e-12);
    }

    [Fact]
    public void IntersectionOverUnion_RandomBoxes_AgreesWithPlainBoxesAtRightAnglesAndIsSymmetric()
    {
        var random = new Random(4);
        for (int i = 0; i < 300; i++)
        {
            var a = new BoundingBox(random.Next(50), random.Next(50), 1 + random.Next(40), 1 + random.Next(40));
            var b = new BoundingBox(random.Next(50), random.Next(50), 1 + random.Next(40), 1 + random.Next(40));
            var turned = new OrientedBox(b.X + (b.Width / 2), b.Y + (b.Height / 2), b.Height, b.Width, Math.PI / 2);
            var plain = new OrientedBox(a.X + (a.Width / 2), a.Y + (a.Height / 2), a.Width, a.Height, 0);
            OrientedBoxOverlap.IntersectionOverUnion(plain, turned).ShouldBe(BoxOverlap.IntersectionOverUnion(a, b), 1e-12);

            double angle = random.NextDouble() * 6;
            OrientedBox skew = turned with { AngleRadians = angle };
            double forth = OrientedBoxOverlap.IntersectionOverUnion(plain, skew);
            OrientedBoxOverlap.IntersectionOverUnion(skew, plain).ShouldBe(forth, 1e-12);
            OrientedBoxOverlap.IntersectionOverUnion(plain with { AngleRadians = Math.PI }, skew with { AngleRadians = angle + Math.PI }).ShouldBe(forth, 1e-9);
            forth.ShouldBeInRange(0, 1);
            OrientedBoxOverlap.IntersectionOverUnion(skew, skew).ShouldBe(1, 1e-12);
        }
    }

    [Fact]
    public void IntersectionOverUnion_GoldenBoxes_EqualsShapely()
    {
        foreach (JsonElement one in DetectionGolden.Open("overlaps.json.gz").GetProperty("oriented").EnumerateArray())
        {
            OrientedBox Read(string name)
            {
                double[] numbers = [.. one.GetProperty(name).EnumerateArray().Select(n => n.GetDouble())];
                return new OrientedBox(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]);
            }

            OrientedBoxOverlap.IntersectionOverUnion(Read("a"), Read("b")).ShouldBe(one.GetProperty("iou").GetDouble(), 1e-9);
        }
    }

    [Theory]
    [InlineData(0, 10)]
    [InlineData(-3, 10)]
    [InlineData(double.NaN, 10)]
    public void IntersectionOverUnion_EmptyNegativeOrNaN_IsZero(double width, double height)
    {
        OrientedBoxOverlap.IntersectionOverUnion(new OrientedBox(0, 0, width, height, 1), new OrientedBox(0, 0, 5, 5, 0)).ShouldBe(0);
        OrientedBoxOverlap.IntersectionOverUnion(new OrientedBox(0, 0, 4, 4, 1), new OrientedBox(50, 0, 4, 4, 0)).ShouldBe(0);
    }
}
