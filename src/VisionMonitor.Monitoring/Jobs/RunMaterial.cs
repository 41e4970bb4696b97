using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Monitoring.Jobs;

/// <summary>Everything that a run's numbers are computed from, read in a few queries, in the order of the sample.</summary>
internal sealed class RunMaterial
{
    public required Run Run { get; init; }

    public required Project Project { get; init; }

    /// <summary>The sample in ordinal order.</summary>
    public required IReadOnlyList<SampledImage> Sample { get; init; }

    public required ILookup<long, Rescore> RescoresByVersion { get; init; }

    public required ILookup<long, Storage.Evidence> EvidenceByVersion { get; init; }

    /// <summary>With what odds the label of an image was asked for, where labels come from the queue alone; empty where others came too, as then each counts alike.</summary>
    public required IReadOnlyDictionary<long, double> LabelOdds { get; init; }

    /// <summary>Cameras of the sample, sorted; empty when there are not at least two to tell apart.</summary>
    public required IReadOnlyList<string> Cameras { get; init; }

    /// <summary>What the evidence was when it was read.</summary>
    public EvidenceStamp Stamp => EvidenceStamp.Of([.. EvidenceByVersion.SelectMany(version => version)]);

    // More cameras than this are not told apart.
    private const int CameraLimit = 64;

    public static async Task<RunMaterial> LoadAsync(MonitoringDbContext context, long runId, CancellationToken cancellationToken)
    {
        Run run = await context.Runs.AsNoTracking().SingleAsync(run => run.Id == runId, cancellationToken);
        Project project = await context.Projects.AsNoTracking().SingleAsync(project => project.Id == run.ProjectId, cancellationToken);
        List<SampledImage> sample = await context.RunImages.AsNoTracking()
            .Where(member => member.RunId == runId)
            .OrderBy(member => member.Ordinal)
            .Join(context.Images, member => member.ImageId, image => image.Id, (member, image) => new SampledImage(image, 1 / member.InclusionProbability))
            .ToListAsync(cancellationToken);
        IQueryable<long> ids = context.RunImages.Where(member => member.RunId == runId).Select(member => member.ImageId);
        List<Rescore> rescores = await context.Rescores.AsNoTracking()
            .Where(rescore => ids.Contains(rescore.ImageId) && run.ModelVersionIds.Contains(rescore.ModelVersionId))
            .ToListAsync(cancellationToken);
        List<Storage.Evidence> evidence = await Evidence(context, run).AsNoTracking().ToListAsync(cancellationToken);
        Dictionary<long, double> odds = await context.LabelRequests.Where(request => ids.Contains(request.ImageId)).ToDictionaryAsync(request => request.ImageId, request => request.InclusionProbability, cancellationToken);
        string[] cameras = [.. sample.Select(one => one.Image.Camera).Distinct().Order(StringComparer.Ordinal)];
        return new RunMaterial
        {
            Run = run,
            Project = project,
            Sample = sample,
            RescoresByVersion = rescores.ToLookup(rescore => rescore.ModelVersionId),
            EvidenceByVersion = evidence.ToLookup(one => one.ModelVersionId),
            LabelOdds = sample.All(one => one.Image.LabelRevision == 0 || odds.ContainsKey(one.Image.Id)) ? odds : new Dictionary<long, double>(),
            Cameras = cameras.Length is > 1 and <= CameraLimit ? [.. cameras.Where(camera => camera.Length > 0)] : [],
        };
    }

    /// <summary>The evidence that a run's numbers rest on.</summary>
    public static IQueryable<Storage.Evidence> Evidence(MonitoringDbContext context, Run run)
    {
        IQueryable<long> ids = context.RunImages.Where(member => member.RunId == run.Id).Select(member => member.ImageId);
        return context.Evidence.Where(evidence => ids.Contains(evidence.ImageId) && run.ModelVersionIds.Contains(evidence.ModelVersionId));
    }
}

/// <summary>One image of the sample.</summary>
/// <param name="Image">Its row.</param>
/// <param name="Weight">1 / inclusion probability.</param>
internal sealed record SampledImage(Image Image, double Weight);

/// <summary>Tells two states of the evidence apart: revisions only ever grow, so their count and sum change with every late label.</summary>
/// <param name="Count">Rows.</param>
/// <param name="RevisionSum">Sum of their label revisions.</param>
internal readonly record struct EvidenceStamp(int Count, long RevisionSum)
{
    public static EvidenceStamp Of(IReadOnlyCollection<Storage.Evidence> evidence) => new(evidence.Count, evidence.Sum(one => (long)one.LabelRevision));

    public static async Task<EvidenceStamp> ReadAsync(MonitoringDbContext context, Run run, CancellationToken cancellationToken)
    {
        IQueryable<Storage.Evidence> evidence = RunMaterial.Evidence(context, run);
        return new(await evidence.CountAsync(cancellationToken), await evidence.SumAsync(one => (long)one.LabelRevision, cancellationToken));
    }
}
