using VisionMonitor.Monitoring.Evaluation;
using VisionMonitor.Vision;
using VisionMonitor.Vision.Predictions;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Monitoring.Estimation;

/// <summary>Estimates a task's quality on images without labels from what predictions were worth on labelled ones. Pure.</summary>
public interface IQualityEstimator
{
    /// <summary>The task.</summary>
    VisionTask Task { get; }

    /// <summary>Estimates.</summary>
    /// <param name="reference">Labelled images of the time when all was well; at least one.</param>
    /// <param name="window">What the same version said of the images to judge; at least one.</param>
    /// <param name="setup">The project's classes.</param>
    IReadOnlyList<EstimatedQuality> Estimate(IReadOnlyList<LabelledAnswer> reference, IReadOnlyList<Prediction> window, TaskSetup setup);
}

/// <summary>A prediction and the truth of its image.</summary>
public readonly record struct LabelledAnswer(Truth Truth, Prediction Predicted);

/// <summary>One number that labels would measure, estimated without them.</summary>
/// <param name="Metric">The metric, an id of <see cref="Storage.MetricNames"/>.</param>
/// <param name="Value">The estimate.</param>
/// <param name="Low">Lower end of the 95 % interval in which the measured value is expected.</param>
/// <param name="High">Upper end.</param>
/// <param name="Count">Images or predicted objects that it rests on.</param>
/// <param name="Distrust">Why it cannot be relied on, in a sentence; null where nothing speaks against it.</param>
public sealed record EstimatedQuality(string Metric, double Value, double Low, double High, long Count, string? Distrust);
