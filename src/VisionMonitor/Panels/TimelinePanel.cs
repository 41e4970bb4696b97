using Microsoft.EntityFrameworkCore;
using VisionMonitor.Components;
using VisionMonitor.Components.Charts;
using VisionMonitor.Monitoring.Charts;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision;

namespace VisionMonitor.Panels;

/// <summary>A project over time: charts that share one time axis.</summary>
public sealed record TimelinePanel
{
    public required long ProjectId { get; init; }

    public required string Slug { get; init; }

    public required string Name { get; init; }

    public required VisionTask Task { get; init; }

    public required string TimeZone { get; init; }

    public required bool IsDemo { get; init; }

    public required DateTimeOffset From { get; init; }

    public required DateTimeOffset To { get; init; }

    /// <summary>Of the whole history; null while there is no run.</summary>
    public DateTimeOffset? FirstRunAt { get; init; }

    public DateTimeOffset? LastRunAt { get; init; }

    public required int RunCount { get; init; }

    public required string Metric { get; init; }

    public required IReadOnlyList<string> MetricChoices { get; init; }

    public required IReadOnlyList<string> ClassNames { get; init; }

    public required int ClassIndex { get; init; }

    public required IReadOnlyList<string> Cameras { get; init; }

    public required string Camera { get; init; }

    /// <summary>What is true and since when; the charts below prove it.</summary>
    public required string Sentence { get; init; }

    public required Health Health { get; init; }

    public NextStep? Missing { get; init; }

    public required ChartSpec Quality { get; init; }

    public required ChartSpec Drift { get; init; }

    public required IReadOnlyList<ChartSpec> Properties { get; init; }

    public required ChartSpec Volume { get; init; }

    public required ChartSpec Latency { get; init; }

    /// <summary>Numbers per class of the newest run in sight that has labels, live version.</summary>
    public required IReadOnlyList<ClassRow> Classes { get; init; }

    /// <summary>Which class the live version takes for which; null where nothing is labelled.</summary>
    public ConfusionPanel? Confusion { get; init; }

    private const int MostRuns = 240;

    /// <summary>Loads the panel; null when there is no such project.</summary>
    public static async Task<TimelinePanel?> LoadTimelineAsync(MonitoringDbContext db, string slug, TimelineQuery query, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await db.Projects.AsNoTracking().FirstOrDefaultAsync(project => project.Slug == slug, cancellationToken) is not { } project)
        {
            return null;
        }

        LiveVersions live = await LiveVersions.LoadAsync(db, cancellationToken, project.Id);
        IQueryable<Run> completed = db.Runs.AsNoTracking().Where(run => run.ProjectId == project.Id && run.State == RunState.Completed);
        DateTimeOffset? first = await completed.OrderBy(run => run.WindowEnd).Select(run => (DateTimeOffset?)run.WindowEnd).FirstOrDefaultAsync(cancellationToken);
        DateTimeOffset? last = await completed.OrderByDescending(run => run.WindowEnd).Select(run => (DateTimeOffset?)run.WindowEnd).FirstOrDefaultAsync(cancellationToken);
        (DateTimeOffset from, DateTimeOffset to) = query.Range(first, last, now);
        Run[] inRange = await completed.Where(run => run.WindowEnd >= from && run.WindowEnd <= to).OrderByDescending(run => run.WindowEnd).Take(5000).ToArrayAsync(cancellationToken);
        IReadOnlyList<string> choices = HeadlineMetric.Choices(project);
        string metric = query.Metric is { } asked && choices.Contains(asked) ? asked : choices[0];
        int classIndex = query.ClassIndex is { } index && index >= 0 && index < project.ClassNames.Count ? index : RunMetric.AllClasses;
        string camera = query.Camera ?? "";
        HashSet<long> measured = [.. await (from run in completed.Where(run => run.WindowEnd >= @from && run.WindowEnd <= to)
                                            join row in db.RunMetrics.Where(row => row.Metric == metric && row.ClassIndex == classIndex && row.Camera == camera && row.Value != null) on run.Id equals row.RunId
                                            select run.Id).Distinct().ToArrayAsync(cancellationToken)];
        Run[] runs = Thinning.ByTime([.. inRange.Reverse()], run => run.WindowEnd, MostRuns, run => measured.Contains(run.Id));
        long[] runIds = [.. runs.Select(run => run.Id)];
        RunMetric[] metrics = await db.RunMetrics.AsNoTracking()
            .Where(row => runIds.Contains(row.RunId) && ((row.Metric == metric && row.ClassIndex == classIndex && row.Camera == camera)
                || (row.ModelVersionId == 0 && row.ClassIndex == RunMetric.AllClasses && row.Camera == camera)
                || (row.Metric.StartsWith("latency.") && row.Camera == "")))
            .ToArrayAsync(cancellationToken);
        DriftCheck[] drift = await db.DriftChecks.AsNoTracking().Where(check => runIds.Contains(check.RunId) && check.Camera == camera).ToArrayAsync(cancellationToken);
        Incident[] incidents = await db.Incidents.AsNoTracking().Where(incident => incident.ProjectId == project.Id && incident.StartedAt <= to && (incident.ResolvedAt == null || incident.ResolvedAt >= from))
            .OrderByDescending(incident => incident.StartedAt).Take(100).ToArrayAsync(cancellationToken);
        string[] cameras = await db.Images.AsNoTracking().Where(image => image.ProjectId == project.Id && image.Camera != "").Select(image => image.Camera).Distinct().OrderBy(name => name).Take(100).ToArrayAsync(cancellationToken);
        bool hasImages = cameras.Length > 0 || await db.Images.AnyAsync(image => image.ProjectId == project.Id, cancellationToken);
        bool hasRuns = first is not null || await db.Runs.AnyAsync(run => run.ProjectId == project.Id, cancellationToken);

        QualityEstimate[] estimates = classIndex >= 0 || camera.Length > 0 ? [] : await db.QualityEstimates.AsNoTracking().Where(row => runIds.Contains(row.RunId) && row.Metric == metric).ToArrayAsync(cancellationToken);
        TimelineCharts charts = new(project, live, runs, metrics, drift, incidents, from, to);
        ChartSpec quality = charts.Quality(metric, classIndex, camera, estimates);
        (Health health, string sentence) = TimelineSentence.Of(project, live, runs, metrics, drift, incidents, metric);
        return new TimelinePanel
        {
            ProjectId = project.Id,
            Slug = project.Slug,
            Name = project.Name,
            Task = project.Task,
            TimeZone = project.TimeZone,
            IsDemo = project.IsDemo,
            From = from,
            To = to,
            FirstRunAt = first,
            LastRunAt = last,
            RunCount = inRange.Length,
            Metric = metric,
            MetricChoices = choices,
            ClassNames = project.ClassNames,
            ClassIndex = classIndex,
            Cameras = cameras,
            Camera = camera,
            Sentence = sentence,
            Health = health,
            Missing = NextStep.Of(project, live, hasRuns, hasImages),
            Quality = quality,
            Drift = charts.Drift(camera),
            Properties = charts.Properties(camera),
            Volume = charts.Volume(camera),
            Latency = charts.Latency(),
            Classes = await ClassRow.LoadAsync(db, project, TimelineSentence.Newest(runs, metrics, live.Now(project.Id)?.Id, metric)?.RunId, live.Now(project.Id)?.Id, cancellationToken),
            Confusion = await ConfusionPanel.LoadConfusionAsync(db, project, live.Now(project.Id), from, to, cancellationToken),
        };
    }
}

/// <summary>What of a project's history is asked for; the page's address carries the same.</summary>
public sealed record TimelineQuery(DateTimeOffset? From = null, DateTimeOffset? To = null, string? Metric = null, int? ClassIndex = null, string? Camera = null)
{
    /// <summary>The asked range; without one, the last 30 days before the newest run.</summary>
    public (DateTimeOffset From, DateTimeOffset To) Range(DateTimeOffset? first, DateTimeOffset? last, DateTimeOffset now)
    {
        DateTimeOffset to = To ?? last ?? now;
        DateTimeOffset from = From ?? Later(first ?? to - TimeSpan.FromDays(1), to - TimeSpan.FromDays(30));
        return from < to ? (from, to) : (to - TimeSpan.FromDays(1), to);
    }

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
