using Microsoft.EntityFrameworkCore;
using VisionMonitor.Components;
using VisionMonitor.Monitoring.Alerting;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Panels;

/// <summary>A rule that a project may start with, as a sentence, and why it is proposed.</summary>
public sealed record ProposedRule(AlertRule Rule, string Sentence, string Why)
{
    private static readonly TimeSpan History = TimeSpan.FromDays(90);

    /// <summary>The proposals for metrics that no rule of the project watches as a whole yet.</summary>
    public static async Task<IReadOnlyList<ProposedRule>> LoadAsync(MonitoringDbContext db, Project project, LiveVersions live, IReadOnlyList<AlertRule> rules, CancellationToken cancellationToken)
    {
        string quality = HeadlineMetric.Of(project.Task);
        string[] missing = [.. new[] { quality, MetricNames.Drift, MetricNames.Volume }.Where(metric => !rules.Any(rule => rule.Metric == metric && rule.Camera.Length == 0 && rule.ClassIndex < 0))];
        if (missing.Length == 0 || live.Now(project.Id) is not { } version)
        {
            return [];
        }

        DateTimeOffset? last = await db.Runs.Where(run => run.ProjectId == project.Id && run.State == RunState.Completed).MaxAsync(run => (DateTimeOffset?)run.WindowEnd, cancellationToken);
        if (last is not { } end)
        {
            return [];
        }

        Dictionary<string, IReadOnlyList<SeriesPoint>> history = [];
        foreach (string metric in missing)
        {
            AlertRule whole = new() { ProjectId = project.Id, Name = "", Metric = metric };
            RuleSeries series = await RuleSeries.LoadAsync(db, project, whole, live, end - History, end, cancellationToken);
            history[metric] = [.. series.Points.Select(point => new SeriesPoint(0, DateTimeOffset.FromUnixTimeMilliseconds((long)point.X), point.Y, point.Count ?? long.MaxValue))];
        }

        double? limit = missing.Contains(MetricNames.Drift)
            ? await db.DriftChecks.AsNoTracking().Where(check => check.ModelVersionId == version.Id && check.Camera == "" && check.Limit != null).OrderByDescending(check => check.RunId).Select(check => check.Limit).FirstOrDefaultAsync(cancellationToken)
            : null;
        return [.. ProposedRules.For(project.Id, quality, history, limit).Select(rule => new ProposedRule(rule, RuleText.Of(rule, project.ClassNames, null), WhyOf(rule, history)))];
    }

    private static string WhyOf(AlertRule rule, Dictionary<string, IReadOnlyList<SeriesPoint>> history)
    {
        double[] values = [.. history[rule.Metric].Select(point => point.Value).OfType<double>().Order()];
        string usual = values.Length == 0 ? "nothing in its history yet" : $"usually {NumberText.Significant(values[values.Length / 2])} in its history ({NumberText.Count(values.Length, "run", "runs")})";
        return rule.Metric == MetricNames.Drift ? $"the limit is calibrated on the baseline itself; {usual}" : $"{usual}; the limit stands where chance seldom reaches";
    }
}
