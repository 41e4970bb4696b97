namespace VisionMonitor.Metrics.Classification;

/// <summary>Calibration errors. The edges of equal-width bins are i / binCount.</summary>
public static class Calibration
{
    /// <summary>Bins (low, high], with confidence 0 in the first (Guo et al. 2017).</summary>
    public static CalibrationReport RightClosed(ReadOnlySpan<double> confidences, ReadOnlySpan<bool> isCorrect, ReadOnlySpan<double> weights, int binCount)
    {
        double[] edges = Edges(binCount);
        return Of(confidences, isCorrect, weights, binCount, confidence =>
        {
            int place = Array.BinarySearch(edges, confidence);
            return Math.Clamp(place >= 0 ? place - 1 : ~place - 1, 0, binCount - 1);
        });
    }

    /// <summary>The bin (low, high] of a confidence, with edges i / binCount: near an edge the edges themselves decide, not the rounded product.</summary>
    internal static int RightClosedBin(double confidence, int binCount)
    {
        int bin = Math.Clamp((int)Math.Ceiling(confidence * binCount) - 1, 0, binCount - 1);
        bin += bin < binCount - 1 && confidence > (double)(bin + 1) / binCount ? 1 : 0;
        return bin - (bin > 0 && confidence <= (double)bin / binCount ? 1 : 0);
    }

    /// <summary>Bins [low, high), with confidence 1 in the last (numpy; torchmetrics would open a bin of its own for 1).</summary>
    public static CalibrationReport LeftClosed(ReadOnlySpan<double> confidences, ReadOnlySpan<bool> isCorrect, ReadOnlySpan<double> weights, int binCount)
    {
        double[] edges = Edges(binCount);
        return Of(confidences, isCorrect, weights, binCount, confidence =>
        {
            int place = Array.BinarySearch(edges, confidence);
            return Math.Clamp(place >= 0 ? place : ~place - 1, 0, binCount - 1);
        });
    }

    /// <summary>Bins that hold the same weight: bin = ⌊weight ranked before · binCount / total⌋ after a stable ascending sort.</summary>
    public static CalibrationReport EqualMass(ReadOnlySpan<double> confidences, ReadOnlySpan<bool> isCorrect, ReadOnlySpan<double> weights, int binCount)
    {
        Check(confidences, isCorrect, weights, binCount);
        int[] order = new int[confidences.Length];
        double total = 0;
        for (int i = 0; i < order.Length; i++)
        {
            order[i] = i;
            total += weights.IsEmpty ? 1 : weights[i];
        }

        double[] values = confidences.ToArray();
        Array.Sort(order, (a, b) => values[a] != values[b] ? values[a].CompareTo(values[b]) : a.CompareTo(b));
        var sums = new Sums(binCount);
        double before = 0;
        foreach (int i in order)
        {
            double weight = weights.IsEmpty ? 1 : weights[i];
            if (weight > 0)
            {
                sums.Add(Math.Min(binCount - 1, (int)(before * binCount / total)), confidences[i], isCorrect[i], weight);
                before += weight;
            }
        }

        return sums.Report();
    }

    private static CalibrationReport Of(ReadOnlySpan<double> confidences, ReadOnlySpan<bool> isCorrect, ReadOnlySpan<double> weights, int binCount, Func<double, int> bin)
    {
        Check(confidences, isCorrect, weights, binCount);
        var sums = new Sums(binCount);
        for (int i = 0; i < confidences.Length; i++)
        {
            double weight = weights.IsEmpty ? 1 : weights[i];
            if (weight > 0)
            {
                sums.Add(bin(confidences[i]), confidences[i], isCorrect[i], weight);
            }
        }

        return sums.Report();
    }

    private static double[] Edges(int binCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(binCount, 1);
        double[] edges = new double[binCount + 1];
        for (int i = 0; i <= binCount; i++)
        {
            edges[i] = (double)i / binCount;
        }

        return edges;
    }

    private static void Check(ReadOnlySpan<double> confidences, ReadOnlySpan<bool> isCorrect, ReadOnlySpan<double> weights, int binCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(binCount, 1);
        if (confidences.Length != isCorrect.Length || (!weights.IsEmpty && weights.Length != confidences.Length))
        {
            throw new ArgumentException($"{confidences.Length} confidences came with {isCorrect.Length} outcomes and {weights.Length} weights.", nameof(isCorrect));
        }

        foreach (double confidence in confidences)
        {
            if (!(confidence >= 0 && confidence <= 1))
            {
                throw new ArgumentException($"A confidence is {confidence}: it lies between 0 and 1.", nameof(confidences));
            }
        }
    }

    private sealed class Sums(int binCount)
    {
        private readonly double[] _weights = new double[binCount];
        private readonly double[] _correct = new double[binCount];
        private readonly double[] _confidences = new double[binCount];

        public void Add(int bin, double confidence, bool isCorrect, double weight)
        {
            _weights[bin] += weight;
            _correct[bin] += isCorrect ? weight : 0;
            _confidences[bin] += weight * confidence;
        }

        public CalibrationReport Report()
        {
            double total = _weights.Sum(), expected = 0, maximum = 0, squares = 0;
            var bins = new CalibrationBin[binCount];
            for (int b = 0; b < binCount; b++)
            {
                if (_weights[b] > 0)
                {
                    bins[b] = new CalibrationBin(_weights[b], _correct[b] / _weights[b], _confidences[b] / _weights[b]);
                    double gap = Math.Abs(bins[b].Accuracy!.Value - bins[b].Confidence!.Value);
                    expected += _weights[b] * gap;
                    squares += _weights[b] * gap * gap;
                    maximum = Math.Max(maximum, gap);
                }
            }

            return total > 0 ? new CalibrationReport(expected / total, maximum, Math.Sqrt(squares / total), bins) : new CalibrationReport(null, null, null, bins);
        }
    }
}
