using VisionMonitor.Metrics.Statistics;
using VisionMonitor.Monitoring.Evaluation;
using VisionMonitor.Vision.Images;
using VisionMonitor.Vision.Images.Corruptions;
using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Predictions;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Monitoring.Explanation;

/// <summary>
/// What a change costs one model version, measured on labelled baseline images under the corruptions that reproduce it. The images are weighed so that the
/// version is on average as sure of them, under the corruptions, as it is of the window: where these are not quite what happened, or the window's images
/// are easier or harder than the baseline's, that shows in how sure it is, and corruption has been put to the baseline's confidences too. Where images have a class and the version an
/// embedding, the classes are first weighed as the window's embeddings show them (<see cref="WindowMix"/>); images without either are left as they are.
/// </summary>
/// <param name="Metric">The task's headline metric, an id of <see cref="Storage.MetricNames"/>.</param>
/// <param name="Clean">The metric on the images as they are, with those weights.</param>
/// <param name="Corrupted">The metric on the same images under the corruptions, with those weights.</param>
/// <param name="Interval">
/// The 95 % interval in which labels would measure corrupted minus clean on the window: images of the baseline and confidences of the window are drawn anew, the window's images are
/// a draw themselves, and what the corruptions do not reproduce costs something, too; null where there are too few images.
/// </param>
/// <param name="ImageCount">Labelled images that it rests on.</param>
public sealed record PredictedLoss(string Metric, double? Clean, double? Corrupted, Interval? Interval, int ImageCount)
{
    /// <summary>
    /// What was not reproduced moves a loss by this share of itself (a standard deviation): so far predicted losses missed beyond chance on development scenes of the toy world
    /// (docs/drift-explained.md). Another camera on other images is not such a scene; it is an order of magnitude, and better than none.
    /// </summary>
    public const double UnreproducedShare = 0.12;

    /// <summary>Corrupted minus clean: below 0 the change costs.</summary>
    public double? Change => Corrupted - Clean;

    /// <summary>Measures.</summary>
    /// <param name="evaluation">The project's task.</param>
    /// <param name="setup">The project's classes.</param>
    /// <param name="images">Labelled images.</param>
    /// <param name="score">The version; null where it fails on an image.</param>
    /// <param name="steps">The corruptions in turn, at least one: <see cref="Reproduction.Steps"/>.</param>
    /// <param name="window">What the version said of the window's images; with none of them all baseline images count alike.</param>
    /// <param name="replicates">Bootstrap replicates.</param>
    /// <param name="seed">Decides whatever is random.</param>
    /// <param name="cancellationToken">Stops between two images.</param>
    /// <returns>Null where no image could be judged, as with masks under a corruption that moves objects.</returns>
    public static PredictedLoss? Of(
        ITaskEvaluation evaluation,
        TaskSetup setup,
        IReadOnlyList<LabelledTrial> images,
        Func<DecodedImage, SeenAnswer?> score,
        IReadOnlyList<CorruptionStep> steps,
        IReadOnlyList<SeenAnswer> window,
        int replicates,
        ulong seed,
        CancellationToken cancellationToken)
    {
        List<byte[]> clean = [], corrupted = [];
        List<double> sureness = [];
        List<(float[]? Embedding, int Class)> seen = [];
        for (int index = 0; index < images.Count; index++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using DecodedImage? image = images[index].Open();
            if (image is null || MovedTruth.Of(images[index].Truth, steps, image.Width, image.Height) is not { } moved)
            {
                continue;
            }

            using DecodedImage spoiled = CorruptionStep.Apply(image, steps, SplitMix64.Derive(seed, (ulong)index));
            if (score(image)?.Prediction is { } before && score(spoiled) is { } after && evaluation.ProblemOf(before, setup) is null && evaluation.ProblemOf(after.Prediction, setup) is null)
            {
                clean.Add(evaluation.Compare(images[index].Truth, before, setup).Content);
                corrupted.Add(evaluation.Compare(moved, after.Prediction, setup).Content);
                sureness.Add(Sureness(after.Prediction));
                seen.Add((after.Embedding, moved is ClassificationTruth one ? one.ClassIndex : -1));
            }
        }

        if (clean.Count == 0)
        {
            return null;
        }

        WindowMix? mix = WindowMix.Of(seen, setup.ClassCount, [.. window.Select(one => one.Embedding)], seed);
        Pair pair = new(evaluation.Prepare(clean, setup), evaluation.Prepare(corrupted, setup), [.. sureness], [.. window.Where(one => evaluation.ProblemOf(one.Prediction, setup) is null).Select(one => Sureness(one.Prediction))], mix);
        double[] even = new double[clean.Count];
        Array.Fill(even, 1);
        (double before, double after) whole = pair.Of(even, pair.MixWeights, pair.WindowSureness, isReplicate: false);
        ulong replicate = 0;
        Interval? drawnAnew = Bootstrap.Percentile(even, replicates, seed, 1, (drawn, difference) =>
        {
            ulong windowSeed = SplitMix64.Derive(seed, replicate++);
            (double cleanDrawn, double corruptedDrawn) = pair.Of(drawn, pair.Mix?.WeightsDrawn(windowSeed), pair.WindowDrawn(windowSeed), isReplicate: true);
            difference[0] = corruptedDrawn - cleanDrawn;
        })[0];
        double change = whole.after - whole.before;
        Interval? interval = drawnAnew is { } drawnInterval && double.IsFinite(change) ? Widened(drawnInterval, change, pair.WindowDeviation(even, change, SplitMix64.Derive(seed, ulong.MaxValue))) : drawnAnew;
        return new PredictedLoss(evaluation.HeadlineMetric, Finite(whole.before), Finite(whole.after), interval, clean.Count);

        // An image of which it says nothing is one that it is not sure of.
        double Sureness(Prediction predicted) => evaluation.Describe(predicted, setup).Confidence ?? 0;
    }

    /// <summary>Each end moves out by the window's own draw and by the share that is not reproduced.</summary>
    private static Interval Widened(Interval drawnAnew, double change, double windowDeviation)
    {
        double more = NormalDistribution.TwoSided95 * Math.Sqrt((windowDeviation * windowDeviation) + (UnreproducedShare * change * UnreproducedShare * change));
        return new Interval(change - Math.Sqrt(Square(Math.Max(0, change - drawnAnew.Low)) + Square(more)), change + Math.Sqrt(Square(Math.Max(0, drawnAnew.High - change)) + Square(more)));

        static double Square(double value) => value * value;
    }

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;

    /// <summary>Both sides' evidence of the same images, and how sure the version is of them under the corruptions and of the window.</summary>
    private sealed record Pair(IEvidenceSet Clean, IEvidenceSet Corrupted, double[] Sureness, double[] Window, WindowMix? Mix)
    {
        private const int WindowDraws = 100;

        private readonly double[] _values = new double[Clean.Statistics.Count];

        /// <summary>A weight for each image that puts the classes right; null where nothing tells them.</summary>
        public double[]? MixWeights { get; } = Mix?.Weights();

        /// <summary>The mean over the window; NaN where it has no image.</summary>
        public double WindowSureness => Window.Length > 0 ? Window.Average() : double.NaN;

        /// <summary>The mean over as many images drawn from the window with replacement.</summary>
        public double WindowDrawn(ulong seed) => Window.Length > 0 ? Enumerable.Range(0, Window.Length).Average(draw => Window[SplitMix64.Index(seed, (ulong)draw, Window.Length)]) : double.NaN;

        /// <summary>How far the change on as many images as the window has lies from the whole change, by chance alone; 0 where there is no window.</summary>
        public double WindowDeviation(ReadOnlySpan<double> weights, double change, ulong seed)
        {
            double[] tilted = Tilted(weights, MixWeights, WindowSureness);
            List<double> squares = [];
            for (int draw = 0; draw < WindowDraws && Window.Length > 0; draw++)
            {
                double[] drawn = new double[tilted.Length];
                for (int image = 0; image < Window.Length; image++)
                {
                    int index = SplitMix64.Index(SplitMix64.Derive(seed, (ulong)draw), (ulong)image, drawn.Length);
                    drawn[index] += tilted[index];
                }

                double away = Headline(Corrupted, drawn, isReplicate: true) - Headline(Clean, drawn, isReplicate: true) - change;
                if (double.IsFinite(away))
                {
                    squares.Add(away * away);
                }
            }

            return squares.Count == 0 ? 0 : Math.Sqrt(squares.Average());
        }

        private double[] Tilted(ReadOnlySpan<double> weights, double[]? mix, double target)
        {
            double[] mixed = weights.ToArray();
            for (int image = 0; image < mixed.Length && mix is not null; image++)
            {
                mixed[image] *= mix[image];
            }

            return double.IsNaN(target) ? mixed : ExponentialTilt.Weights(Sureness, mixed, target);
        }

        public (double Clean, double Corrupted) Of(ReadOnlySpan<double> weights, double[]? mix, double target, bool isReplicate)
        {
            double[] tilted = Tilted(weights, mix, target);
            return (Headline(Clean, tilted, isReplicate), Headline(Corrupted, tilted, isReplicate));
        }

        private double Headline(IEvidenceSet set, double[] weights, bool isReplicate)
        {
            if (isReplicate)
            {
                set.Resample(weights, _values);
            }
            else
            {
                set.Summarize(weights, _values);
            }

            return _values[0];
        }
    }
}

/// <summary>A labelled baseline image on which a loss is measured.</summary>
/// <param name="Open">Decodes it; null where its file is gone or broken. The caller disposes what it gets.</param>
/// <param name="Truth">Its label.</param>
public sealed record LabelledTrial(Func<DecodedImage?> Open, Truth Truth);

/// <summary>What a version said of an image.</summary>
/// <param name="Prediction">Its answer.</param>
/// <param name="Embedding">How it sees the image, finite; null where it has no such output.</param>
public sealed record SeenAnswer(Prediction Prediction, float[]? Embedding)
{
    /// <summary>From a fresh answer.</summary>
    public static SeenAnswer Of(ScoredImage scored)
    {
        ArgumentNullException.ThrowIfNull(scored);
        return new SeenAnswer(scored.Prediction, scored.Embedding is { } embedding && Array.TrueForAll(embedding, float.IsFinite) ? embedding : null);
    }
}
