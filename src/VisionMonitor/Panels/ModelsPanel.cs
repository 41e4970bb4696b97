using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Heads;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision.Models;

namespace VisionMonitor.Panels;

/// <summary>The versions of a project's model: what they are, when they were live, how they do.</summary>
public sealed record ModelsPanel
{
    public required Project Project { get; init; }

    public required IReadOnlyList<ModelRow> Versions { get; init; }

    /// <summary>Which version was in production when, the newest first.</summary>
    public required IReadOnlyList<LivePeriod> Periods { get; init; }

    /// <summary>What came of the newest head that somebody asked for; null where nobody has.</summary>
    public HeadOutcome? Head { get; init; }

    public string? BaselineName { get; init; }

    public required int LabelledCount { get; init; }

    /// <summary>Loads the panel; null when there is no such project.</summary>
    public static async Task<ModelsPanel?> LoadModelsAsync(MonitoringDbContext db, string slug, CancellationToken cancellationToken)
    {
        if (await db.Projects.AsNoTracking().FirstOrDefaultAsync(candidate => candidate.Slug == slug, cancellationToken) is not { } project)
        {
            return null;
        }

        LiveVersions live = await LiveVersions.LoadAsync(db, cancellationToken, project.Id);
        long? lastRun = await db.Runs.AsNoTracking().Where(run => run.ProjectId == project.Id && run.State == RunState.Completed).OrderByDescending(run => run.WindowEnd).Select(run => (long?)run.Id).FirstOrDefaultAsync(cancellationToken);
        string headline = HeadlineMetric.Of(project.Task);
        Dictionary<(long, string), RunMetric> metrics = await db.RunMetrics.AsNoTracking()
            .Where(metric => metric.RunId == lastRun && metric.ClassIndex == RunMetric.AllClasses && metric.Camera == "" && (metric.Metric == headline || metric.Metric == MetricNames.LatencyTotal95))
            .ToDictionaryAsync(metric => (metric.ModelVersionId, metric.Metric), cancellationToken);
        Deployment[] deployments = [.. live.Deployments(project.Id)];
        return new ModelsPanel
        {
            Project = project,
            Versions = [.. live.Of(project.Id).Reverse().Select(version => ModelRow.Of(version, live.Now(project.Id)?.Id == version.Id, metrics.GetValueOrDefault((version.Id, headline)), metrics.GetValueOrDefault((version.Id, MetricNames.LatencyTotal95))))],
            Periods = [.. deployments.Select((deployment, index) => new LivePeriod(live.Find(deployment.ModelVersionId)?.Number ?? 0, deployment.DeployedAt, index + 1 < deployments.Length ? deployments[index + 1].DeployedAt : null, deployment.Note)).Reverse().Take(50)],
            Head = await db.AuditEntries.AsNoTracking().Where(entry => entry.ProjectId == project.Id && (entry.Action == HeadFitting.Fitted || entry.Action == HeadFitting.Refused))
                .OrderByDescending(entry => entry.Id).Select(entry => new HeadOutcome(entry.At, entry.Action == HeadFitting.Fitted, entry.Detail)).FirstOrDefaultAsync(cancellationToken),
            BaselineName = await db.ImageSets.AsNoTracking().Where(set => set.Id == project.BaselineId).Select(set => set.Name + ": " + set.Description).FirstOrDefaultAsync(cancellationToken),
            LabelledCount = await db.Images.CountAsync(image => image.ProjectId == project.Id && image.LabelRevision > 0, cancellationToken),
        };
    }
}

/// <summary>What came of a head that was asked for.</summary>
/// <param name="At">When.</param>
/// <param name="IsFitted">Whether it became a version.</param>
/// <param name="Sentence">Which version and how it does, or why there is none.</param>
public sealed record HeadOutcome(DateTimeOffset At, bool IsFitted, string Sentence);

/// <summary>One version.</summary>
public sealed record ModelRow(long Id, int Number, string Name, string Sha256, ModelVersionState State, string? StateReason, DateTimeOffset RegisteredAt, bool IsLive, string Family, string Input, bool HasEmbedding, string ContractJson, RunMetric? Headline, RunMetric? Latency)
{
    internal static ModelRow Of(ModelVersion version, bool isLive, RunMetric? headline, RunMetric? latency)
    {
        ModelContract? contract;
        try
        {
            contract = ModelContract.Parse(version.Contract);
        }
        catch (ModelContractException)
        {
            // A contract that an older version wrote and this one no longer reads is shown as it is.
            contract = null;
        }

        return new ModelRow(
            version.Id, version.Number, version.Name, version.Sha256, version.State, version.StateReason, version.RegisteredAt, isLive, contract?.Family ?? "unreadable contract",
            contract is null or { Input.Name: "" } ? "" : $"{contract.Input.Width} × {contract.Input.Height} px", contract?.EmbeddingOutput is not null, version.Contract, headline, latency);
    }
}

/// <summary>From when to when a version was in production.</summary>
public sealed record LivePeriod(int Number, DateTimeOffset From, DateTimeOffset? To, string Note);
