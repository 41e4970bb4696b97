using System.Numerics;

namespace VisionMonitor.Metrics.Statistics;

/// <summary>
/// SplitMix64, read at any position: draw k of a seed needs no draw before it, so replicate r of a bootstrap is the same
/// numbers on whichever thread it runs.
/// </summary>
public static class SplitMix64
{
    private const ulong Gamma = 0x9E3779B97F4A7C15;

    /// <summary>The 64 bits of draw <paramref name="index"/> (0-based) of the sequence that starts at <paramref name="seed"/>.</summary>
    public static ulong At(ulong seed, ulong index)
    {
        ulong z = unchecked(seed + ((index + 1) * Gamma));
        z = unchecked((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9);
        z = unchecked((z ^ (z >> 27)) * 0x94D049BB133111EB);
        return z ^ (z >> 31);
    }

    /// <summary>0 ≤ result &lt; <paramref name="count"/>, as (u64 &gt;&gt; 33) mod count; the bias of the modulo is below count / 2³¹.</summary>
    public static int Index(ulong seed, ulong index, int count) => (int)((At(seed, index) >> 33) % (uint)count);

    /// <summary>Uniform in the open interval (0, 1).</summary>
    public static double Uniform(ulong seed, ulong index) => ((At(seed, index) >> 11) + 0.5) * (1.0 / (1UL << 53));

    /// <summary>Standard normal, by Box and Muller from the draws 2k and 2k + 1.</summary>
    public static double Normal(ulong seed, ulong index)
    {
        double radius = Math.Sqrt(-2 * Math.Log(Uniform(seed, 2 * index)));
        return radius * Math.Cos(2 * Math.PI * Uniform(seed, (2 * index) + 1));
    }

    /// <summary>The first <paramref name="count"/> places of a random permutation of <paramref name="items"/>, in place (Fisher and Yates).</summary>
    public static void Shuffle(ulong seed, ulong offset, Span<int> items, int count)
    {
        for (int i = 0; i < count; i++)
        {
            int j = i + Index(seed, offset + (ulong)i, items.Length - i);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    /// <summary>A seed for one part of a computation, so that two parts with the same seed do not share draws.</summary>
    public static ulong Derive(ulong seed, ulong part) => BitOperations.RotateLeft(At(seed ^ 0xD1B54A32D192ED03, part), 17);
}
