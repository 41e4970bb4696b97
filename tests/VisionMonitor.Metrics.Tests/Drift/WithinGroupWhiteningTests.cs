using VisionMonitor.Metrics.Drift;
using VisionMonitor.Metrics.Statistics;

namespace VisionMonitor.Metrics.Tests.Drift;

public sealed class WithinGroupWhiteningTests
{
    // Two classes 100 apart whose members differ by 1 along x and by 10 along y: what varies within classes is the measure, not the 100.
    [Fact]
    public void Apply_ClassesFarApart_MeasuresByWhatVariesWithinThem()
    {
        int[] groups = [.. Enumerable.Range(0, 400).Select(row => row % 2)];
        float[] rows = [.. groups.SelectMany((group, row) => (float[])[(float)((100 * group) + SplitMix64.Normal(1, (ulong)row)), (float)(10 * SplitMix64.Normal(2, (ulong)row))])];
        WithinGroupWhitening whitening = WithinGroupWhitening.Of(rows, groups, 2);
        double Length(float x, float y)
        {
            double[] white = whitening.Apply([x, y]);
            return Math.Sqrt((white[0] * white[0]) + (white[1] * white[1]));
        }

        // The covariance is diag(1, 100) and its shrinkage adds a quarter of the mean, 12.6, to both.
        Length(1, 0).ShouldBe(1 / Math.Sqrt(1 + 12.6), 0.03);
        Length(0, 10).ShouldBe(10 / Math.Sqrt(100 + 12.6), 0.08);
    }

    [Fact]
    public void Of_OneRow_IsRefused() => Should.Throw<ArgumentException>(() => WithinGroupWhitening.Of([1f, 2f], [0], 2));
}

public sealed class EmbeddingMapTests
{
    [Fact]
    public void Of_ShiftedWindow_SetsItApartToTheRight()
    {
        float[] Rows(int count, ulong seed, float shift) => [.. Enumerable.Range(0, count * 5).Select(index => (float)SplitMix64.Normal(seed, (ulong)index) + (index % 5 == 3 ? shift : 0))];
        EmbeddingMap map = EmbeddingMap.Of(Rows(80, 1, 0), Rows(60, 2, 4), 5);
        double[] x = [.. map.Points.Where((_, index) => index % 2 == 0)];
        x.Take(80).Max().ShouldBeLessThan(x.Skip(80).Average());
        x.Skip(80).Min().ShouldBeGreaterThan(x.Take(80).Average());
        map.BaselineCount.ShouldBe(80);
    }
}
