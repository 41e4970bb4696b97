using VisionMonitor.Metrics.Statistics;
using VisionMonitor.Monitoring.Explanation;

namespace VisionMonitor.Monitoring.Tests.Explanation;

public sealed class KeptSeparationsTests
{
    [Fact]
    public void Of_TheSameImages_IsMadeOnceUntilOneNumberChanges()
    {
        const int Dimension = 4;
        long[] usual = [.. Enumerable.Range(0, 20).Select(i => (long)i)], seen = [.. Enumerable.Range(100, 12).Select(i => (long)i)];
        float[] baseline = Rows(1, usual.Length * Dimension), window = Rows(2, seen.Length * Dimension);

        WindowSeparation first = KeptSeparations.Of(usual, baseline, seen, window, Dimension)!, again = KeptSeparations.Of([.. usual], [.. baseline], [.. seen], [.. window], Dimension)!;
        window[7] += 1;
        WindowSeparation moved = KeptSeparations.Of(usual, baseline, seen, window, Dimension)!;

        again.ShouldBeSameAs(first);
        moved.ShouldNotBeSameAs(first);
        KeptSeparations.Of(usual, baseline, [999, .. seen[1..]], window, Dimension)!.Points[20].ImageId.ShouldBe(999);
        KeptSeparations.Of([1], [1, 2, 3, 4], seen, window, Dimension).ShouldBeNull();
    }

    private static float[] Rows(ulong seed, int count) => [.. Enumerable.Range(0, count).Select(i => (float)SplitMix64.Normal(seed, (ulong)i))];
}
