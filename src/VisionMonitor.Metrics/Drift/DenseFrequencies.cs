using VisionMonitor.Metrics.Statistics;

namespace VisionMonitor.Metrics.Drift;

/// <summary>Independent normal frequencies, held as a matrix.</summary>
internal sealed class DenseFrequencies : IFrequencies
{
    private readonly int _dimension;
    private readonly int _count;
    private readonly float[] _matrix;

    public DenseFrequencies(int dimension, double bandwidth, int count, ulong seed)
    {
        (_dimension, _count, _matrix) = (dimension, count, new float[count * dimension]);
        for (int i = 0; i < _matrix.Length; i++)
        {
            _matrix[i] = (float)(SplitMix64.Normal(seed, (ulong)i) / bandwidth);
        }
    }

    public void Project(ReadOnlySpan<float> rows, Span<float> projections) =>
        MatrixProduct.TransposedB<float>(rows, rows.Length / _dimension, _matrix, _count, _dimension, projections, _count);
}
