namespace VisionMonitor.Metrics.Drift;

/// <summary>The rising step function nearest to outcomes (pool adjacent violators), interpolated between its knots and constant outside, as scikit-learn has it.</summary>
public sealed class IsotonicRegression
{
    private readonly double[] _x;
    private readonly double[] _y;

    private IsotonicRegression(double[] x, double[] y) => (_x, _y) = (x, y);

    /// <summary>Fits outcomes at scores; equal scores are averaged first.</summary>
    /// <param name="scores">Finite, at least one.</param>
    /// <param name="outcomes">One for each score, such as 0 or 1.</param>
    public static IsotonicRegression Fit(ReadOnlySpan<double> scores, ReadOnlySpan<double> outcomes)
    {
        if (scores.Length == 0 || scores.Length != outcomes.Length)
        {
            throw new ArgumentException($"{scores.Length} scores need as many outcomes, not {outcomes.Length}, and at least one.", nameof(outcomes));
        }

        double[] x = scores.ToArray(), y = outcomes.ToArray();
        Array.Sort(x, y);
        List<(double Sum, double Weight, int First, int Last)> pools = [];
        List<double> knots = [];
        for (int i = 0; i < x.Length;)
        {
            double sum = 0, start = i;
            int from = i;
            while (i < x.Length && x[i] == x[from])
            {
                sum += y[i++];
            }

            knots.Add(x[from]);
            pools.Add((sum, i - start, knots.Count - 1, knots.Count - 1));
            while (pools.Count > 1 && pools[^2].Sum * pools[^1].Weight >= pools[^1].Sum * pools[^2].Weight)
            {
                (double a, double wa, int first, _) = pools[^2];
                (double b, double wb, _, int last) = pools[^1];
                pools.RemoveRange(pools.Count - 2, 2);
                pools.Add((a + b, wa + wb, first, last));
            }
        }

        // Of every pool only its ends are needed.
        List<double> keptX = [], keptY = [];
        foreach ((double sum, double weight, int first, int last) in pools)
        {
            foreach (int knot in first == last ? (int[])[first] : [first, last])
            {
                keptX.Add(knots[knot]);
                keptY.Add(sum / weight);
            }
        }

        return new IsotonicRegression([.. keptX], [.. keptY]);
    }

    /// <summary>The fitted outcome at a score.</summary>
    public double At(double score)
    {
        int place = Array.BinarySearch(_x, score);
        if (place >= 0)
        {
            return _y[place];
        }

        int above = ~place;
        if (above == 0 || above == _x.Length)
        {
            return above == 0 ? _y[0] : _y[^1];
        }

        double share = (score - _x[above - 1]) / (_x[above] - _x[above - 1]);
        return _y[above - 1] + (share * (_y[above] - _y[above - 1]));
    }
}
