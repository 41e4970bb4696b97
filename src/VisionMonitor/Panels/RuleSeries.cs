using Microsoft.EntityFrameworkCore;
using VisionMonitor.Components;
using VisionMonitor.Components.Charts;
using VisionMonitor.Monitoring.Charts;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Panels;

/// <summary>The series that a rule watches, with its two limits.</summary>
/// <param name="Chart">Its picture; a long series is thinned for the screen.</param>
/// <param name="Points">Every point, as a replay needs them.</param>
public sealed record RuleSeries(ChartSpec Chart, IReadOnlyList<ChartPoint> Points)
{
    private const int MostRuns = 2000;
    private const int MostShown = 300;

    /// <summary>Loads the series between two instants; the live version is followed where the rule names none.</summary>
    public static async Task<RuleSeries> LoadAsync(MonitoringDbContext db, Project project, AlertRule rule, LiveVersions live, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        Run[] newestFirst = await db.Runs.AsNoTracking().Where(run => run.ProjectId == project.Id && run.State == RunState.Completed && run.WindowEnd >= from && run.WindowEnd <= to)
            .OrderByDescending(run => run.WindowEnd).Take(MostRuns).ToArrayAsync(cancellationToken);
        Run[] runs = [.. newestFirst.Reverse()];
        long[] runIds = [.. runs.Select(run => run.Id)];
        ILookup<long, (long Version, ChartPoint Point)> values = await ValuesAsync(db, rule, runIds, cancellationToken);
        ChartPoint[] points = [.. runs.Select(run =>
        {
            bool ofImages = rule.Metric.StartsWith("property.", StringComparison.Ordinal) || rule.Metric is MetricNames.Volume or MetricNames.LabelledShare;
            long version = ofImages ? 0 : rule.ModelVersionId ?? live.At(project.Id, run.WindowEnd)?.Id ?? 0;
            ChartPoint? point = values[run.Id].Where(value => value.Version == version).Select(value => value.Point).FirstOrDefault();
            return (point ?? new ChartPoint(0, null, Note: "not measured")) with { X = run.WindowEnd.ToUnixTimeMilliseconds(), Link = $"/projects/{project.Slug}/images?run={run.Id}" };
        })];
        ChartPoint[] shown = Thinning.ByTime(points, point => DateTimeOffset.FromUnixTimeMilliseconds((long)point.X), MostShown, point => point.Y is not null);
        return new RuleSeries(Spec(project, rule, live, shown, from, to), points);
    }

    private static async Task<ILookup<long, (long Version, ChartPoint Point)>> ValuesAsync(MonitoringDbContext db, AlertRule rule, long[] runIds, CancellationToken cancellationToken)
    {
        if (rule.Metric == MetricNames.Drift)
        {
            DriftCheck[] checks = await db.DriftChecks.AsNoTracking().Where(check => runIds.Contains(check.RunId) && check.Camera == rule.Camera).ToArrayAsync(cancellationToken);
            return checks.ToLookup(check => check.RunId, check => (check.ModelVersionId, new ChartPoint(0, check.Score, Count: check.WindowCount, Note: check.Reason)));
        }

        RunMetric[] metrics = await db.RunMetrics.AsNoTracking().Where(metric => runIds.Contains(metric.RunId) && metric.Metric == rule.Metric && metric.ClassIndex == rule.ClassIndex && metric.Camera == rule.Camera).ToArrayAsync(cancellationToken);
        return metrics.ToLookup(metric => metric.RunId, metric => (metric.ModelVersionId, new ChartPoint(0, metric.Value, metric.Low, metric.High, metric.Count, metric.UndefinedBecause)));
    }

    private static ChartSpec Spec(Project project, AlertRule rule, LiveVersions live, IReadOnlyList<ChartPoint> points, DateTimeOffset from, DateTimeOffset to)
    {
        MetricText text = MetricNames.Describe(rule.Metric);
        ModelVersion? version = live.Find(rule.ModelVersionId);
        string of = rule.ClassIndex >= 0 ? $" on {ClassRow.NameOf(project, rule.ClassIndex)}" : "";
        return new ChartSpec
        {
            Title = $"{text.Name}{of}{(rule.Camera.Length > 0 ? $", {rule.Camera}" : "")}, {(version is null ? "live version" : $"v{version.Number}")}",
            Subtitle = "what the rule sees, with its alarm and recovery limits",
            X = new ChartAxis("Time", "", ChartAxisKind.Time) { TimeZone = project.TimeZone, Minimum = from.ToUnixTimeMilliseconds(), Maximum = to.ToUnixTimeMilliseconds() },
            Y = new ChartAxis(text.Name, text.Unit),
            Series = [new ChartSeries { Name = version is null ? "live" : $"v{version.Number}", ColorIndex = version is null ? 0 : SeriesColor.OfVersion(version.Number), Points = points }],
            Limits = rule.RecoveryThreshold == rule.Threshold
                ? [new ChartLimit(rule.Threshold, $"alarm {NumberText.Significant(rule.Threshold)}")]
                : [new ChartLimit(rule.Threshold, $"alarm {NumberText.Significant(rule.Threshold)}"), new ChartLimit(rule.RecoveryThreshold, $"good again {NumberText.Significant(rule.RecoveryThreshold)}", IsAlarm: false)],
            Marks = [.. live.Deployments(project.Id).Where(deployment => deployment.DeployedAt >= from && deployment.DeployedAt <= to)
                .Select(deployment => new ChartMark(ChartMarkKind.Deployment, deployment.DeployedAt.ToUnixTimeMilliseconds(), null, $"v{live.Find(deployment.ModelVersionId)?.Number} live"))],
            EmptyBecause = "This series has no value in the shown time.",
        };
    }
}
