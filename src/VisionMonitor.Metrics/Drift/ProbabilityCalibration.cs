namespace VisionMonitor.Metrics.Drift;

/// <summary>Probabilities of each class, calibrated one class against the rest; with more than two classes each row is scaled to sum 1 again.</summary>
internal sealed class ProbabilityCalibration
{
    private const int Folds = 3;
    private readonly IsotonicRegression?[] _byClass;

    private ProbabilityCalibration(IsotonicRegression?[] byClass) => _byClass = byClass;

    public static ProbabilityCalibration Fit(ConfidenceSet reference, IReadOnlyCollection<int>? classes)
    {
        int count = reference.ClassCount;
        IsotonicRegression?[] byClass = new IsotonicRegression?[count];
        for (int c = 0; c < count; c++)
        {
            double[] scores = reference.Column(c), outcomes = Array.ConvertAll(reference.Labels!, label => label == c ? 1.0 : 0);
            if (classes?.Contains(c) ?? IsBetterCalibrated(scores, outcomes))
            {
                byClass[c] = IsotonicRegression.Fit(scores, outcomes);
            }
        }

        return new ProbabilityCalibration(byClass);
    }

    public double[] Apply(ConfidenceSet set)
    {
        int classes = set.ClassCount;
        double[] calibrated = new double[set.Count * classes];
        for (int i = 0; i < set.Count; i++)
        {
            ReadOnlySpan<double> row = set.Row(i);
            Span<double> target = calibrated.AsSpan(i * classes, classes);
            double sum = 0;
            for (int c = 0; c < classes; c++)
            {
                // Of two classes the second speaks for both, as a binary score does.
                target[c] = _byClass[c]?.At(row[c]) ?? row[c];
                sum += target[c];
            }

            if (classes == 2)
            {
                target[0] = 1 - target[1];
            }
            else if (sum > 0)
            {
                for (int c = 0; c < classes; c++)
                {
                    target[c] /= sum;
                }
            }
        }

        return calibrated;
    }

    private static bool IsBetterCalibrated(double[] scores, double[] outcomes)
    {
        if (scores.Length < 10 * Folds)
        {
            return false;
        }

        double[] fitted = new double[scores.Length];
        for (int fold = 0; fold < Folds; fold++)
        {
            int[] train = [.. Enumerable.Range(0, scores.Length).Where(i => i % Folds != fold)];
            var regression = IsotonicRegression.Fit([.. train.Select(i => scores[i])], [.. train.Select(i => outcomes[i])]);
            for (int i = fold; i < scores.Length; i += Folds)
            {
                fitted[i] = regression.At(scores[i]);
            }
        }

        return Error(fitted, outcomes) < Error(scores, outcomes);
    }

    /// <summary>Expected calibration error in ten bins of equal width.</summary>
    private static double Error(double[] scores, double[] outcomes)
    {
        double[] gaps = new double[10];
        for (int i = 0; i < scores.Length; i++)
        {
            gaps[Math.Clamp((int)(scores[i] * 10), 0, 9)] += scores[i] - outcomes[i];
        }

        return gaps.Sum(Math.Abs) / scores.Length;
    }
}
