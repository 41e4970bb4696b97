using VisionMonitor.Metrics.Statistics;

namespace VisionMonitor.Metrics.Drift;

/// <summary>Independent normal frequencies, held as a matrix.</summary>
internal sealed class DenseFrequencies : IFrequencies
{
    private readonly int _dimension;
    private readonly PackedRows<float> _matrix;

    public DenseFrequencies(int dimension, double bandwidth, int count, ulong seed)
    {
        float[] matrix = new float[count * dimension];
        for (int i = 0; i < matrix.Length; i++)
        {
            matrix[i] = (float)(SplitMix64.Normal(seed, (ulong)i) / bandwidth);
        }

        (_dimension, _matrix) = (dimension, new PackedRows<float>(matrix, count, dimension));
    }

    public void Project(ReadOnlySpan<float> rows, Span<float> projections) =>
        MatrixProduct.TransposedB(rows, rows.Length / _dimension, _matrix, projections, _matrix.Count);
}
