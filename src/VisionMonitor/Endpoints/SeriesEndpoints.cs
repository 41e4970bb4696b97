using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Endpoints;

/// <summary>Numbers over time: quality, image properties, latency, volume and drift.</summary>
internal static class SeriesEndpoints
{
    private const int MostPoints = 5000;

    public static void MapSeries(this RouteGroupBuilder api)
    {
        RouteGroupBuilder series = api.MapGroup("/projects/{projectId:long}").WithTags("Series");
        series.MapGet("/metrics", ListMetricsAsync).WithSummary("Which numbers the project has, with their names and units");
        series.MapGet("/metrics/series", GetSeriesAsync).WithSummary("One number over time, oldest first; at most the newest 5000 points");
        series.MapGet("/drift", GetDriftAsync).WithSummary("Drift checks over time, oldest first; at most the newest 5000");
    }

    private static async Task<Ok<List<MetricView>>> ListMetricsAsync(long projectId, MonitoringDbContext db, CancellationToken cancellationToken)
    {
        List<string> ids = await db.RunMetrics
            .Where(metric => db.Runs.Any(run => run.Id == metric.RunId && run.ProjectId == projectId))
            .Select(metric => metric.Metric).Distinct().OrderBy(id => id).ToListAsync(cancellationToken);
        return TypedResults.Ok(ids.ConvertAll(MetricView.Of));
    }

    private static async Task<Ok<SeriesView>> GetSeriesAsync(
        long projectId, [AsParameters] SeriesQuery query, MonitoringDbContext db, CancellationToken cancellationToken)
    {
        int classIndex = query.ClassIndex ?? RunMetric.AllClasses;
        string camera = query.Camera ?? "";
        List<SeriesRow> rows = await db.RunMetrics.AsNoTracking()
            .Where(metric => metric.Metric == query.Metric && metric.ClassIndex == classIndex && metric.Camera == camera)
            .Where(metric => query.ModelVersionId == null || metric.ModelVersionId == query.ModelVersionId)
            .Join(db.Runs.Where(run => run.ProjectId == projectId), metric => metric.RunId, run => run.Id, (metric, run) => new { metric, run })
            .Where(pair => (query.From == null || pair.run.WindowEnd >= query.From) && (query.To == null || pair.run.WindowEnd <= query.To))
            .OrderByDescending(pair => pair.run.WindowEnd).ThenBy(pair => pair.metric.ModelVersionId).Take(MostPoints)
            .Select(pair => new SeriesRow(
                pair.run.WindowEnd, pair.run.Id, pair.metric.ModelVersionId, pair.metric.Value, pair.metric.Low, pair.metric.High, pair.metric.Count, pair.metric.UndefinedBecause))
            .ToListAsync(cancellationToken);
        rows.Reverse();
        MetricText text = MetricNames.Describe(query.Metric);
        return TypedResults.Ok(new SeriesView(query.Metric, text.Name, text.Unit, classIndex, camera, rows));
    }

    private static async Task<Ok<List<DriftRow>>> GetDriftAsync(
        long projectId, string? camera, DateTimeOffset? from, DateTimeOffset? to, MonitoringDbContext db, CancellationToken cancellationToken)
    {
        string wanted = camera ?? "";
        List<DriftRow> rows = await db.DriftChecks.AsNoTracking().Where(check => check.Camera == wanted)
            .Join(db.Runs.Where(run => run.ProjectId == projectId), check => check.RunId, run => run.Id, (check, run) => new { check, run })
            .Where(pair => (from == null || pair.run.WindowEnd >= from) && (to == null || pair.run.WindowEnd <= to))
            .OrderByDescending(pair => pair.run.WindowEnd).Take(MostPoints)
            .Select(pair => new DriftRow(pair.run.WindowEnd, pair.check))
            .ToListAsync(cancellationToken);
        rows.Reverse();
        return TypedResults.Ok(rows);
    }
}

/// <summary>Which series is wanted.</summary>
/// <param name="Metric">A metric id, such as "accuracy".</param>
/// <param name="ModelVersionId">One version; leave it out for all.</param>
/// <param name="ClassIndex">One class; leave it out for all classes together.</param>
/// <param name="Camera">One camera; leave it out for all cameras together.</param>
/// <param name="From">Window ends from then on.</param>
/// <param name="To">Window ends up to then.</param>
internal sealed record SeriesQuery(string Metric, long? ModelVersionId, int? ClassIndex, string? Camera, DateTimeOffset? From, DateTimeOffset? To);

/// <summary>A number that the project has.</summary>
internal sealed record MetricView(string Id, string Name, string Unit, bool? HigherIsBetter)
{
    public static MetricView Of(string id)
    {
        MetricText text = MetricNames.Describe(id);
        return new MetricView(id, text.Name, text.Unit, text.HigherIsBetter);
    }
}

/// <summary>One number over time.</summary>
internal sealed record SeriesView(string Metric, string Name, string Unit, int ClassIndex, string Camera, IReadOnlyList<SeriesRow> Points);

/// <summary>One point: the run's window end, the value with its 95 % interval, and what it rests on.</summary>
internal sealed record SeriesRow(DateTimeOffset At, long RunId, long ModelVersionId, double? Value, double? Low, double? High, long Count, string? UndefinedBecause);

/// <summary>A drift check and its place in time.</summary>
internal sealed record DriftRow(DateTimeOffset At, DriftCheck Check);
