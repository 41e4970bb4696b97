using VisionMonitor.Metrics.Drift.Watch;
using VisionMonitor.Metrics.Statistics;

namespace VisionMonitor.Monitoring.DriftDetection.Replay;

/// <summary>
/// A team's own embeddings, drawn again and again: what a declared budget costs and brings on their model instead of ours. A third of the rows, chosen by the
/// seed, is the baseline; the others are healthy traffic, so the order of the file does not matter. There are neither classes, properties nor confidences: their
/// channels stand still.
/// </summary>
public static class EmbeddingsWorld
{
    /// <summary>Fewer rows would be repeated so often that a replay says nothing.</summary>
    public const int MinRows = 600;

    /// <summary>Splits the rows and makes the shifts: two made of numbers, and the caller's.</summary>
    /// <param name="name">For people, as the file's name.</param>
    /// <param name="rows">Images × dimension, row-major, finite.</param>
    /// <param name="dimension">Length of an embedding.</param>
    /// <param name="shifted">Images × dimension to find, with their name; or none.</param>
    /// <param name="seed">Of the split.</param>
    /// <exception cref="ArgumentException">There are fewer than <see cref="MinRows"/> rows, or no shifted row.</exception>
    public static ReplayWorld Create(string name, float[] rows, int dimension, (string Name, float[] Rows)? shifted, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(rows);
        int count = rows.Length / dimension, fitted = count / 3;
        if (count < MinRows)
        {
            throw new ArgumentException($"{count} rows are too few to draw months from; at least {MinRows} are needed.", nameof(rows));
        }

        if (shifted is { Rows.Length: 0 })
        {
            throw new ArgumentException("There is no shifted row.", nameof(shifted));
        }

        int[] order = [.. Enumerable.Range(0, count)];
        SplitMix64.Shuffle(seed, 0, order, fitted);
        float[] baseline = Chosen(order.AsSpan(0, fitted)), healthy = Chosen(order.AsSpan(fitted));
        double[] spread = Spread(baseline, dimension);
        DriftFeatures features = new(dimension, 0);
        ReplayImages reference = Images(baseline);
        List<ReplayShift> shifts =
        [
            new("mean +0.2 SD, every dimension", Images(Moved(healthy, (value, d) => value + (0.2 * spread[d])))),
            new("mean +0.5 SD, every 16th dimension", Images(Moved(healthy, (value, d) => d % 16 == 0 ? value + (0.5 * spread[d]) : value))),
        ];
        if (shifted is { } given)
        {
            shifts.Add(new(given.Name, Images(given.Rows)));
        }

        return new ReplayWorld(
            FormattableString.Invariant($"{name}, {count} × {dimension}, of which {fitted} are the baseline; without classes, properties and confidences"),
            features.Layout,
            DriftReference.From(features.Layout, reference.Rows, reference.Predicted, 1),
            1,
            1,
            Images(healthy),
            shifts);

        float[] Chosen(ReadOnlySpan<int> places)
        {
            float[] chosen = new float[places.Length * dimension];
            for (int i = 0; i < places.Length; i++)
            {
                rows.AsSpan(places[i] * dimension, dimension).CopyTo(chosen.AsSpan(i * dimension));
            }

            return chosen;
        }

        float[] Moved(float[] images, Func<double, int, double> change) => [.. images.Select((value, at) => (float)change(value, at % dimension))];

        ReplayImages Images(float[] images)
        {
            int n = images.Length / dimension;
            float[] sure = new float[n];
            Array.Fill(sure, 1);
            int[] same = new int[n], anyHour = new int[n];
            Array.Fill(anyHour, -1);
            return new ReplayImages(features.Rows(images, [], sure), same, same, anyHour, [.. Enumerable.Range(0, n).Select(i => i % 2)]);
        }
    }

    /// <summary>Standard deviation of every dimension.</summary>
    private static double[] Spread(float[] rows, int dimension)
    {
        int count = rows.Length / dimension;
        return [.. Enumerable.Range(0, dimension).Select(d =>
        {
            double mean = Enumerable.Range(0, count).Average(i => (double)rows[(i * dimension) + d]);
            return Math.Sqrt(Enumerable.Range(0, count).Average(i => Math.Pow(rows[(i * dimension) + d] - mean, 2)));
        })];
    }
}
