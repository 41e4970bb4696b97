using System.Runtime.InteropServices;
using Microsoft.EntityFrameworkCore;
using VisionMonitor.Metrics.Drift;
using VisionMonitor.Monitoring.DriftDetection;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Panels;

/// <summary>Whether a project's baseline can be relied on, as the baseline doctor sees it through the newest active version.</summary>
public sealed record BaselinePanel
{
    private const int MostImages = 2000;
    private const int WindowImages = 300;

    /// <summary>The image set; null while none is chosen.</summary>
    public string? Name { get; init; }

    public int ImageCount { get; init; }

    /// <summary>The version whose embeddings were looked at; null where none has scored it.</summary>
    public int? VersionNumber { get; init; }

    /// <summary>What is wrong, the gravest first.</summary>
    public required IReadOnlyList<BaselineFinding> Findings { get; init; }

    /// <summary>Examines a project's baseline against its newest images.</summary>
    public static async Task<BaselinePanel> LoadBaselineAsync(MonitoringDbContext db, long projectId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await db.ImageSets.AsNoTracking().FirstOrDefaultAsync(set => db.Projects.Any(project => project.Id == projectId && project.BaselineId == set.Id), cancellationToken) is not { } set)
        {
            return new BaselinePanel { Findings = [new("none", IsGrave: true, "No baseline is chosen, so there is nothing to drift from.")] };
        }

        IQueryable<long> members = db.ImageSetMembers.Where(member => member.ImageSetId == set.Id).Select(member => member.ImageId);
        int count = await members.CountAsync(cancellationToken);
        ModelVersion[] versions = await db.ModelVersions.AsNoTracking().Where(version => version.ProjectId == projectId && version.State == ModelVersionState.Active).OrderByDescending(version => version.Number).ToArrayAsync(cancellationToken);
        List<BaselineFinding> findings = [];
        foreach (ModelVersion version in versions)
        {
            int scored = await db.Rescores.CountAsync(rescore => rescore.ModelVersionId == version.Id && rescore.Embedding != null && members.Contains(rescore.ImageId), cancellationToken);
            if (scored < count)
            {
                findings.Add(new("unscored", IsGrave: scored == 0, $"v{version.Number} has embeddings of {scored} of its {count} images; the next run scores the rest, if the model gives embeddings at all."));
            }
        }

        if (versions is not [var newest, ..])
        {
            return new BaselinePanel { Name = set.Name, ImageCount = count, Findings = [new("no-version", IsGrave: true, "No version is active, so nobody has looked at the baseline.")] };
        }

        findings.AddRange(await ExamineAsync(db, projectId, newest, members, now, cancellationToken));
        return new BaselinePanel { Name = set.Name, ImageCount = count, VersionNumber = newest.Number, Findings = [.. findings.OrderByDescending(finding => finding.IsGrave)] };
    }

    private static async Task<IReadOnlyList<BaselineFinding>> ExamineAsync(MonitoringDbContext db, long projectId, ModelVersion version, IQueryable<long> members, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var rows = await db.Rescores.AsNoTracking()
            .Where(rescore => rescore.ModelVersionId == version.Id && rescore.Embedding != null && members.Contains(rescore.ImageId))
            .Join(db.Images, rescore => rescore.ImageId, image => image.Id, (rescore, image) => new { image.Id, image.Camera, image.CapturedAt, rescore.Embedding })
            .OrderBy(row => row.Id).Take(MostImages).ToListAsync(cancellationToken);
        if (rows.Count == 0)
        {
            return [];
        }

        List<byte[]?> window = await db.Images.AsNoTracking()
            .Where(image => image.ProjectId == projectId && image.IsProduction)
            .Join(db.Rescores.Where(rescore => rescore.ModelVersionId == version.Id && rescore.Embedding != null), image => image.Id, rescore => rescore.ImageId, (image, rescore) => new { image.CapturedAt, rescore.Embedding })
            .OrderByDescending(row => row.CapturedAt).Take(WindowImages).Select(row => row.Embedding).ToListAsync(cancellationToken);
        int dimension = MemoryMarshal.Cast<byte, float>(rows[0].Embedding).Length;
        EmbeddingSet others = EmbeddingSet.FromBytes(window);
        return BaselineDoctor.Examine(
            [.. rows.SelectMany(row => MemoryMarshal.Cast<byte, float>(row.Embedding).ToArray())],
            dimension,
            others.Dimension == dimension ? others.Rows : [],
            [.. rows.Select(row => row.Camera)],
            (now - rows.Max(row => row.CapturedAt)).TotalDays);
    }
}
