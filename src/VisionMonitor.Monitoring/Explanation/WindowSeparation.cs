using VisionMonitor.Metrics.Drift;
using VisionMonitor.Metrics.Statistics;

namespace VisionMonitor.Monitoring.Explanation;

/// <summary>Which images of a window look least like the baseline: a place on the map, a density ratio and a cluster for each, and for each cluster the baseline images nearest to it.</summary>
public sealed record WindowSeparation
{
    /// <summary>One per image, the baseline's first.</summary>
    public required IReadOnlyList<MapPoint> Points { get; init; }

    /// <summary>Clusters of the window's images, the one that adds most to the drift first.</summary>
    public required IReadOnlyList<DriftCluster> Clusters { get; init; }

    /// <summary>How surely a classifier tells window from baseline: ½ is not at all, 1 is always.</summary>
    public required double Auc { get; init; }

    private const int ClusterCount = 4;
    private const int Rounds = 25;
    private const int Shown = 6;

    /// <summary>Separates.</summary>
    /// <param name="baselineIds">The baseline's images.</param>
    /// <param name="baseline">Their embeddings, row-major.</param>
    /// <param name="windowIds">The window's images.</param>
    /// <param name="window">Their embeddings, row-major.</param>
    /// <param name="dimension">Length of an embedding.</param>
    /// <returns>Null where there are fewer than 8 images on a side.</returns>
    public static WindowSeparation? Of(IReadOnlyList<long> baselineIds, float[] baseline, IReadOnlyList<long> windowIds, float[] window, int dimension)
    {
        if (baselineIds.Count < 8 || windowIds.Count < 8)
        {
            return null;
        }

        EmbeddingMap map = EmbeddingMap.Of(baseline, window, dimension);
        DomainClassifier classifier = DomainClassifier.Of(baseline, window, dimension);
        int[] clusters = Cluster(window, dimension, Math.Min(ClusterCount, windowIds.Count / 4));
        double odds = (double)windowIds.Count / baselineIds.Count;
        double[] ratios = [.. classifier.WindowScores.Select(score => Math.Min(1e3, score / Math.Max(1e-3, 1 - score) / odds))];
        return new WindowSeparation
        {
            Auc = classifier.Auc,
            Points =
            [
                .. baselineIds.Select((id, row) => new MapPoint(id, map.Points[2 * row], map.Points[(2 * row) + 1], null, -1)),
                .. windowIds.Select((id, row) => new MapPoint(id, map.Points[2 * (row + baselineIds.Count)], map.Points[(2 * (row + baselineIds.Count)) + 1], ratios[row], clusters[row])),
            ],
            Clusters =
            [
                .. Enumerable.Range(0, clusters.Max() + 1).Select(cluster => Describe(cluster, clusters, ratios, baselineIds, baseline, windowIds, window, dimension))
                    .OrderByDescending(cluster => cluster.Contribution),
            ],
        };
    }

    private static DriftCluster Describe(int cluster, int[] clusters, double[] ratios, IReadOnlyList<long> baselineIds, float[] baseline, IReadOnlyList<long> windowIds, float[] window, int dimension)
    {
        int[] rows = [.. Enumerable.Range(0, clusters.Length).Where(row => clusters[row] == cluster)];
        int[] typical = [.. rows.OrderByDescending(row => ratios[row]).Take(Shown)];
        double excess = Enumerable.Range(0, clusters.Length).Sum(row => Math.Log(1 + ratios[row]));
        return new DriftCluster(
            cluster,
            rows.Length,
            (double)rows.Length / clusters.Length,
            rows.Sum(row => Math.Log(1 + ratios[row])) / Math.Max(1e-9, excess),
            Quantile.Median([.. rows.Select(row => ratios[row])]),
            [.. typical.Select(row => windowIds[row])],
            [.. typical.Select(row => baselineIds[Nearest(window.AsSpan(row * dimension, dimension), baseline, dimension)])]);
    }

    private static int Nearest(ReadOnlySpan<float> row, float[] rows, int dimension)
    {
        (int best, double distance) = (0, double.PositiveInfinity);
        for (int other = 0; other < rows.Length / dimension; other++)
        {
            double gap = Square(row, rows.AsSpan(other * dimension, dimension));
            (best, distance) = gap < distance ? (other, gap) : (best, distance);
        }

        return best;
    }

    /// <summary>k-means; the first centre is the first row, each further one the row farthest from those that there are.</summary>
    private static int[] Cluster(float[] rows, int dimension, int count)
    {
        int rowCount = rows.Length / dimension;
        List<float[]> centres = [rows[..dimension]];
        while (centres.Count < count)
        {
            int farthest = Enumerable.Range(0, rowCount).MaxBy(row => centres.Min(centre => Square(rows.AsSpan(row * dimension, dimension), centre)));
            centres.Add(rows.AsSpan(farthest * dimension, dimension).ToArray());
        }

        int[] clusters = new int[rowCount];
        for (int round = 0; round < Rounds; round++)
        {
            int[] next = [.. Enumerable.Range(0, rowCount).Select(row => Enumerable.Range(0, count).MinBy(centre => Square(rows.AsSpan(row * dimension, dimension), centres[centre])))];
            bool isSettled = round > 0 && next.SequenceEqual(clusters);
            clusters = next;
            if (isSettled)
            {
                break;
            }

            for (int centre = 0; centre < count; centre++)
            {
                int[] own = [.. Enumerable.Range(0, rowCount).Where(row => clusters[row] == centre)];
                centres[centre] = own.Length == 0 ? centres[centre] : [.. Enumerable.Range(0, dimension).Select(column => own.Average(row => rows[(row * dimension) + column]))];
            }
        }

        int[] used = [.. clusters.Distinct().Order()];
        return Array.ConvertAll(clusters, cluster => Array.IndexOf(used, cluster));
    }

    private static double Square(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double sum = 0;
        for (int index = 0; index < a.Length; index++)
        {
            sum += (a[index] - b[index]) * (a[index] - b[index]);
        }

        return sum;
    }
}

/// <summary>An image on the map.</summary>
/// <param name="ImageId">The image.</param>
/// <param name="X">To the right in the direction in which the window differs from the baseline, in standard deviations.</param>
/// <param name="Y">The largest difference among images that has nothing to do with that.</param>
/// <param name="Ratio">How many times likelier such an image is in the window than in the baseline; null for images of the baseline.</param>
/// <param name="Cluster">Its cluster; −1 for images of the baseline.</param>
public sealed record MapPoint(long ImageId, double X, double Y, double? Ratio, int Cluster);

/// <summary>Images of a window that look alike.</summary>
/// <param name="Number">Its number, from 0.</param>
/// <param name="Count">Images in it.</param>
/// <param name="Share">Their share of the window.</param>
/// <param name="Contribution">Its share of the whole difference from the baseline, 0 to 1.</param>
/// <param name="MedianRatio">How many times likelier its images are in the window than in the baseline.</param>
/// <param name="ImageIds">The images that differ most, first the one that does most.</param>
/// <param name="NearestBaselineIds">For each of them the baseline image that looks most like it.</param>
public sealed record DriftCluster(int Number, int Count, double Share, double Contribution, double MedianRatio, IReadOnlyList<long> ImageIds, IReadOnlyList<long> NearestBaselineIds);
