using VisionMonitor.Metrics.Drift.Watch;

namespace VisionMonitor.Monitoring.DriftDetection.Replay;

/// <summary>
/// Embeddings that behave like a network's: ten clusters, a spectrum that falls off by a power law, heavy tails, a second harmless look, and a model that
/// names the nearest cluster.
/// </summary>
public sealed class SyntheticWorld
{
    private const int Dimension = 128;
    private const int Kinds = 10;
    private readonly ReplayRandom _random;
    private readonly double[] _spread = new double[Dimension];
    private readonly double[][] _centres;
    private readonly double[] _look;

    private SyntheticWorld(ulong seed)
    {
        _random = new ReplayRandom(seed, 0);
        for (int d = 0; d < Dimension; d++)
        {
            _spread[d] = Math.Pow(1 + d, -0.5);
        }

        _centres = [.. Enumerable.Range(0, Kinds + 1).Select(_ => Vector(1.3))];
        _look = Vector(0.3);
    }

    /// <summary>Draws baseline, healthy images and shifts.</summary>
    /// <param name="seed">Another seed is another network.</param>
    public static ReplayWorld Create(ulong seed)
    {
        SyntheticWorld world = new(seed);
        Embedded baseline = world.Draw(3000, kind => kind);
        DriftFeatures features = new(Dimension, 0);
        ReplayImages Images(Embedded drawn) => new(features.Rows(drawn.Vectors, [], drawn.Confidences), drawn.Predicted, drawn.Kinds, [.. drawn.Kinds.Select(_ => -1)], drawn.Variants);

        ReplayImages fitted = Images(baseline);
        return new ReplayWorld(
            "synthetic embeddings, 128 dimensions, 10 classes",
            features.Layout,
            DriftReference.From(features.Layout, fitted.Rows, fitted.Predicted, Kinds),
            Kinds,
            Kinds,
            Images(world.Draw(6000, kind => kind)),
            [
                new("mean +0.2 SD, every dimension", Images(world.Draw(2000, kind => kind, (x, d) => x + (0.2 * world._spread[d])))),
                new("mean +0.5 SD, 8 dimensions", Images(world.Draw(2000, kind => kind, (x, d) => x + (d % 16 == 0 ? 0.5 * world._spread[d] : 0)))),
                new("spread × 1.3, 16 dimensions", Images(world.Draw(2000, kind => kind, (x, d) => d % 8 == 0 ? x * 1.3 : x))),
                new("all dimensions × 0.85", Images(world.Draw(2000, kind => kind, (x, _) => x * 0.85))),
                new("one class × 3", MoreOfKind: 3, Factor: 3),
                new("new class, 5 %", Images(world.Draw(1000, _ => Kinds)), 0.05),
                new("new class, 10 %", Images(world.Draw(1000, _ => Kinds)), 0.10),
            ]);
    }

    private Embedded Draw(int count, Func<int, int> kindOf, Func<double, int, double>? change = null)
    {
        Embedded drawn = new(new float[count * Dimension], new float[count], new int[count], new int[count], new int[count]);
        for (int i = 0; i < count; i++)
        {
            // An unknown kind stands in every known kind's place, so that a share of all images is of it.
            int place = i % Kinds, kind = kindOf(place);
            (drawn.Kinds[i], drawn.Variants[i]) = (place, (i / Kinds) % 2);
            double heavy = 1 / Math.Sqrt((_random.Chi(6) / 6) + 1e-3);
            for (int d = 0; d < Dimension; d++)
            {
                double x = _centres[kind][d] + (drawn.Variants[i] * _look[d]) + (heavy * _spread[d] * _random.Normal());
                drawn.Vectors[(i * Dimension) + d] = (float)(change?.Invoke(x, d) ?? x);
            }

            (drawn.Predicted[i], drawn.Confidences[i]) = Predict(drawn.Vectors.AsSpan(i * Dimension, Dimension));
        }

        return drawn;
    }

    /// <summary>Nearest centre in units of the spread, sharpened as networks are: softmax of half the negative squared distance.</summary>
    private (int Class, float Confidence) Predict(ReadOnlySpan<float> vector)
    {
        double[] logits = new double[Kinds];
        for (int kind = 0; kind < Kinds; kind++)
        {
            for (int d = 0; d < Dimension; d++)
            {
                double gap = (vector[d] - _centres[kind][d]) / _spread[d];
                logits[kind] -= gap * gap / 16;
            }
        }

        int best = Array.IndexOf(logits, logits.Max());
        return (best, (float)(1 / logits.Sum(logit => Math.Exp(logit - logits[best]))));
    }

    private double[] Vector(double length) => [.. _spread.Select(spread => length * spread * _random.Normal() * 0.6)];

    private sealed record Embedded(float[] Vectors, float[] Confidences, int[] Predicted, int[] Kinds, int[] Variants);
}
