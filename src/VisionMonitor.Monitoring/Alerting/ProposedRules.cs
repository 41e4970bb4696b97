using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Monitoring.Alerting;

/// <summary>Rules that a new project may start with, from what its own history shows. A person looks at them before they are saved.</summary>
public static class ProposedRules
{
    // Fewer points say nothing about what is usual.
    private const int FewestPoints = 8;

    // The factor that makes the median absolute deviation of normal noise a standard deviation.
    private const double NormalScale = 1.4826;

    /// <summary>
    /// The quality below what it usually is, drift beyond its calibrated limit, and a window that is nearly empty. A rule whose
    /// history is too short is left out.
    /// </summary>
    /// <param name="projectId">The project.</param>
    /// <param name="qualityMetric">Its headline, an id of <see cref="MetricNames"/> where higher is better.</param>
    /// <param name="history">Points by metric id, in time order.</param>
    /// <param name="driftLimit">The calibrated limit of its drift score; null while calibrating.</param>
    public static IReadOnlyList<AlertRule> For(long projectId, string qualityMetric, IReadOnlyDictionary<string, IReadOnlyList<SeriesPoint>> history, double? driftLimit)
    {
        ArgumentNullException.ThrowIfNull(history);
        List<AlertRule> rules = [];
        if (Usual(history, qualityMetric) is { } quality)
        {
            // At least two points of a hundred, so that a very steady history does not alarm at nothing.
            double room = Math.Max(4 * quality.Deviation, 0.02);
            double count = Median([.. Points(history, qualityMetric).Select(point => (double)point.Count)]);
            rules.Add(new AlertRule
            {
                ProjectId = projectId,
                Name = $"{MetricNames.Describe(qualityMetric).Name} below its usual",
                Metric = qualityMetric,
                Direction = AlertDirection.Below,
                Threshold = Round(quality.Median - room),
                RecoveryThreshold = Round(quality.Median - (room / 2)),
                PendingPeriod = quality.Step,
                RecoveryPeriod = quality.Step,
                MinimumCount = (int)Math.Clamp(count / 2, 1, 1000),
                Severity = "critical",
            });
        }

        if (driftLimit is { } limit)
        {
            rules.Add(new AlertRule
            {
                ProjectId = projectId,
                Name = "Images drift from the baseline",
                Metric = MetricNames.Drift,
                Direction = AlertDirection.Above,
                Threshold = Round(limit),
                RecoveryThreshold = Round(limit * 0.8),
                RecoveryPeriod = Usual(history, MetricNames.Drift)?.Step ?? TimeSpan.Zero,
                Severity = "warning",
            });
        }

        if (Usual(history, MetricNames.Volume) is { Median: > 0 } volume)
        {
            rules.Add(new AlertRule
            {
                ProjectId = projectId,
                Name = "Hardly any images arrive",
                Metric = MetricNames.Volume,
                Direction = AlertDirection.Below,
                Threshold = Round(volume.Median * 0.1),
                RecoveryThreshold = Round(volume.Median * 0.3),
                Severity = "warning",
            });
        }

        return rules;
    }

    private static SeriesPoint[] Points(IReadOnlyDictionary<string, IReadOnlyList<SeriesPoint>> history, string metric) =>
        history.TryGetValue(metric, out IReadOnlyList<SeriesPoint>? points) ? [.. points.Where(point => point.Value is { } value && double.IsFinite(value))] : [];

    // Medians, because the history of a project that asks for rules may hold the very faults they are to find.
    private static (double Median, double Deviation, TimeSpan Step)? Usual(IReadOnlyDictionary<string, IReadOnlyList<SeriesPoint>> history, string metric)
    {
        SeriesPoint[] points = Points(history, metric);
        if (points.Length < FewestPoints)
        {
            return null;
        }

        double median = Median([.. points.Select(point => point.Value!.Value)]);
        double deviation = NormalScale * Median([.. points.Select(point => Math.Abs(point.Value!.Value - median))]);
        double stepTicks = Median([.. points.Zip(points.Skip(1), (before, after) => (double)(after.At - before.At).Ticks)]);
        return (median, deviation, TimeSpan.FromTicks((long)stepTicks));
    }

    private static double Median(double[] values)
    {
        Array.Sort(values);
        int middle = values.Length / 2;
        return values.Length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }

    // Three significant digits: a limit that people can say aloud.
    private static double Round(double value) =>
        value == 0 ? 0 : Math.Round(value, Math.Clamp(2 - (int)Math.Floor(Math.Log10(Math.Abs(value))), 0, 15));
}
