using VisionMonitor.Components;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Panels;

/// <summary>An alert rule as a sentence.</summary>
public static class RuleText
{
    /// <summary>"mAP (IoU .50–.95) of the live version on scratch, camera cam-4, is below 0.600 for 16 h; good again from 0.650 for 8 h".</summary>
    public static string Of(AlertRule rule, IReadOnlyList<string> classNames, int? versionNumber)
    {
        string version = rule.Metric.StartsWith("property.", StringComparison.Ordinal) ? "" : versionNumber is { } number ? $" of v{number}" : " of the live version";
        string of = rule.ClassIndex >= 0 && rule.ClassIndex < classNames.Count ? $" on {classNames[rule.ClassIndex]}" : "";
        string camera = rule.Camera.Length > 0 ? $", camera {rule.Camera}," : "";
        string side = rule.Direction == AlertDirection.Below ? "below" : "above";
        return $"{MetricNames.Describe(rule.Metric).Name}{version}{of}{camera} is {side} {NumberText.Significant(rule.Threshold)}{For(rule.PendingPeriod)}; good again {(rule.Direction == AlertDirection.Below ? "from" : "below")} {NumberText.Significant(rule.RecoveryThreshold)}{For(rule.RecoveryPeriod)}";
    }

    private static string For(TimeSpan period) => period > TimeSpan.Zero ? $" for {ClockText.Words(period)}" : "";
}
