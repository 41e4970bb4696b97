using VisionMonitor.Metrics.Statistics;
using VisionMonitor.Vision.Heads;

namespace VisionMonitor.Monitoring.Explanation;

/// <summary>
/// How often each class occurs among images without labels, told by a calibrated head that is learnt on the embeddings of labelled images which were spoiled as the window's are:
/// a model that names wrong classes under a change mostly tells them apart all the same. The shares are those of the greatest likelihood (EM, Saerens, Latinne and
/// Decaestecker 2002), with the labelled images' own shares for a prior that weighs as <see cref="PriorImages"/> images do.
/// </summary>
internal sealed class WindowMix
{
    /// <summary>Images of the window that the prior outweighs.</summary>
    private const double PriorImages = 10;

    // A head of more classes or more numbers takes minutes to learn; of fewer images it tells nothing.
    private const int MostClasses = 200;
    private const int LeastImages = 50;
    private const long MostNumbers = 40_000_000;
    private const int FoldCount = 4;
    private const int Rounds = 200;
    private const int RoundsAnew = 10;
    private const double Penalty = 1e-2;
    private const int Unknown = -1;

    private readonly int[] _classes;
    private readonly double[] _usual;
    private readonly double[] _shares;
    private readonly float[] _probabilities;
    private readonly int _windowCount;

    private WindowMix(int[] classes, double[] usual, float[] probabilities, int windowCount)
    {
        (_classes, _usual, _probabilities, _windowCount) = (classes, usual, probabilities, windowCount);
        _shares = Shares(usual, [.. Enumerable.Range(0, windowCount)], Rounds);
    }

    /// <summary>Learns the head and reads the window.</summary>
    /// <param name="images">Labelled images under the corruptions: embedding, null where there is none, and class, below 0 where there is no single one. Of either nothing is learnt.</param>
    /// <param name="classCount">Number of classes.</param>
    /// <param name="window">Embeddings of the window's images, of the same model; null where there is none.</param>
    /// <param name="seed">Deals the labelled images out to the folds.</param>
    /// <returns>Null where there is too little to learn from, or too much to learn in time.</returns>
    public static WindowMix? Of(IReadOnlyList<(float[]? Embedding, int Class)> images, int classCount, IReadOnlyList<float[]?> window, ulong seed)
    {
        // Most embeddings have the right length; what has another was made in another way.
        int dimension = images.Select(one => one.Embedding?.Length ?? 0).Where(length => length > 0).GroupBy(length => length).MaxBy(same => same.Count())?.Key ?? 0;
        int[] classes = [.. images.Select(one => one.Embedding?.Length == dimension ? one.Class : Unknown)];
        int[] learnt = [.. Enumerable.Range(0, classes.Length).Where(image => classes[image] >= 0)];
        float[][] seen = [.. window.OfType<float[]>().Where(one => one.Length == dimension)];
        if (learnt.Length < LeastImages || seen.Length == 0 || dimension == 0 || classCount is < 2 or > MostClasses || (long)learnt.Length * dimension * classCount > MostNumbers)
        {
            return null;
        }

        LabelledVectors known = new(dimension, [.. learnt.SelectMany(image => images[image].Embedding!)], [.. learnt.Select(image => classes[image])], classCount);
        HeadTrial trial = HeadTrial.Run(known, FoldCount, (int)(seed & int.MaxValue), part => MultinomialLogistic.Fit(part, Penalty, isBalanced: false));
        IHead head = MultinomialLogistic.Fit(known, Penalty, isBalanced: false).AtTemperature(trial.BestTemperature(known));
        float[] probabilities = new float[seen.Length * classCount];
        for (int image = 0; image < seen.Length; image++)
        {
            head.Predict(seen[image], probabilities.AsSpan(image * classCount, classCount));
        }

        return new WindowMix(classes, [.. known.Counts().Select(count => (double)count / known.Count)], probabilities, seen.Length);
    }

    /// <summary>A weight for each labelled image, under which the classes occur as in the window; 1 for one of which nothing was learnt. Their mean is 1.</summary>
    public double[] Weights() => Weights(_shares);

    /// <summary>The same for as many images drawn from the window with replacement.</summary>
    /// <param name="seed">Decides which.</param>
    public double[] WeightsDrawn(ulong seed) => Weights(Shares(_shares, [.. Enumerable.Range(0, _windowCount).Select(draw => SplitMix64.Index(seed, (ulong)draw, _windowCount))], RoundsAnew));

    private double[] Weights(double[] shares) => Array.ConvertAll(_classes, index => index < 0 ? 1 : shares[index] / _usual[index]);

    private double[] Shares(double[] start, int[] images, int rounds)
    {
        int classes = _usual.Length;
        double[] shares = [.. start];
        for (int round = 0; round < rounds; round++)
        {
            double[] ratios = [.. shares.Zip(_usual, (share, usual) => usual > 0 ? share / usual : 0)], sums = Array.ConvertAll(_usual, usual => usual * PriorImages);
            foreach (int image in images)
            {
                ReadOnlySpan<float> row = _probabilities.AsSpan(image * classes, classes);
                double total = 0;
                for (int index = 0; index < classes; index++)
                {
                    total += row[index] * ratios[index];
                }

                for (int index = 0; index < classes && total > 0; index++)
                {
                    sums[index] += row[index] * ratios[index] / total;
                }
            }

            double all = sums.Sum();
            shares = Array.ConvertAll(sums, sum => sum / all);
        }

        return shares;
    }
}
