using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Panels;

/// <summary>One image: its truth, what every version said of it, and how it came here.</summary>
public sealed record ImageDetailPanel
{
    public required Project Project { get; init; }

    public required Image Image { get; init; }

    public required ImageOverlay Overlay { get; init; }

    public ModelVersion? Version { get; init; }

    /// <summary>What each version said, by number.</summary>
    public required IReadOnlyList<VersionAnswer> Answers { get; init; }

    public required IReadOnlyList<LabelRevision> Labels { get; init; }

    /// <summary>The next newer and next older image of the project.</summary>
    public long? NewerId { get; init; }

    public long? OlderId { get; init; }

    /// <summary>Loads the panel; null when there is no such image in the project.</summary>
    public static async Task<ImageDetailPanel?> LoadImageAsync(MonitoringDbContext db, string slug, long imageId, int? versionNumber, CancellationToken cancellationToken)
    {
        Project? project = await db.Projects.AsNoTracking().FirstOrDefaultAsync(candidate => candidate.Slug == slug, cancellationToken);
        Image? image = project is null ? null : await db.Images.AsNoTracking().FirstOrDefaultAsync(candidate => candidate.Id == imageId && candidate.ProjectId == project.Id, cancellationToken);
        if (project is null || image is null)
        {
            return null;
        }

        LiveVersions live = await LiveVersions.LoadAsync(db, cancellationToken, project.Id);
        IReadOnlyList<ModelVersion> versions = live.Of(project.Id);
        Dictionary<long, Rescore> rescores = await db.Rescores.AsNoTracking().Where(rescore => rescore.ImageId == imageId).ToDictionaryAsync(rescore => rescore.ModelVersionId, cancellationToken);
        Dictionary<long, double> scores = await db.Evidence.AsNoTracking().Where(evidence => evidence.ImageId == imageId).ToDictionaryAsync(evidence => evidence.ModelVersionId, evidence => evidence.ImageScore, cancellationToken);
        Label[] labels = await db.Labels.AsNoTracking().Where(label => label.ImageId == imageId).OrderByDescending(label => label.Revision).Take(20).ToArrayAsync(cancellationToken);
        string? truth = labels.FirstOrDefault(label => label.Revision == image.LabelRevision)?.Truth;
        ModelVersion? version = versions.FirstOrDefault(candidate => candidate.Number == versionNumber) ?? live.Now(project.Id) ?? versions.LastOrDefault();
        return new ImageDetailPanel
        {
            Project = project,
            Image = image,
            Version = version,
            Overlay = ImageOverlay.Of(project, truth, version is null ? null : rescores.GetValueOrDefault(version.Id)?.Prediction),
            Answers = [.. versions.Select(candidate => VersionAnswer.Of(project, candidate, truth, rescores.GetValueOrDefault(candidate.Id), scores.TryGetValue(candidate.Id, out double score) ? score : null))],
            Labels = [.. labels.Select(label => new LabelRevision(label.Revision, ImageOverlay.Of(project, label.Truth, null).TruthText ?? "", label.Source, label.CreatedAt))],
            NewerId = await db.Images.Where(other => other.ProjectId == project.Id && (other.CapturedAt > image.CapturedAt || (other.CapturedAt == image.CapturedAt && other.Id > imageId)))
                .OrderBy(other => other.CapturedAt).ThenBy(other => other.Id).Select(other => (long?)other.Id).FirstOrDefaultAsync(cancellationToken),
            OlderId = await db.Images.Where(other => other.ProjectId == project.Id && (other.CapturedAt < image.CapturedAt || (other.CapturedAt == image.CapturedAt && other.Id < imageId)))
                .OrderByDescending(other => other.CapturedAt).ThenByDescending(other => other.Id).Select(other => (long?)other.Id).FirstOrDefaultAsync(cancellationToken),
        };
    }
}

/// <summary>What one version said of an image.</summary>
public sealed record VersionAnswer(int Number, string Name, string? PredictedText, bool? IsWrong, double? Score, string? Failure, double? Milliseconds, DateTimeOffset? ScoredAt)
{
    internal static VersionAnswer Of(Project project, ModelVersion version, string? truth, Rescore? rescore, double? score)
    {
        ImageOverlay overlay = ImageOverlay.Of(project, truth, rescore?.Prediction);
        double? milliseconds = rescore is null ? null : rescore.DecodeMilliseconds + rescore.PrepareMilliseconds + rescore.InferMilliseconds + rescore.ReadMilliseconds;
        return new VersionAnswer(version.Number, version.Name, overlay.PredictedText, overlay.IsWrong, score, rescore?.Failure, milliseconds, rescore?.ScoredAt);
    }
}

/// <summary>One revision of an image's truth.</summary>
public sealed record LabelRevision(int Revision, string Text, string Source, DateTimeOffset CreatedAt);
