namespace VisionMonitor.Metrics.Drift;

/// <summary>Class probabilities of some images, and their labels where known.</summary>
public sealed class ConfidenceSet
{
    private readonly double[] _probabilities;

    /// <summary>Probabilities, checked.</summary>
    /// <param name="probabilities">Images × classes, row-major, 0 to 1; at least one image, at least 2 classes.</param>
    /// <param name="classCount">Classes.</param>
    /// <param name="labels">Class index of each image; null where unknown.</param>
    public ConfidenceSet(double[] probabilities, int classCount, int[]? labels)
    {
        ArgumentNullException.ThrowIfNull(probabilities);
        ArgumentOutOfRangeException.ThrowIfLessThan(classCount, 2);
        if (probabilities.Length == 0 || probabilities.Length % classCount != 0 || (labels is not null && labels.Length != probabilities.Length / classCount))
        {
            throw new ArgumentException($"{probabilities.Length} probabilities of {classCount} classes and {labels?.Length} labels do not fit together.", nameof(probabilities));
        }

        (_probabilities, ClassCount, Labels, Count) = (probabilities, classCount, labels, probabilities.Length / classCount);
        (Predicted, Confidence, NegativeEntropy) = (new int[Count], new double[Count], new double[Count]);
        for (int i = 0; i < Count; i++)
        {
            ReadOnlySpan<double> row = Row(i);
            for (int c = 0; c < classCount; c++)
            {
                if (!(row[c] >= 0 && row[c] <= 1))
                {
                    throw new ArgumentException($"Image {i}, class {c}: {row[c]} is no probability.", nameof(probabilities));
                }

                Predicted[i] = row[c] > row[Predicted[i]] ? c : Predicted[i];
                NegativeEntropy[i] += row[c] > 0 ? row[c] * Math.Log(row[c]) : 0;
            }

            Confidence[i] = row[Predicted[i]];
            if (labels is not null && (labels[i] < 0 || labels[i] >= classCount))
            {
                throw new ArgumentException($"Image {i}: label {labels[i]} is none of {classCount} classes, counted from 0.", nameof(labels));
            }
        }
    }

    /// <summary>Images.</summary>
    public int Count { get; }

    /// <summary>Classes.</summary>
    public int ClassCount { get; }

    /// <summary>Labels; null where unknown.</summary>
    public int[]? Labels { get; }

    /// <summary>The most probable class; the first of equals.</summary>
    internal int[] Predicted { get; }

    /// <summary>Its probability.</summary>
    internal double[] Confidence { get; }

    /// <summary>Σ p·ln p.</summary>
    internal double[] NegativeEntropy { get; }

    /// <summary>Share of images whose most probable class is their label; null without labels.</summary>
    public double? Accuracy => Labels is null ? null : Enumerable.Range(0, Count).Count(i => Predicted[i] == Labels[i]) / (double)Count;

    internal ReadOnlySpan<double> Row(int image) => _probabilities.AsSpan(image * ClassCount, ClassCount);

    internal double[] Column(int @class) => [.. Enumerable.Range(0, Count).Select(i => _probabilities[(i * ClassCount) + @class])];

    internal long[] Histogram()
    {
        long[] counts = new long[ClassCount];
        foreach (int predicted in Predicted)
        {
            counts[predicted]++;
        }

        return counts;
    }
}
