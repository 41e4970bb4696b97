using VisionMonitor.Metrics.Segmentation;
using VisionMonitor.Metrics.Statistics;

namespace VisionMonitor.Metrics.Tests.Segmentation;

/// <summary>Each filter undone against the bytes that went in, on regions (stretches are copied), noise and constant rows.</summary>
public sealed class RowFilterTests
{
    public static TheoryData<int, int, int> Shapes => [.. from filter in (int[])[0, 1, 2, 3, 4] from step in (int[])[1, 2, 3, 4, 6, 8] from region in (int[])[1, 5, 40, 10_000] select (filter, step, region)];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Undo_FilteredRow_GivesTheRow(int filter, int step, int region)
    {
        const int Pixels = 211;
        for (ulong seed = 0; seed < 20; seed++)
        {
            byte[] above = Row(seed, Pixels, step, region), row = seed % 3 == 0 ? [.. above] : Row(seed / 2, Pixels, step, region), undone = new byte[row.Length];
            if (seed % 3 == 1)
            {
                row[(int)(seed * 7) % row.Length] ^= 5;
            }

            RowFilter.Undo((byte)filter, Filter(filter, row, above, step), above, undone, step);

            undone.ShouldBe(row, $"seed {seed}");
        }
    }

    [Fact]
    public void Undo_UnknownFilter_Throws() => Should.Throw<InvalidDataException>(() => RowFilter.Undo(5, new byte[3], new byte[3], new byte[3], 1));

    private static byte[] Row(ulong seed, int pixels, int step, int region) =>
        [.. Enumerable.Range(0, pixels * step).Select(i => (byte)(SplitMix64.At(seed + (ulong)(i % step), (ulong)(i / step / region)) % 7))];

    private static byte[] Filter(int filter, byte[] row, byte[] above, int step) => [.. row.Select((value, i) =>
    {
        int left = i < step ? 0 : row[i - step], corner = i < step ? 0 : above[i - step], up = above[i], p = left + up - corner;
        int guess = filter switch
        {
            0 => 0,
            1 => left,
            2 => up,
            3 => (left + up) / 2,
            _ => new[] { (Math.Abs(p - left), 0, left), (Math.Abs(p - up), 1, up), (Math.Abs(p - corner), 2, corner) }.Min().Item3,
        };
        return (byte)(value - guess);
    })];
}
