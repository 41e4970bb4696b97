using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Telemetry;

/// <summary>The newest numbers of every project, ready to be scraped without touching the database.</summary>
internal sealed record QualitySnapshot
{
    public static QualitySnapshot Empty { get; } = new();

    public List<Measurement<double>> Quality { get; } = [];

    public List<Measurement<double>> QualityLow { get; } = [];

    public List<Measurement<double>> QualityHigh { get; } = [];

    public List<Measurement<double>> DriftScore { get; } = [];

    public List<Measurement<double>> DriftLimit { get; } = [];

    public List<Measurement<double>> DriftPValue { get; } = [];

    public List<Measurement<double>> Labelled { get; } = [];

    public List<Measurement<double>> OpenIncidents { get; } = [];

    public List<Measurement<double>> LastSuccess { get; } = [];

    public List<Measurement<long>> ImagesScored { get; } = [];

    public List<Measurement<long>> ImagesFailed { get; } = [];

    // Each class is a series of its own in Prometheus; a project with a thousand classes must not become a thousand series.
    private const int MostClasses = 50;

    private static readonly string[] QualityMetrics =
    [
        MetricNames.Accuracy, MetricNames.Top5Accuracy, MetricNames.Precision, MetricNames.Recall, MetricNames.F1, MetricNames.CalibrationError,
        MetricNames.AveragePrecision, MetricNames.AveragePrecision50, MetricNames.AveragePrecision75, MetricNames.AverageRecall,
    ];

    public static async Task<QualitySnapshot> LoadAsync(MonitoringDbContext db, CancellationToken cancellationToken)
    {
        QualitySnapshot snapshot = new();
        List<Project> projects = await db.Projects.AsNoTracking().ToListAsync(cancellationToken);
        Dictionary<long, ModelVersion> versions = await db.ModelVersions.AsNoTracking().ToDictionaryAsync(version => version.Id, cancellationToken);
        ILookup<long, string> open = (await db.Incidents.AsNoTracking().Where(incident => incident.OpenRuleId != null)
            .Join(db.AlertRules, incident => incident.AlertRuleId, rule => rule.Id, (incident, rule) => new { incident.ProjectId, rule.Severity })
            .ToListAsync(cancellationToken)).ToLookup(incident => incident.ProjectId, incident => incident.Severity);
        foreach (Project project in projects)
        {
            foreach (string severity in (string[])["critical", "warning", "info"])
            {
                snapshot.OpenIncidents.Add(new(open[project.Id].Count(one => one == severity), Tag("project", project.Slug), Tag("severity", severity)));
            }

            await snapshot.AddAsync(db, project, versions, cancellationToken);
        }

        return snapshot;
    }

    private async Task AddAsync(MonitoringDbContext db, Project project, Dictionary<long, ModelVersion> versions, CancellationToken cancellationToken)
    {
        IQueryable<Run> completed = db.Runs.AsNoTracking().Where(run => run.ProjectId == project.Id && run.State == RunState.Completed);
        KeyValuePair<string, object?> tag = Tag("project", project.Slug);
        ImagesScored.Add(new(await completed.SumAsync(run => (long)run.SampleCount, cancellationToken), tag));
        ImagesFailed.Add(new(await completed.SumAsync(run => (long)run.FailedImageCount, cancellationToken), tag));
        if (await completed.OrderByDescending(run => run.WindowEnd).FirstOrDefaultAsync(cancellationToken) is not { } newest)
        {
            return;
        }

        LastSuccess.Add(new((newest.CompletedAt ?? newest.WindowEnd).ToUnixTimeMilliseconds() / 1000.0, tag));
        foreach (RunMetric metric in await db.RunMetrics.AsNoTracking().Where(metric => metric.RunId == newest.Id && metric.Camera == "" && metric.ClassIndex < MostClasses).ToListAsync(cancellationToken))
        {
            AddMetric(project, versions.GetValueOrDefault(metric.ModelVersionId), metric);
        }

        foreach (DriftCheck check in await db.DriftChecks.AsNoTracking().Where(check => check.RunId == newest.Id).ToListAsync(cancellationToken))
        {
            KeyValuePair<string, object?>[] tags = [tag, .. VersionTags(versions.GetValueOrDefault(check.ModelVersionId)), Tag("camera", check.Camera)];
            AddIfKnown(DriftScore, check.Score, tags);
            AddIfKnown(DriftLimit, check.Limit, tags);
            AddIfKnown(DriftPValue, check.PValue, tags);
        }
    }

    private void AddMetric(Project project, ModelVersion? version, RunMetric metric)
    {
        if (metric.Metric == MetricNames.LabelledShare && metric.ClassIndex == RunMetric.AllClasses)
        {
            AddIfKnown(Labelled, metric.Value, [Tag("project", project.Slug)]);
        }

        if (!QualityMetrics.Contains(metric.Metric))
        {
            return;
        }

        string className = metric.ClassIndex == RunMetric.AllClasses ? ""
            : project.ClassNames.ElementAtOrDefault(metric.ClassIndex) ?? metric.ClassIndex.ToString(CultureInfo.InvariantCulture);
        KeyValuePair<string, object?>[] tags =
            [Tag("project", project.Slug), .. VersionTags(version), Tag("metric", metric.Metric), Tag("class", className), Tag("basis", "measured")];
        AddIfKnown(Quality, metric.Value, tags);
        AddIfKnown(QualityLow, metric.Low, tags);
        AddIfKnown(QualityHigh, metric.High, tags);
    }

    private static KeyValuePair<string, object?>[] VersionTags(ModelVersion? version) =>
        [Tag("model", version?.Name ?? ""), Tag("version", version is null ? "" : version.Number.ToString(CultureInfo.InvariantCulture))];

    private static void AddIfKnown(List<Measurement<double>> series, double? value, KeyValuePair<string, object?>[] tags)
    {
        if (value is { } known)
        {
            series.Add(new(known, tags));
        }
    }

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}
