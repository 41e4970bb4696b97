using System.Globalization;
using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Alerting;
using VisionMonitor.Monitoring.Charts;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision.Images;
using VisionMonitor.Vision.Predictions;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Monitoring.Jobs;

/// <summary>Composes what people are told from the rows: the facts of each fault, and the curve and the worst images of the first.</summary>
public sealed class AlertMessages(BlobStore blobs, MonitoringOptions options)
{
    private const int MostPoints = 120;
    private const int MostImages = 6;

    /// <summary>The message of notices that share a project, a channel and a transition.</summary>
    public async Task<AlertMessage> ComposeAsync(MonitoringDbContext context, AlertChannel channel, IReadOnlyList<OutboxNotice> notices, CancellationToken cancellationToken)
    {
        List<long> ids = [.. notices.Select(notice => notice.IncidentId)];
        string transition = notices[0].Transition;
        List<Incident> incidents = await context.Incidents.AsNoTracking().Where(incident => ids.Contains(incident.Id)).OrderBy(incident => incident.Id).ToListAsync(cancellationToken);
        List<long> ruleIds = [.. incidents.Select(incident => incident.AlertRuleId)];
        Dictionary<long, AlertRule> rules = await context.AlertRules.AsNoTracking().Where(rule => ruleIds.Contains(rule.Id)).ToDictionaryAsync(rule => rule.Id, cancellationToken);
        Project project = await context.Projects.AsNoTracking().SingleAsync(row => row.Id == incidents[0].ProjectId, cancellationToken);
        List<ModelVersion> versions = await context.ModelVersions.AsNoTracking().Where(version => version.ProjectId == project.Id).ToListAsync(cancellationToken);
        List<AlertDetail> details = [];
        foreach (Incident incident in incidents)
        {
            RunMetric? worst = await WorstAsync(context, incident, rules[incident.AlertRuleId], cancellationToken);
            details.Add(Detail(incident, rules[incident.AlertRuleId], project, versions.Find(version => version.Id == incident.ModelVersionId), transition, worst));
        }

        Incident first = incidents[0];
        return new AlertMessage
        {
            Id = Identity(incidents, transition, channel),
            Transition = transition,
            ProjectName = project.Name,
            ProjectSlug = project.Slug,
            TimeZone = project.TimeZone,
            ChannelName = channel.Name,
            DecidedAt = notices.Min(notice => notice.CreatedAt),
            Alerts = details,
            Address = AddressOf("/alerts"),
            Chart = await ChartAsync(context, first, rules[first.AlertRuleId], project, versions, cancellationToken),
            Images = transition == IncidentChange.Fired ? await ImagesAsync(context, first, rules[first.AlertRuleId], project, cancellationToken) : [],
        };
    }

    // The same rows give the same name, however often they are tried; the start keeps two installations apart.
    private static string Identity(List<Incident> incidents, string transition, AlertChannel channel)
    {
        Incident first = incidents[0];
        string many = incidents.Count == 1 ? "" : $"and-{incidents.Count - 1}-";
        return string.Create(CultureInfo.InvariantCulture, $"alert-{first.Id}-{first.StartedAt.ToUnixTimeSeconds():x}-{many}{transition}-{channel.Id}");
    }

    private static async Task<RunMetric?> WorstAsync(MonitoringDbContext context, Incident incident, AlertRule rule, CancellationToken cancellationToken) =>
        await context.RunMetrics.AsNoTracking().FirstOrDefaultAsync(
            metric => metric.RunId == incident.WorstRunId && metric.Metric == rule.Metric && metric.ClassIndex == rule.ClassIndex && metric.Camera == rule.Camera
                && (metric.ModelVersionId == 0 || metric.ModelVersionId == incident.ModelVersionId),
            cancellationToken);

    private AlertDetail Detail(Incident incident, AlertRule rule, Project project, ModelVersion? version, string transition, RunMetric? worst)
    {
        bool isOver = transition == IncidentChange.Resolved;
        string latest = incident.LatestValue?.ToString("G3", CultureInfo.InvariantCulture) ?? "n/a";
        return new AlertDetail
        {
            IncidentId = incident.Id,
            RuleName = rule.Name,
            Severity = rule.Severity,
            Summary = isOver ? $"{incident.Summary}; good again: {latest}" : incident.Summary,
            Metric = rule.Metric,
            Camera = rule.Camera,
            ClassName = ClassOf(rule, project),
            Version = version is null ? "" : $"v{version.Number}",
            Value = isOver ? incident.LatestValue : incident.WorstValue,
            Threshold = rule.Threshold,
            Low = isOver ? null : worst?.Low,
            High = isOver ? null : worst?.High,
            Count = isOver ? null : worst?.Count,
            StartedAt = incident.StartedAt,
            ResolvedAt = isOver ? incident.ResolvedAt : null,
            Address = AddressOf($"/alerts/{incident.Id}"),
        };
    }

    private static string ClassOf(AlertRule rule, Project project) =>
        rule.ClassIndex >= 0 && rule.ClassIndex < project.ClassNames.Count ? project.ClassNames[rule.ClassIndex] : "";

    private Uri? AddressOf(string path) => options.Alerting.PublicAddress is { } home ? new Uri(home, path) : null;

    private static async Task<AlertPicture> ChartAsync(MonitoringDbContext context, Incident incident, AlertRule rule, Project project, List<ModelVersion> versions, CancellationToken cancellationToken)
    {
        IQueryable<Run> runs = context.Runs.Where(run => run.ProjectId == project.Id && run.State == RunState.Completed);
        runs = incident.ResolvedAt is { } end ? runs.Where(run => run.WindowEnd <= end) : runs;
        var rows = rule.Metric == MetricNames.Drift
            ? runs.Join(context.DriftChecks.Where(check => check.Camera == rule.Camera && check.ModelVersionId == incident.ModelVersionId), run => run.Id, check => check.RunId, (run, check) => new { run.WindowEnd, Value = check.Score, Low = (double?)null, High = (double?)null, Count = (long)check.WindowCount })
            : runs.Join(context.RunMetrics.Where(metric => metric.Metric == rule.Metric && metric.ClassIndex == rule.ClassIndex && metric.Camera == rule.Camera && (metric.ModelVersionId == 0 || metric.ModelVersionId == incident.ModelVersionId)), run => run.Id, metric => metric.RunId, (run, metric) => new { run.WindowEnd, metric.Value, metric.Low, metric.High, metric.Count });
        ChartPoint[] points = [.. (await rows.OrderByDescending(row => row.WindowEnd).Take(MostPoints).ToListAsync(cancellationToken))
            .Select(row => new ChartPoint(row.WindowEnd.ToUnixTimeMilliseconds(), row.Value, row.Low, row.High, row.Count)).Reverse()];
        MetricText text = MetricNames.Describe(rule.Metric);
        ModelVersion? version = versions.Find(one => one.Id == incident.ModelVersionId);
        string title = $"{text.Name}{(version is null ? "" : $" of v{version.Number}")}{(ClassOf(rule, project) is { Length: > 0 } name ? $" on {name}" : "")}{(rule.Camera.Length > 0 ? $", camera {rule.Camera}" : "")}";
        ChartSpec spec = IncidentChart.Of(title, new ChartAxis(text.Name, text.Unit), points, rule.Threshold, rule.RecoveryThreshold, incident.StartedAt, incident.ResolvedAt, project.TimeZone, version is null ? 0 : version.Number - 1);
        return new AlertPicture("chart.png", title, "image/png", ScottPlotRenderer.Png(spec));
    }

    private async Task<IReadOnlyList<AlertPicture>> ImagesAsync(MonitoringDbContext context, Incident incident, AlertRule rule, Project project, CancellationToken cancellationToken)
    {
        // Worst first where the truth is known; images that nobody labelled come last, in the order of the sample.
        var rows = await (from member in context.RunImages.Where(member => member.RunId == incident.WorstRunId)
                          join image in context.Images.Where(image => rule.Camera == "" || image.Camera == rule.Camera) on member.ImageId equals image.Id
                          join evidence in context.Evidence.Where(evidence => evidence.ModelVersionId == incident.ModelVersionId) on image.Id equals evidence.ImageId into evidences
                          from evidence in evidences.DefaultIfEmpty()
                          join label in context.Labels on new { ImageId = image.Id, Revision = image.LabelRevision } equals new { label.ImageId, label.Revision } into labels
                          from label in labels.DefaultIfEmpty()
                          join rescore in context.Rescores.Where(rescore => rescore.ModelVersionId == incident.ModelVersionId) on image.Id equals rescore.ImageId into rescores
                          from rescore in rescores.DefaultIfEmpty()
                          orderby evidence == null ? 2 : evidence.ImageScore, member.Ordinal
                          select new { image.Id, image.Sha256, image.Camera, image.CapturedAt, Truth = label == null ? null : label.Truth, Prediction = rescore == null ? null : rescore.Prediction }).AsNoTracking().Take(MostImages).ToListAsync(cancellationToken);
        List<AlertPicture> pictures = [];
        foreach (var row in rows)
        {
            try
            {
                using DecodedImage image = ImageDecoder.Decode(await blobs.ReadAsync(row.Sha256, cancellationToken), ImageLimits.Default);
                string place = $"{(row.Camera.Length > 0 ? row.Camera + " " : "")}{row.CapturedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC";
                pictures.Add(EvidencePicture.Draw($"image-{row.Id}.jpg", place, image, row.Truth is null ? null : Truth.FromJson(row.Truth), row.Prediction is null ? null : Prediction.FromJson(row.Prediction), project.ClassNames, project.OperatingConfidence));
            }
            catch (Exception missing) when (missing is IOException or ImageFormatException or FormatException)
            {
                // A message without one of its pictures is worth more than no message.
            }
        }

        return pictures;
    }
}
