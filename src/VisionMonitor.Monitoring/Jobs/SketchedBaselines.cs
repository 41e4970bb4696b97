using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.DriftDetection;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Monitoring.Jobs;

/// <summary>Baselines as versions see them. Those that are scored in full cannot change and are kept.</summary>
public sealed class SketchedBaselines
{
    private readonly Recent<(long Baseline, long Version), SketchedBaseline> _kept = new(32);

    /// <summary>A baseline as a version sees it; empty where the project has none.</summary>
    internal async Task<SketchedBaseline> GetAsync(MonitoringDbContext context, Project project, long? baselineId, long versionId, CancellationToken cancellationToken)
    {
        if (baselineId is { } known && _kept.TryGet((known, versionId), out SketchedBaseline? kept))
        {
            return kept;
        }

        ModelVersion version = await context.ModelVersions.AsNoTracking().SingleAsync(version => version.Id == versionId, cancellationToken);
        if (baselineId is not { } id)
        {
            return new SketchedBaseline("", version, project.ClassNames.Count, []);
        }

        int memberCount = await context.ImageSetMembers.CountAsync(member => member.ImageSetId == id, cancellationToken);
        var rows = await context.ImageSetMembers
            .Where(member => member.ImageSetId == id)
            .Join(context.Rescores.Where(rescore => rescore.ModelVersionId == versionId && rescore.Prediction != null), member => member.ImageId, rescore => rescore.ImageId, (member, rescore) => rescore)
            .Join(context.Images, rescore => rescore.ImageId, image => image.Id, (rescore, image) => new { Image = image, rescore.Prediction, rescore.Embedding })
            .AsNoTracking()
            .ToListAsync(cancellationToken);

        // By client id, which is the same on every database, so that calibrations are too.
        SketchedBaseline read = new(
            $"{id}/{versionId}/{rows.Count}",
            version,
            project.ClassNames.Count,
            [.. rows.OrderBy(row => row.Image.ClientId, StringComparer.Ordinal)
                .Select(row => (row.Image, Sketched: SketchedImage.Of(row.Image, Prediction.FromJson(row.Prediction!), row.Embedding)))
                .Where(row => row.Sketched is not null)
                .Select(row => new BaselineImage(row.Image.Camera, row.Image.CapturedAt, row.Sketched!.Value))]);
        return rows.Count == memberCount && memberCount > 0 ? _kept.Keep((id, versionId), read) : read;
    }
}
