using VisionMonitor.Monitoring.Evaluation;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision;
using VisionMonitor.Vision.Predictions;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Monitoring.Estimation;

/// <summary>Learns on labelled images what the predictions of a task are worth. Pure.</summary>
public interface IQualityEstimator
{
    /// <summary>The task.</summary>
    VisionTask Task { get; }

    /// <summary>Learns.</summary>
    /// <param name="reference">Labelled images of the time when all was well; at least one.</param>
    /// <param name="setup">The project's classes.</param>
    /// <returns>What was learnt; null when these images teach nothing.</returns>
    ILearntQuality? Learn(IReadOnlyList<LabelledAnswer> reference, TaskSetup setup);
}

/// <summary>What one version's predictions are worth, as a reference taught it: estimates quality on images without labels. Never changes, so many threads may ask.</summary>
public interface ILearntQuality
{
    /// <summary>Labelled images that taught it.</summary>
    int ReferenceCount { get; }

    /// <summary>Estimates.</summary>
    /// <param name="window">What the same version said of the images to judge; at least one.</param>
    IReadOnlyList<EstimatedQuality> Estimate(IReadOnlyList<Prediction> window);

    /// <summary>The same numbers without intervals, cheap enough to be asked for many selections of images; those that are not defined are left out.</summary>
    /// <param name="window">As for <see cref="Estimate"/>.</param>
    IReadOnlyDictionary<string, double> Values(IReadOnlyList<Prediction> window);
}

/// <summary>A prediction and the truth of its image.</summary>
public readonly record struct LabelledAnswer(Truth Truth, Prediction Predicted);

/// <summary>One number that labels would measure, estimated without them.</summary>
/// <param name="Metric">The metric, an id of <see cref="MetricNames"/>.</param>
/// <param name="Value">The estimate.</param>
/// <param name="Low">Lower end of the 95 % interval in which the measured value is expected.</param>
/// <param name="High">Upper end.</param>
/// <param name="Count">Images or predicted objects that it rests on.</param>
/// <param name="Distrust">Why it cannot be relied on, in a sentence; null where nothing speaks against it.</param>
public sealed record EstimatedQuality(string Metric, double Value, double Low, double High, long Count, string? Distrust)
{
    /// <summary>The largest value that a metric can have: a rate of errors has none.</summary>
    internal static double Most(string metric) => MetricNames.Describe(metric).HigherIsBetter == false ? double.MaxValue : 1;
}
