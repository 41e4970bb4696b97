using VisionMonitor.Metrics.Statistics;

namespace VisionMonitor.Metrics.Drift;

/// <summary>
/// Structured orthogonal frequencies (Yu et al. 2016): blocks S·H·D₃·H·D₂·H·D₁ with Hadamard's H and random signs Dᵢ, whose lengths S are those of normal
/// vectors, so that the kernel stays the Gaussian one.
/// </summary>
internal sealed class StructuredFrequencies : IFrequencies
{
    /// <summary>Three rounds of signs mix fewer dimensions than this too little to stand for normal vectors.</summary>
    public const int LeastDimension = 64;

    private const int Rounds = 3;
    private readonly int _dimension;
    private readonly int _size;
    private readonly float[] _signs;
    private readonly float[] _lengths;

    public StructuredFrequencies(int dimension, double bandwidth, int count, ulong seed)
    {
        (_dimension, _size) = (dimension, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)dimension));
        int blocks = (count + _size - 1) / _size;
        _signs = new float[blocks * Rounds * _size];
        for (int i = 0; i < _signs.Length; i++)
        {
            _signs[i] = (SplitMix64.At(seed, (ulong)i) >> 63) == 0 ? 1 : -1;
        }

        // Unscaled, three transforms lengthen a vector by size^1.5, and a row of their product has length size^1.5.
        ulong lengthSeed = SplitMix64.Derive(seed, 1);
        double unit = 1 / (Math.Pow(_size, 1.5) * bandwidth);
        _lengths = new float[count];
        for (int f = 0; f < count; f++)
        {
            _lengths[f] = (float)(Chi(_size, SplitMix64.Normal(lengthSeed, (ulong)f)) * unit);
        }
    }

    public void Project(ReadOnlySpan<float> rows, Span<float> projections)
    {
        float[] work = new float[_size];
        int count = rows.Length / _dimension;
        for (int r = 0; r < count; r++)
        {
            ReadOnlySpan<float> row = rows.Slice(r * _dimension, _dimension);
            Span<float> target = projections.Slice(r * _lengths.Length, _lengths.Length);
            for (int first = 0; first < target.Length; first += _size)
            {
                row.CopyTo(work);
                work.AsSpan(_dimension).Clear();
                for (int round = 0; round < Rounds; round++)
                {
                    Hadamard.Transform(work, _signs.AsSpan(((first * Rounds) + (round * _size)), _size));
                }

                int width = Math.Min(_size, target.Length - first);
                Hadamard.Multiply(work.AsSpan(0, width), _lengths.AsSpan(first, width), target.Slice(first, width));
            }
        }
    }

    /// <summary>The length of a normal vector from one normal number, by Wilson and Hilferty's cube: exact to 1e-3 of its spread from 64 dimensions on.</summary>
    private static double Chi(double size, double normal)
    {
        double root = 1 - (2 / (9 * size)) + (normal * Math.Sqrt(2 / (9 * size)));
        return Math.Sqrt(size * root * root * root);
    }
}
