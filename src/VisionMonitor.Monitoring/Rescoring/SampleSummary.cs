using VisionMonitor.Metrics.Statistics;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Monitoring.Rescoring;

/// <summary>What a sample says about its images and about the time that scoring took.</summary>
public static class SampleSummary
{
    /// <summary>Mean image properties and the labelled share.</summary>
    /// <param name="images">The sampled images.</param>
    /// <param name="weights">One per image: 1 / inclusion probability.</param>
    public static IReadOnlyList<Measure> OfImages(IReadOnlyList<Image> images, ReadOnlySpan<double> weights) =>
    [
        Mean(MetricNames.Brightness, images, image => image.Brightness, weights),
        Mean(MetricNames.Contrast, images, image => image.Contrast, weights),
        Mean(MetricNames.Sharpness, images, image => image.Sharpness, weights),
        Mean(MetricNames.Saturation, images, image => image.Saturation, weights),
        Mean(MetricNames.LabelledShare, images, image => image.LabelRevision > 0 ? 1 : 0, weights),
    ];

    /// <summary>Mean time of each stage, and the 95th percentile of their sum, over the images that were scored.</summary>
    public static IReadOnlyList<Measure> OfTimes(IReadOnlyList<Rescore> rescores)
    {
        Rescore[] scored = [.. rescores.Where(rescore => rescore.Failure is null)];
        double[] totals = [.. scored.Select(one => one.DecodeMilliseconds + one.PrepareMilliseconds + one.InferMilliseconds + one.ReadMilliseconds)];
        return
        [
            Stage(MetricNames.LatencyDecode, one => one.DecodeMilliseconds),
            Stage(MetricNames.LatencyPrepare, one => one.PrepareMilliseconds),
            Stage(MetricNames.LatencyInfer, one => one.InferMilliseconds),
            Stage(MetricNames.LatencyRead, one => one.ReadMilliseconds),
            Of(MetricNames.LatencyTotal95, totals.Length == 0 ? double.NaN : Quantile.Of(totals, 0.95)),
        ];

        Measure Stage(string metric, Func<Rescore, double> time) => Of(metric, scored.Length == 0 ? double.NaN : scored.Average(time));

        Measure Of(string metric, double value) => Measure.Of(metric, RunMetric.AllClasses, value, scored.Length, "No image was scored.");
    }

    private static Measure Mean(string metric, IReadOnlyList<Image> images, Func<Image, double?> property, ReadOnlySpan<double> weights)
    {
        (double sum, double weight, long count) = (0, 0, 0);
        for (int index = 0; index < images.Count; index++)
        {
            if (property(images[index]) is { } value)
            {
                (sum, weight, count) = (sum + weights[index] * value, weight + weights[index], count + 1);
            }
        }

        return Measure.Of(metric, RunMetric.AllClasses, sum / weight, count, images.Count == 0 ? "The window holds no image." : "No image could be decoded.");
    }
}
