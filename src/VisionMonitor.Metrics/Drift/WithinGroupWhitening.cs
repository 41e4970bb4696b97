namespace VisionMonitor.Metrics.Drift;

/// <summary>
/// Measures embeddings by how much they vary within groups (classes): after it every direction varies by about 1 there, so that a change of
/// appearance is not drowned by the distance between classes. The covariance is shrunk by a share of its mean eigenvalue.
/// </summary>
public sealed class WithinGroupWhitening
{
    // So much of the mean eigenvalue is added to each: a direction that hardly varies in few rows would shout.
    private const double Shrinkage = 0.25;
    private const int LeastGroup = 4;

    private readonly double[][] _axes;

    private WithinGroupWhitening(double[][] axes) => _axes = axes;

    /// <summary>Length of a row, before and after.</summary>
    public int Dimension => _axes.Length;

    /// <summary>Learns how rows vary within their groups. Rows of a group of fewer than 4 rows are left out, unless all groups are so small.</summary>
    /// <param name="rows">Rows × dimension, row-major, finite, at least 2 rows.</param>
    /// <param name="groups">The group of each row; any number.</param>
    /// <param name="dimension">Length of a row.</param>
    public static WithinGroupWhitening Of(ReadOnlySpan<float> rows, ReadOnlySpan<int> groups, int dimension)
    {
        int count = EmbeddingRows.Count(rows, dimension, nameof(rows));
        if (count < 2 || groups.Length != count)
        {
            throw new ArgumentException($"At least 2 rows and a group for each are needed, not {count} and {groups.Length}.", nameof(groups));
        }

        int[] all = groups.ToArray();
        int[][] large = [.. Enumerable.Range(0, count).GroupBy(row => all[row]).Select(group => group.ToArray()).Where(group => group.Length >= LeastGroup)];
        large = large.Length > 0 ? large : [[.. Enumerable.Range(0, count)]];
        double[] centred = new double[large.Sum(group => group.Length) * dimension];
        int at = 0;
        foreach (int[] group in large)
        {
            float[] own = new float[group.Length * dimension];
            for (int row = 0; row < group.Length; row++)
            {
                rows.Slice(group[row] * dimension, dimension).CopyTo(own.AsSpan(row * dimension));
            }

            EmbeddingMoments.Centred(own, dimension, EmbeddingMoments.Mean(own, dimension)).CopyTo(centred, at);
            at += own.Length;
        }

        (double[] values, double[][] vectors) = SymmetricEigen.Decompose(EmbeddingMoments.Covariance(centred, dimension, Math.Max(1, (centred.Length / dimension) - large.Length)), dimension);
        double added = Math.Max(1e-12, Shrinkage * values.Sum(value => Math.Max(0, value)) / dimension);
        return new WithinGroupWhitening([.. vectors.Select((vector, index) => Array.ConvertAll(vector, part => part / Math.Sqrt(Math.Max(0, values[index]) + added)))]);
    }

    /// <summary>Rows in the new measure, row-major.</summary>
    /// <param name="rows">Rows × dimension, row-major, finite.</param>
    public double[] Apply(ReadOnlySpan<float> rows)
    {
        int dimension = Dimension, count = EmbeddingRows.Count(rows, dimension, nameof(rows));
        double[] white = new double[rows.Length], row = new double[dimension];
        for (int index = 0; index < count; index++)
        {
            for (int column = 0; column < dimension; column++)
            {
                row[column] = rows[(index * dimension) + column];
            }

            for (int axis = 0; axis < dimension; axis++)
            {
                white[(index * dimension) + axis] = SymmetricEigen.Dot(row, _axes[axis]);
            }
        }

        return white;
    }
}
