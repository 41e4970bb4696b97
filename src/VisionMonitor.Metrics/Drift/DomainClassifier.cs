using VisionMonitor.Metrics.Statistics;

namespace VisionMonitor.Metrics.Drift;

/// <summary>
/// Can a classifier tell the window from the baseline? Logistic regression with ½‖w‖² on standardized rows, cross-fitted: row i of each side is
/// in fold i mod 5, and is scored by the fit of the other folds.
/// </summary>
/// <param name="Auc">Area under the ROC curve of all out-of-fold scores: ½ where nothing can be told.</param>
/// <param name="PValue">One-sided, of Mann and Whitney's z with midranks' tie correction left out.</param>
/// <param name="BaselineScores">Chance, for each baseline row, to be of the window.</param>
/// <param name="WindowScores">The same for each row of the window.</param>
public sealed record DomainClassifier(double Auc, double PValue, double[] BaselineScores, double[] WindowScores)
{
    private const int Folds = 5;

    /// <summary>Fits and scores.</summary>
    /// <param name="baseline">Rows × dimension, row-major, finite, at least 5 rows.</param>
    /// <param name="window">Rows × dimension, row-major, finite, at least 5 rows.</param>
    /// <param name="dimension">Length of a row.</param>
    /// <param name="degreeOfParallelism">Threads; the result does not depend on it.</param>
    public static DomainClassifier Of(ReadOnlySpan<float> baseline, ReadOnlySpan<float> window, int dimension, int degreeOfParallelism = 1)
    {
        int m = EmbeddingRows.Count(baseline, dimension, nameof(baseline)), n = EmbeddingRows.Count(window, dimension, nameof(window));
        if (m < Folds || n < Folds)
        {
            throw new ArgumentException($"Cross-fitting needs at least {Folds} rows on each side, not {m} and {n}.", nameof(window));
        }

        // The last column is the intercept; its weight is not penalized.
        int width = dimension + 1;
        double[] rows = Standardized(baseline, window, dimension, width);
        double[] scores = new double[m + n];
        Parallel.For(0, Folds, new ParallelOptions { MaxDegreeOfParallelism = degreeOfParallelism }, fold =>
        {
            int[] train = [.. Enumerable.Range(0, m + n).Where(i => Fold(i) != fold)];
            double[] weights = Fit(rows, width, train, m);
            for (int i = 0; i < scores.Length; i++)
            {
                if (Fold(i) == fold)
                {
                    scores[i] = Logistic(SymmetricEigen.Dot(rows.AsSpan(i * width, width), weights));
                }
            }
        });
        double auc = AreaUnderCurve(scores, m), z = ((auc * m * n) - (m * (double)n / 2)) / Math.Sqrt((double)m * n * (m + n + 1) / 12);
        return new DomainClassifier(auc, NormalDistribution.Above(z), scores[..m], scores[m..]);

        int Fold(int i) => (i < m ? i : i - m) % Folds;
    }

    /// <summary>The window's rows that look least like the baseline, most separating first.</summary>
    /// <param name="count">How many at most.</param>
    public int[] MostSeparating(int count) => [.. Enumerable.Range(0, WindowScores.Length).OrderByDescending(i => WindowScores[i]).ThenBy(i => i).Take(count)];

    private static double[] Standardized(ReadOnlySpan<float> baseline, ReadOnlySpan<float> window, int dimension, int width)
    {
        int m = baseline.Length / dimension, count = m + (window.Length / dimension);
        double[] rows = new double[count * width], mean = new double[dimension], squares = new double[dimension];
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<float> row = i < m ? baseline.Slice(i * dimension, dimension) : window.Slice((i - m) * dimension, dimension);
            for (int d = 0; d < dimension; d++)
            {
                rows[(i * width) + d] = row[d];
                mean[d] += row[d] / (double)count;
            }

            rows[(i * width) + dimension] = 1;
        }

        for (int i = 0; i < count; i++)
        {
            for (int d = 0; d < dimension; d++)
            {
                double gap = rows[(i * width) + d] -= mean[d];
                squares[d] += gap * gap;
            }
        }

        double[] scale = Array.ConvertAll(squares, s => Math.Sqrt(s / count) is var deviation && deviation < 1e-12 ? 1 : deviation);
        for (int i = 0; i < count; i++)
        {
            for (int d = 0; d < dimension; d++)
            {
                rows[(i * width) + d] /= scale[d];
            }
        }

        return rows;
    }

    /// <summary>Newton's method; each step is solved by conjugate gradients, so that no matrix of dimension² is needed.</summary>
    private static double[] Fit(double[] rows, int width, int[] train, int baselineCount)
    {
        double[] weights = new double[width], gradient = new double[width], curvature = new double[train.Length];
        double loss = Loss(rows, width, train, baselineCount, weights);
        for (int turn = 0; turn < 100; turn++)
        {
            Array.Clear(gradient);
            for (int t = 0; t < train.Length; t++)
            {
                ReadOnlySpan<double> row = rows.AsSpan(train[t] * width, width);
                double p = Logistic(SymmetricEigen.Dot(row, weights));
                curvature[t] = p * (1 - p);
                SymmetricEigen.AddScaled(row, p - (train[t] >= baselineCount ? 1 : 0), gradient);
            }

            SymmetricEigen.AddScaled(weights.AsSpan(0, width - 1), 1, gradient);
            double size = Math.Sqrt(SymmetricEigen.Dot(gradient, gradient));
            if (size < 1e-10 * Math.Sqrt(train.Length))
            {
                break;
            }

            double[] step = Solve(rows, width, train, curvature, gradient);
            double length = 1;
            double[] next = Moved(weights, step, length);
            double after = Loss(rows, width, train, baselineCount, next);
            while (after > loss + (1e-12 * Math.Abs(loss)) && length > 1e-6)
            {
                length /= 2;
                next = Moved(weights, step, length);
                after = Loss(rows, width, train, baselineCount, next);
            }

            (weights, loss) = (next, after);
        }

        return weights;
    }

    private static double[] Moved(double[] weights, double[] step, double length) => [.. weights.Zip(step, (w, s) => w - (length * s))];

    private static double Loss(double[] rows, int width, int[] train, int baselineCount, double[] weights)
    {
        double loss = 0.5 * SymmetricEigen.Dot(weights.AsSpan(0, width - 1), weights);
        foreach (int i in train)
        {
            double margin = SymmetricEigen.Dot(rows.AsSpan(i * width, width), weights) * (i >= baselineCount ? 1 : -1);
            loss += margin > 0 ? Math.Log(1 + Math.Exp(-margin)) : Math.Log(1 + Math.Exp(margin)) - margin;
        }

        return loss;
    }

    private static double[] Solve(double[] rows, int width, int[] train, double[] curvature, double[] gradient)
    {
        double[] solution = new double[width], rest = (double[])gradient.Clone(), direction = (double[])gradient.Clone(), image = new double[width];
        double size = SymmetricEigen.Dot(rest, rest), wanted = size * 1e-16;
        for (int turn = 0; turn < 4 * width && size > wanted; turn++)
        {
            Array.Clear(image);
            for (int t = 0; t < train.Length; t++)
            {
                ReadOnlySpan<double> row = rows.AsSpan(train[t] * width, width);
                SymmetricEigen.AddScaled(row, curvature[t] * SymmetricEigen.Dot(row, direction), image);
            }

            SymmetricEigen.AddScaled(direction.AsSpan(0, width - 1), 1, image);
            double along = size / SymmetricEigen.Dot(direction, image);
            SymmetricEigen.AddScaled(direction, along, solution);
            SymmetricEigen.AddScaled(image, -along, rest);
            double next = SymmetricEigen.Dot(rest, rest);
            for (int d = 0; d < width; d++)
            {
                direction[d] = rest[d] + (next / size * direction[d]);
            }

            size = next;
        }

        return solution;
    }

    private static double Logistic(double x) => x >= 0 ? 1 / (1 + Math.Exp(-x)) : Math.Exp(x) / (1 + Math.Exp(x));

    private static double AreaUnderCurve(double[] scores, int baselineCount)
    {
        int[] order = [.. Enumerable.Range(0, scores.Length).OrderBy(i => scores[i])];
        double ranks = 0, n = scores.Length - baselineCount;
        for (int i = 0; i < order.Length;)
        {
            int end = i;
            while (end < order.Length && scores[order[end]] == scores[order[i]])
            {
                end++;
            }

            ranks += order[i..end].Count(row => row >= baselineCount) * ((i + end + 1) / 2.0);
            i = end;
        }

        return (ranks - (n * (n + 1) / 2)) / (baselineCount * n);
    }
}
