using VisionMonitor.Metrics.Statistics;

namespace VisionMonitor.Monitoring.Labelling;

/// <summary>
/// Chooses the images whose labels are worth most, with odds that are known: a share at random, the rest by value. Each label then counts 1 / odds, and
/// the metric is the one that labels of all images would give (Horvitz and Thompson).
/// </summary>
public static class LabelQueue
{
    /// <summary>Chooses.</summary>
    /// <param name="candidates">Images without labels, one of each group of near-duplicates.</param>
    /// <param name="count">How many are wanted.</param>
    /// <param name="randomShare">The share that is drawn at random whatever its value, above 0 and at most 1.</param>
    /// <param name="seed">The same seed chooses the same.</param>
    /// <returns>The chosen, the most valuable first; all where there are no more.</returns>
    public static IReadOnlyList<QueuedImage> Choose(IReadOnlyList<LabelCandidate> candidates, int count, double randomShare, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (!(randomShare is > 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(randomShare), randomShare, "Without a random share some images could never be chosen, and the metric would be bent.");
        }

        double[] odds = Odds([.. candidates.Select(candidate => candidate.Value)], Math.Min(count, candidates.Count), randomShare);

        // Systematic sampling in a random order: exactly as many as wanted, each with its own odds.
        int[] order = [.. Enumerable.Range(0, candidates.Count)];
        SplitMix64.Shuffle(seed, 0, order, order.Length);
        double next = SplitMix64.Uniform(seed, (ulong)order.Length + 1), sum = 0;
        List<QueuedImage> chosen = [];
        foreach (int index in order)
        {
            sum += odds[index];
            if (sum > next)
            {
                next++;
                LabelCandidate candidate = candidates[index];
                chosen.Add(new QueuedImage(candidate.ImageId, odds[index] / candidate.StandsFor, candidate.Value, candidate.Minutes));
            }
        }

        return [.. chosen.OrderByDescending(one => one.Value).ThenBy(one => one.ImageId)];
    }

    /// <summary>The odds of each image: they add to the count, and none is 0 or above 1.</summary>
    internal static double[] Odds(double[] values, int count, double randomShare)
    {
        double[] odds = new double[values.Length];
        bool[] isSure = new bool[values.Length];
        while (true)
        {
            int free = isSure.Count(sure => !sure), wanted = count - (values.Length - free);
            double total = values.Where((_, index) => !isSure[index]).Sum();
            bool hasGrown = false;
            for (int index = 0; index < values.Length; index++)
            {
                double byValue = total > 0 ? values[index] / total : 1.0 / Math.Max(1, free);
                odds[index] = isSure[index] ? 1 : wanted * ((randomShare / free) + ((1 - randomShare) * byValue));
                if (!isSure[index] && odds[index] >= 1)
                {
                    (isSure[index], hasGrown) = (true, true);
                }
            }

            if (!hasGrown)
            {
                return odds;
            }
        }
    }
}

/// <summary>An image that could be labelled.</summary>
/// <param name="ImageId">The image.</param>
/// <param name="Value">How much its label is expected to shrink the interval of the worst class, in points per minute of labelling; at least 0.</param>
/// <param name="Minutes">How long labelling it is expected to take.</param>
/// <param name="StandsFor">How many images it stands for: itself and its near-duplicates.</param>
public sealed record LabelCandidate(long ImageId, double Value, double Minutes, int StandsFor = 1);

/// <summary>An image that was chosen.</summary>
/// <param name="ImageId">The image.</param>
/// <param name="InclusionProbability">Its odds over the images that it stands for: its label counts one over this.</param>
/// <param name="Value">As in <see cref="LabelCandidate"/>.</param>
/// <param name="Minutes">As in <see cref="LabelCandidate"/>.</param>
public sealed record QueuedImage(long ImageId, double InclusionProbability, double Value, double Minutes);
