namespace VisionMonitor.Metrics.Classification;

/// <summary>From two lists of labels straight to the confusion matrix: a million images need no evidence of their own where only labels are known.</summary>
internal static class LabelCounts
{
    public static ClassificationReport Report(ReadOnlySpan<int> truth, ReadOnlySpan<int> predicted, int classCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classCount, 1);
        if (truth.Length != predicted.Length)
        {
            throw new ArgumentException($"{truth.Length} labels came with {predicted.Length} predictions.", nameof(predicted));
        }

        double[] confusion = new double[classCount * classCount], support = new double[classCount], taken = new double[classCount];
        int wrong = Count(truth, predicted, classCount, confusion);
        if (wrong >= 0)
        {
            throw new ArgumentException($"Image {wrong} has the label {truth[wrong]} and the prediction {predicted[wrong]}; there are {classCount} classes, counted from 0.", nameof(truth));
        }

        Sums(confusion, classCount, support, taken);
        var perClass = new ClassReport[classCount];
        double right = 0;
        for (int c = 0; c < classCount; c++)
        {
            double hits = confusion[(c * classCount) + c];
            right += hits;
            perClass[c] = new ClassReport(c, hits, support[c], taken[c], null, null, null);
        }

        var none = new CalibrationReport(null, null, null, []);
        return new ClassificationReport
        {
            ImageCount = truth.Length,
            WeightSum = truth.Length,
            Confusion = confusion,
            PerClass = perClass,
            LogLoss = null,
            Brier = null,
            MeanEntropy = null,
            Overconfidence = null,
            CalibrationRightClosed = none,
            CalibrationLeftClosed = none,
            CalibrationEqualMass = none,
            RankWeights = [right],
        };
    }

    /// <summary>Returns the first image with an impossible label, −1 where there is none.</summary>
    private static int Count(ReadOnlySpan<int> truth, ReadOnlySpan<int> predicted, int classCount, double[] confusion)
    {
        for (int i = 0; i < truth.Length; i++)
        {
            if ((uint)truth[i] >= (uint)classCount || (uint)predicted[i] >= (uint)classCount)
            {
                return i;
            }

            confusion[(truth[i] * classCount) + predicted[i]]++;
        }

        return -1;
    }

    /// <summary>Row by row: columns would be read a cache line for each number.</summary>
    private static void Sums(double[] confusion, int classCount, double[] support, double[] taken)
    {
        for (int t = 0; t < classCount; t++)
        {
            ReadOnlySpan<double> row = confusion.AsSpan(t * classCount, classCount);
            double sum = 0;
            for (int p = 0; p < row.Length; p++)
            {
                sum += row[p];
                taken[p] += row[p];
            }

            support[t] = sum;
        }
    }
}
