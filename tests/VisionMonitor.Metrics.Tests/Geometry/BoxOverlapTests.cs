using VisionMonitor.Metrics.Geometry;

namespace VisionMonitor.Metrics.Tests.Geometry;

public sealed class BoxOverlapTests
{
    [Fact]
    public void IntersectionOverUnion_HandExample_IsOneThird()
    {
        // 10×10 at the origin and the same shifted by 5: 50 in common, 100 + 100 − 50 in all.
        BoxOverlap.IntersectionOverUnion(new BoundingBox(0, 0, 10, 10), new BoundingBox(5, 0, 10, 10)).ShouldBe(50.0 / 150);
    }

    [Theory]
    [InlineData(10, 0, 10, 10)]
    [InlineData(0, 0, 0, 0)]
    [InlineData(0, 0, -5, 10)]
    [InlineData(double.NaN, 0, 10, 10)]
    public void IntersectionOverUnion_TouchingEmptyNegativeOrNaN_IsZero(double x, double y, double width, double height)
    {
        var box = new BoundingBox(x, y, width, height);
        BoxOverlap.IntersectionOverUnion(new BoundingBox(0, 0, 10, 10), box).ShouldBe(0);
        BoxOverlap.IntersectionOverUnion(box, new BoundingBox(0, 0, 10, 10)).ShouldBe(0);
    }

    [Fact]
    public void IntersectionOverPredicted_PredictionInsideCrowd_IsOne()
    {
        BoxOverlap.IntersectionOverPredicted(new BoundingBox(2, 2, 3, 4), new BoundingBox(0, 0, 100, 100)).ShouldBe(1);
    }
}
