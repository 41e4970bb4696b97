using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Charts;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision;

namespace VisionMonitor.Panels;

/// <summary>The fleet at a glance: what is true, worst first, and a row for each project.</summary>
public sealed record OverviewPanel
{
    public required DateTimeOffset AsOf { get; init; }

    /// <summary>What a person should know, the most severe first.</summary>
    public required IReadOnlyList<OverviewSentence> Sentences { get; init; }

    public required IReadOnlyList<OverviewRow> Rows { get; init; }

    /// <summary>Runs that are being worked on.</summary>
    public required int RunningCount { get; init; }

    /// <summary>Whether any project was drawn by our own demo.</summary>
    public bool HasDemo => Rows.Any(row => row.IsDemo);

    // One row's sparkline needs no more points than it has pixels to tell apart.
    private const int MostSparkPoints = 120;
    private static readonly TimeSpan SparkSpan = TimeSpan.FromDays(30);

    /// <summary>Loads the panel. At most 200 projects and 6 000 runs are read.</summary>
    public static async Task<OverviewPanel> LoadOverviewAsync(MonitoringDbContext db, DateTimeOffset now, CancellationToken cancellationToken)
    {
        Project[] projects = await db.Projects.AsNoTracking().OrderBy(project => project.Name).Take(200).ToArrayAsync(cancellationToken);
        LiveVersions live = await LiveVersions.LoadAsync(db, cancellationToken);
        DateTimeOffset since = now - SparkSpan;
        RunPlace[] runs = await db.Runs.AsNoTracking().Where(run => run.State == RunState.Completed && run.WindowEnd >= since)
            .OrderByDescending(run => run.WindowEnd).Select(run => new RunPlace(run.Id, run.ProjectId, run.WindowEnd, run.CompletedAt)).Take(6000).ToArrayAsync(cancellationToken);
        string[] headlines = [.. projects.Select(project => HeadlineMetric.Of(project.Task)).Distinct(), MetricNames.LabelledShare];
        HashSet<long> measured = [.. await (from run in db.Runs.Where(run => run.State == RunState.Completed && run.WindowEnd >= since)
                                            join metric in db.RunMetrics.Where(metric => headlines.Contains(metric.Metric) && metric.ModelVersionId != 0 && metric.ClassIndex == RunMetric.AllClasses && metric.Camera == "" && metric.Value != null) on run.Id equals metric.RunId
                                            select run.Id).Distinct().ToArrayAsync(cancellationToken)];
        Dictionary<long, RunPlace[]> shown = runs.GroupBy(run => run.ProjectId)
            .ToDictionary(group => group.Key, group => Thinning.ByTime([.. group.OrderBy(run => run.At)], run => run.At, MostSparkPoints, run => measured.Contains(run.Id)));
        long[] runIds = [.. shown.Values.SelectMany(places => places).Select(place => place.Id)];
        ILookup<long, RunMetric> metrics = (await db.RunMetrics.AsNoTracking()
            .Where(metric => runIds.Contains(metric.RunId) && headlines.Contains(metric.Metric) && metric.ClassIndex == RunMetric.AllClasses && metric.Camera == "")
            .ToArrayAsync(cancellationToken)).ToLookup(metric => metric.RunId);
        ILookup<long, DriftCheck> drift = (await db.DriftChecks.AsNoTracking().Where(check => runIds.Contains(check.RunId) && check.Camera == "")
            .ToArrayAsync(cancellationToken)).ToLookup(check => check.RunId);
        Incident[] incidents = await db.Incidents.AsNoTracking().Where(incident => incident.OpenRuleId != null).OrderByDescending(incident => incident.StartedAt).Take(200).ToArrayAsync(cancellationToken);
        long[] ruleIds = [.. incidents.Select(incident => incident.AlertRuleId)];
        Dictionary<long, string> severities = await db.AlertRules.AsNoTracking().Where(rule => ruleIds.Contains(rule.Id)).ToDictionaryAsync(rule => rule.Id, rule => rule.Severity, cancellationToken);
        Dictionary<long, Run> latest = await LatestRunsAsync(db, cancellationToken);
        HashSet<long> withImages = [.. await db.Images.AsNoTracking().Select(image => image.ProjectId).Distinct().ToArrayAsync(cancellationToken)];

        DateTimeOffset yesterday = now.AddDays(-1);
        Dictionary<long, DriftExplanation> explained = (await db.DriftExplanations.AsNoTracking().Where(row => row.State == ExplanationState.Done && row.RequestedAt > yesterday).ToArrayAsync(cancellationToken))
            .GroupBy(row => row.ProjectId).ToDictionary(group => group.Key, group => group.MaxBy(row => row.RequestedAt)!);

        List<OverviewRow> rows = [];
        List<OverviewSentence> sentences = [];
        foreach (Project project in projects)
        {
            Incident[] open = [.. incidents.Where(incident => incident.ProjectId == project.Id)];
            OverviewRow row = OverviewRow.Of(project, live, shown.GetValueOrDefault(project.Id, []), metrics, drift, open, latest.GetValueOrDefault(project.Id), withImages.Contains(project.Id));
            rows.Add(row);
            sentences.AddRange(OverviewSentence.About(row, open, severities, latest.GetValueOrDefault(project.Id), explained.GetValueOrDefault(project.Id)));
        }

        return new OverviewPanel
        {
            AsOf = now,
            RunningCount = await db.Runs.CountAsync(run => run.State == RunState.Running, cancellationToken),
            Rows = [.. rows.OrderBy(row => row.IsBeingFilled).ThenByDescending(row => row.Health).ThenBy(row => row.Name, StringComparer.Ordinal)],
            Sentences = [.. sentences.OrderByDescending(sentence => sentence.Health).ThenByDescending(sentence => sentence.Since)],
        };
    }

    private static async Task<Dictionary<long, Run>> LatestRunsAsync(MonitoringDbContext db, CancellationToken cancellationToken)
    {
        long[] ids = await db.Runs.AsNoTracking().GroupBy(run => run.ProjectId).Select(group => group.Max(run => run.Id)).ToArrayAsync(cancellationToken);
        return await db.Runs.AsNoTracking().Where(run => ids.Contains(run.Id)).ToDictionaryAsync(run => run.ProjectId, cancellationToken);
    }
}

/// <summary>How a project does; higher asks for more attention.</summary>
public enum Health
{
    /// <summary>Measured and within its limits.</summary>
    Good,

    /// <summary>Nothing can be said yet; the row says what is missing.</summary>
    Unknown,

    /// <summary>Something moved, or is being watched after a fault.</summary>
    Watch,

    /// <summary>Below what was agreed.</summary>
    Bad,
}

/// <summary>Where a run stands on a time axis.</summary>
public sealed record RunPlace(long Id, long ProjectId, DateTimeOffset At, DateTimeOffset? CompletedAt);

/// <summary>One project of the fleet.</summary>
public sealed record OverviewRow
{
    public required long ProjectId { get; init; }

    public required string Slug { get; init; }

    public required string Name { get; init; }

    public required VisionTask Task { get; init; }

    public required string TimeZone { get; init; }

    public required bool IsDemo { get; init; }

    public required Health Health { get; init; }

    /// <summary>Why it is so, in a few words.</summary>
    public required string HealthText { get; init; }

    /// <summary>The deployed version, as "v2"; null while none is deployed.</summary>
    public string? LiveVersion { get; init; }

    public int? LiveNumber { get; init; }

    public required string Metric { get; init; }

    /// <summary>The newest headline number; null while there is none.</summary>
    public RunMetric? Headline { get; init; }

    /// <summary>The headline over the last 30 days, for a small line.</summary>
    public required IReadOnlyList<ChartPoint> Spark { get; init; }

    public DriftCheck? Drift { get; init; }

    public RunMetric? LabelledShare { get; init; }

    public DateTimeOffset? LastScoredAt { get; init; }

    /// <summary>What is missing before this project can be watched; null when it is running.</summary>
    public NextStep? Missing { get; init; }

    /// <summary>Whether the demo is still to compute its first day: nobody need do anything.</summary>
    public bool IsBeingFilled => IsDemo && LastScoredAt is null;

    internal static OverviewRow Of(Project project, LiveVersions live, RunPlace[] runs, ILookup<long, RunMetric> metrics, ILookup<long, DriftCheck> drift, Incident[] open, Run? latest, bool hasImages)
    {
        string headline = HeadlineMetric.Of(project.Task);
        ModelVersion? version = live.Now(project.Id);
        List<ChartPoint> spark = [];
        RunMetric? newest = null;
        foreach (RunPlace run in runs)
        {
            long? versionId = live.At(project.Id, run.At)?.Id ?? version?.Id;
            RunMetric? metric = metrics[run.Id].FirstOrDefault(candidate => candidate.Metric == headline && candidate.ModelVersionId == versionId);
            spark.Add(new ChartPoint(run.At.ToUnixTimeMilliseconds(), metric?.Value, metric?.Low, metric?.High, metric?.Count, metric?.UndefinedBecause));
            // Labels come late: the newest number that is known stands until a newer one is.
            newest = metric?.Value is null ? newest ?? metric : metric;
        }

        DriftCheck? newestDrift = runs.Reverse().SelectMany(run => drift[run.Id]).Where(check => check.ModelVersionId == version?.Id).OrderBy(check => check.Score is null).FirstOrDefault();
        NextStep? missing = project.IsDemo ? null : NextStep.Of(project, live, runs.Length > 0 || latest is not null, hasImages);
        string waiting = runs.Length > 0 || latest is { State: not RunState.Running } ? "no labels yet" : project.IsDemo ? "being filled" : "first run under way";
        (Health health, string text) = Judge(open, newestDrift, newest, latest, missing, waiting);
        return new OverviewRow
        {
            ProjectId = project.Id,
            Slug = project.Slug,
            Name = project.Name,
            Task = project.Task,
            TimeZone = project.TimeZone,
            IsDemo = project.IsDemo,
            Health = health,
            HealthText = text,
            LiveVersion = version is null ? null : $"v{version.Number}",
            LiveNumber = version?.Number,
            Metric = headline,
            Headline = newest,
            Spark = spark,
            Drift = newestDrift,
            LabelledShare = runs.Length == 0 ? null : metrics[runs[^1].Id].FirstOrDefault(metric => metric.Metric == MetricNames.LabelledShare),
            LastScoredAt = runs.Length == 0 ? null : runs[^1].CompletedAt ?? runs[^1].At,
            Missing = missing,
        };
    }

    private static (Health Health, string Text) Judge(Incident[] open, DriftCheck? drift, RunMetric? newest, Run? latest, NextStep? missing, string waiting) =>
        open.Any(incident => incident.State == IncidentState.Firing) ? (Health.Bad, "alert firing")
        : latest?.State == RunState.Failed ? (Health.Bad, "last run failed")
        : missing is not null ? (Health.Unknown, missing.Short)
        : open.Any(incident => incident.State == IncidentState.Recovering) ? (Health.Watch, "recovering")
        : open.Length > 0 ? (Health.Watch, "alert pending")
        : drift?.State == DriftState.Drifting ? (Health.Watch, "drifting")
        : newest?.Value is null ? (Health.Unknown, waiting)
        : (Health.Good, "within limits");
}
