using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace VisionMonitor.Metrics.Segmentation;

/// <summary>
/// Counts (truth, predicted) pairs. Label maps are made of regions, so it counts runs of equal pairs: 64 pixels at a time are compared
/// with their left neighbours, and only where a run ends is a counter touched. Where there are hardly any runs it counts pixels.
/// </summary>
internal static class PixelConfusion
{
    private const int BlockLength = 64;

    /// <summary>Above this many ends of runs in a block, counting pixel by pixel is faster.</summary>
    private const int ManyRuns = 20;

    [ThreadStatic]
    private static uint[]? _table;

    public static ConfusionCell[] OfNarrow(ReadOnlySpan<byte> truth, ReadOnlySpan<byte> predicted, TruthLabels labels)
    {
        uint[] table = _table ??= new uint[1 << 16];
        Count(truth, predicted, table);
        var cells = new Dictionary<(int Truth, int Predicted), long>();
        for (int pair = NextFilled(table, 0); pair >= 0; pair = NextFilled(table, pair + 1))
        {
            Add(cells, labels, pair >> 8, pair & 0xFF, table[pair]);
            table[pair] = 0;
        }

        return Sorted(cells);
    }

    public static ConfusionCell[] OfWide(ReadOnlySpan<ushort> truth, ReadOnlySpan<ushort> predicted, TruthLabels labels)
    {
        var cells = new Dictionary<(int Truth, int Predicted), long>();
        for (int start = 0; start < truth.Length;)
        {
            int end = start + 1;
            while (end < truth.Length && truth[end] == truth[start] && predicted[end] == predicted[start])
            {
                end++;
            }

            Add(cells, labels, truth[start], predicted[start], end - start);
            start = end;
        }

        return Sorted(cells);
    }

    private static void Count(ReadOnlySpan<byte> truth, ReadOnlySpan<byte> predicted, uint[] table)
    {
        ref byte t = ref MemoryMarshal.GetReference(truth);
        ref byte p = ref MemoryMarshal.GetReference(predicted);
        int runStart = 0, i = 1;
        for (; i <= truth.Length - BlockLength; i += BlockLength)
        {
            Vector512<byte> sameTruth = Vector512.Equals(Vector512.LoadUnsafe(ref t, (nuint)i), Vector512.LoadUnsafe(ref t, (nuint)(i - 1)));
            Vector512<byte> samePredicted = Vector512.Equals(Vector512.LoadUnsafe(ref p, (nuint)i), Vector512.LoadUnsafe(ref p, (nuint)(i - 1)));
            ulong ends = ~(sameTruth & samePredicted).ExtractMostSignificantBits();
            if (BitOperations.PopCount(ends) > ManyRuns)
            {
                table[(truth[i - 1] << 8) | predicted[i - 1]] += (uint)(i - runStart);
                for (int k = i; k < i + BlockLength - 1; k++)
                {
                    table[(truth[k] << 8) | predicted[k]]++;
                }

                runStart = i + BlockLength - 1;
                continue;
            }

            for (; ends != 0; ends &= ends - 1)
            {
                int end = i + BitOperations.TrailingZeroCount(ends);
                table[(truth[end - 1] << 8) | predicted[end - 1]] += (uint)(end - runStart);
                runStart = end;
            }
        }

        for (; i < truth.Length; i++)
        {
            if (truth[i] != truth[i - 1] || predicted[i] != predicted[i - 1])
            {
                table[(truth[i - 1] << 8) | predicted[i - 1]] += (uint)(i - runStart);
                runStart = i;
            }
        }

        table[(truth[^1] << 8) | predicted[^1]] += (uint)(truth.Length - runStart);
    }

    private static int NextFilled(uint[] table, int from)
    {
        int found = table.AsSpan(from).IndexOfAnyExcept(0u);
        return found < 0 ? -1 : from + found;
    }

    private static void Add(Dictionary<(int Truth, int Predicted), long> cells, TruthLabels labels, int truth, int predicted, long count)
    {
        int row = labels.Row(truth);
        if (row >= 0)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(cells, (row, labels.Column(predicted)), out _) += count;
        }
    }

    private static ConfusionCell[] Sorted(Dictionary<(int Truth, int Predicted), long> cells) =>
        [.. cells.OrderBy(c => c.Key).Select(c => new ConfusionCell(c.Key.Truth, c.Key.Predicted, c.Value))];
}
