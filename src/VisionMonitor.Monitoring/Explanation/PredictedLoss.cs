using VisionMonitor.Metrics.Statistics;
using VisionMonitor.Monitoring.Evaluation;
using VisionMonitor.Vision.Images;
using VisionMonitor.Vision.Images.Corruptions;
using VisionMonitor.Vision.Predictions;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Monitoring.Explanation;

/// <summary>What a corruption costs one model version, measured on labelled baseline images under that corruption.</summary>
/// <param name="Metric">The task's headline metric, an id of <see cref="Storage.MetricNames"/>.</param>
/// <param name="Clean">The metric on the images as they are.</param>
/// <param name="Corrupted">The metric on the same images under the corruption.</param>
/// <param name="Interval">95 % interval of corrupted minus clean; null where there are too few images.</param>
/// <param name="ImageCount">Labelled images that it rests on.</param>
public sealed record PredictedLoss(string Metric, double? Clean, double? Corrupted, Interval? Interval, int ImageCount)
{
    /// <summary>Corrupted minus clean: below 0 the corruption costs.</summary>
    public double? Change => Corrupted - Clean;

    /// <summary>Measures.</summary>
    /// <param name="evaluation">The project's task.</param>
    /// <param name="setup">The project's classes.</param>
    /// <param name="images">Labelled images.</param>
    /// <param name="score">The version; null where it fails on an image.</param>
    /// <param name="corruption">The corruption.</param>
    /// <param name="strength">Its strength for the images as they are stored.</param>
    /// <param name="replicates">Bootstrap replicates.</param>
    /// <param name="seed">Decides whatever is random.</param>
    /// <param name="cancellationToken">Stops between two images.</param>
    /// <returns>Null where no image could be judged, as with masks under a corruption that moves objects.</returns>
    public static PredictedLoss? Of(
        ITaskEvaluation evaluation,
        TaskSetup setup,
        IReadOnlyList<LabelledTrial> images,
        Func<DecodedImage, Prediction?> score,
        ICorruption corruption,
        double strength,
        int replicates,
        ulong seed,
        CancellationToken cancellationToken)
    {
        List<byte[]> clean = [], corrupted = [];
        for (int index = 0; index < images.Count; index++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using DecodedImage? image = images[index].Open();
            if (image is null || MovedTruth.Of(images[index].Truth, corruption, strength, image.Width, image.Height) is not { } moved)
            {
                continue;
            }

            using DecodedImage spoiled = corruption.Apply(image, strength, SplitMix64.Derive(seed, (ulong)index));
            if ((images[index].Clean ?? score(image)) is { } before && score(spoiled) is { } after && evaluation.ProblemOf(before, setup) is null && evaluation.ProblemOf(after, setup) is null)
            {
                clean.Add(evaluation.Compare(images[index].Truth, before, setup).Content);
                corrupted.Add(evaluation.Compare(moved, after, setup).Content);
            }
        }

        if (clean.Count == 0)
        {
            return null;
        }

        double[] weights = new double[clean.Count];
        Array.Fill(weights, 1);
        MetricDifference headline = VersionComparison.Of([.. Enumerable.Range(0, clean.Count).Select(index => (long)index)], evaluation.Prepare(clean, setup), evaluation.Prepare(corrupted, setup), weights, replicates, seed).Headline;
        return new PredictedLoss(headline.Metric, headline.ValueA, headline.ValueB, headline.Interval, clean.Count);
    }
}

/// <summary>A labelled baseline image on which a loss is measured.</summary>
/// <param name="Open">Decodes it; null where its file is gone or broken. The caller disposes what it gets.</param>
/// <param name="Truth">Its label.</param>
/// <param name="Clean">What the version said of it as it is, where that is known.</param>
public sealed record LabelledTrial(Func<DecodedImage?> Open, Truth Truth, Prediction? Clean = null);
