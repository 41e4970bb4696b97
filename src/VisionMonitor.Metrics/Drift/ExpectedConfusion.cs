namespace VisionMonitor.Metrics.Drift;

/// <summary>The confusion matrix to expect from calibrated probabilities, and the measures that follow from it; of two classes those of the second, of more the unweighted mean over classes.</summary>
/// <param name="Shares">[true class × predicted class], shares of all images.</param>
/// <param name="ClassCount">Classes.</param>
/// <param name="RocAuc">Expected area under the ROC curve, each class against the rest; null where a class is never or always expected.</param>
public sealed record ExpectedConfusion(double[] Shares, int ClassCount, double? RocAuc)
{
    /// <summary>Expected accuracy.</summary>
    public double Accuracy => Enumerable.Range(0, ClassCount).Sum(Diagonal);

    /// <summary>Expected precision; a class that is never predicted counts 0.</summary>
    public double Precision => Mean(c => Ratio(Diagonal(c), Predicted(c)));

    /// <summary>Expected recall.</summary>
    public double Recall => Mean(c => Ratio(Diagonal(c), True(c)));

    /// <summary>Expected specificity.</summary>
    public double Specificity => Mean(c => Ratio(1 - True(c) - Predicted(c) + Diagonal(c), 1 - True(c)));

    /// <summary>Expected F1.</summary>
    public double F1 => Mean(c => Ratio(2 * Diagonal(c), True(c) + Predicted(c)));

    internal static ExpectedConfusion Of(ConfidenceSet window, double[] calibrated)
    {
        int classes = window.ClassCount;
        double[] shares = new double[classes * classes];
        for (int i = 0; i < window.Count; i++)
        {
            for (int c = 0; c < classes; c++)
            {
                shares[(c * classes) + window.Predicted[i]] += calibrated[(i * classes) + c] / window.Count;
            }
        }

        double[] Calibrated(int c) => [.. Enumerable.Range(0, window.Count).Select(i => calibrated[(i * classes) + c])];

        // NannyML ranks by the calibrated score of two classes, and by the raw probability of more.
        double?[] areas = [.. (classes == 2 ? [1] : Enumerable.Range(0, classes)).Select(c => Area(classes == 2 ? Calibrated(c) : window.Column(c), Calibrated(c)))];
        return new ExpectedConfusion(shares, classes, areas.Contains(null) ? null : areas.Average());
    }

    /// <summary>The chance that an expected positive outranks an expected negative, ties by half.</summary>
    private static double? Area(double[] scores, double[] probabilities)
    {
        double[] ranked = (double[])scores.Clone();
        Array.Sort(ranked, probabilities);
        double positives = probabilities.Sum(), negatives = ranked.Length - positives, below = 0, area = 0;
        for (int i = 0; i < ranked.Length;)
        {
            double up = 0, down = 0;
            for (double score = ranked[i]; i < ranked.Length && ranked[i] == score; i++)
            {
                (up, down) = (up + probabilities[i], down + 1 - probabilities[i]);
            }

            area += up * (below + (down / 2));
            below += down;
        }

        return positives > 0 && negatives > 0 ? area / (positives * negatives) : null;
    }

    private double Diagonal(int c) => Shares[(c * ClassCount) + c];

    private double True(int c) => Enumerable.Range(0, ClassCount).Sum(p => Shares[(c * ClassCount) + p]);

    private double Predicted(int c) => Enumerable.Range(0, ClassCount).Sum(t => Shares[(t * ClassCount) + c]);

    private double Mean(Func<int, double> ofClass) => ClassCount == 2 ? ofClass(1) : Enumerable.Range(0, ClassCount).Average(ofClass);

    private static double Ratio(double part, double whole) => whole > 0 ? part / whole : 0;
}
