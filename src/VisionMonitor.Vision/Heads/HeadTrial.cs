using VisionMonitor.Metrics.Statistics;

namespace VisionMonitor.Vision.Heads;

/// <summary>How a head does on images that it was not fitted to.</summary>
/// <param name="Probabilities">Images × classes: what the head of the other folds says of each image.</param>
/// <param name="Accuracy">Share of images whose most probable class is right, 0 to 1.</param>
/// <param name="AccuracyInterval">Wilson's 95 % interval of it.</param>
/// <param name="BalancedAccuracy">Mean of the classes' own shares, 0 to 1.</param>
/// <param name="LogLoss">Mean of −ln of the right class's probability.</param>
public sealed record HeadTrial(float[] Probabilities, double Accuracy, Interval AccuracyInterval, double BalancedAccuracy, double LogLoss)
{
    /// <summary>Cross-validates: every class is dealt out over the folds, and each fold is answered by a head of the others.</summary>
    /// <param name="vectors">Labelled images.</param>
    /// <param name="foldCount">Number of folds, 2 or more.</param>
    /// <param name="seed">Deals out the images; the same seed gives the same folds.</param>
    /// <param name="fit">Fits a head.</param>
    public static HeadTrial Run(LabelledVectors vectors, int foldCount, int seed, Func<LabelledVectors, IHead> fit)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        ArgumentNullException.ThrowIfNull(fit);
        ArgumentOutOfRangeException.ThrowIfLessThan(foldCount, 2);
        int[] folds = Folds(vectors, foldCount, seed);
        float[] probabilities = new float[vectors.Count * vectors.ClassCount];
        for (int fold = 0; fold < foldCount; fold++)
        {
            int[] others = [.. Enumerable.Range(0, vectors.Count).Where(image => folds[image] != fold)];
            IHead head = fit(vectors.Take(others));
            for (int image = 0; image < vectors.Count; image++)
            {
                if (folds[image] == fold)
                {
                    head.Predict(vectors[image], probabilities.AsSpan(image * vectors.ClassCount, vectors.ClassCount));
                }
            }
        }

        return Of(vectors, probabilities);
    }

    /// <summary>The same answers at another temperature.</summary>
    public HeadTrial AtTemperature(LabelledVectors vectors, double temperature)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        float[] changed = new float[Probabilities.Length];
        for (int from = 0; from < changed.Length; from += vectors.ClassCount)
        {
            Span<float> row = changed.AsSpan(from, vectors.ClassCount);
            double sum = 0;
            for (int index = 0; index < row.Length; index++)
            {
                sum += row[index] = (float)Math.Pow(Probabilities[from + index], 1 / temperature);
            }

            for (int index = 0; index < row.Length; index++)
            {
                row[index] = (float)(row[index] / sum);
            }
        }

        return Of(vectors, changed);
    }

    /// <summary>The temperature between 1/20 and 20 at which the answers' log loss is smallest (Guo et al. 2017), by golden section.</summary>
    public double BestTemperature(LabelledVectors vectors)
    {
        const double golden = 0.6180339887498949;
        (double low, double high) = (Math.Log(0.05), Math.Log(20));
        for (int step = 0; step < 40; step++)
        {
            (double first, double second) = (high - golden * (high - low), low + golden * (high - low));
            (low, high) = AtTemperature(vectors, Math.Exp(first)).LogLoss <= AtTemperature(vectors, Math.Exp(second)).LogLoss ? (low, second) : (first, high);
        }

        return Math.Exp((low + high) / 2);
    }

    private static HeadTrial Of(LabelledVectors vectors, float[] probabilities)
    {
        int[] right = new int[vectors.ClassCount];
        double loss = 0;
        for (int image = 0; image < vectors.Count; image++)
        {
            ReadOnlySpan<float> row = probabilities.AsSpan(image * vectors.ClassCount, vectors.ClassCount);
            int top = 0;
            for (int index = 1; index < row.Length; index++)
            {
                top = row[index] > row[top] ? index : top;
            }

            right[vectors.Classes[image]] += top == vectors.Classes[image] ? 1 : 0;
            loss -= Math.Log(Math.Max(row[vectors.Classes[image]], 1e-7)) / vectors.Count;
        }

        int[] counts = vectors.Counts();
        double balanced = Enumerable.Range(0, vectors.ClassCount).Where(index => counts[index] > 0).Average(index => (double)right[index] / counts[index]);
        return new(probabilities, (double)right.Sum() / vectors.Count, Proportion.Wilson(right.Sum(), vectors.Count)!.Value, balanced, loss);
    }

    private static int[] Folds(LabelledVectors vectors, int foldCount, int seed)
    {
        int[] folds = new int[vectors.Count];
        int next = 0;
        int[] shuffled = [.. Enumerable.Range(0, vectors.Count)];
        new Random(seed).Shuffle(shuffled);
        foreach (int image in shuffled.OrderBy(image => vectors.Classes[image]))
        {
            folds[image] = next++ % foldCount;
        }

        return folds;
    }
}
