using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.DriftDetection;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Monitoring.Jobs;

/// <summary>Baselines as versions see them. Those that are scored in full cannot change and are kept.</summary>
public sealed class SketchedBaselines
{
    /// <summary>More images of a baseline tell no more of what is usual, and would fill the memory.</summary>
    private const int MostImages = 10_000;

    private readonly Recent<(long Baseline, long Version), SketchedBaseline> _kept = new(128);

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

        // Only answers that name a class, or say how sure they are, are read: masks and maps of a large baseline would fill the memory.
        bool namesClasses = project.Task is VisionTask.Classification or VisionTask.Detection;
        int memberCount = await context.ImageSetMembers.CountAsync(member => member.ImageSetId == id, cancellationToken), scoredCount = 0;
        List<(string ClientId, BaselineImage Image)> images = [];
        await foreach (var row in context.ImageSetMembers
            .Where(member => member.ImageSetId == id)
            .Join(context.Rescores.Where(rescore => rescore.ModelVersionId == versionId), member => member.ImageId, rescore => rescore.ImageId, (member, rescore) => rescore)
            .Join(context.Images, rescore => rescore.ImageId, image => image.Id, (rescore, image) => new { Image = image, Prediction = namesClasses ? rescore.Prediction : null, rescore.Embedding })
            .AsNoTracking()
            .AsAsyncEnumerable()
            .WithCancellation(cancellationToken))
        {
            scoredCount++;
            if (SketchedImage.Of(row.Image, row.Prediction is { } said ? Prediction.FromJson(said) : null, row.Embedding) is { } sketched)
            {
                images.Add((row.Image.ClientId, new BaselineImage(row.Image.Camera, row.Image.CapturedAt, sketched)));
            }
        }

        // By client id, which is the same on every database, so that calibrations are too.
        SketchedBaseline read = new(
            $"{id}/{versionId}/{scoredCount}/{images.Count}",
            version,
            project.ClassNames.Count,
            Some([.. images.OrderBy(row => row.ClientId, StringComparer.Ordinal).Select(row => row.Image)]));
        return scoredCount == memberCount && memberCount > 0 ? _kept.Keep((id, versionId), read) : read;
    }

    /// <summary>All of them, or as many as tell enough, evenly spread over their order.</summary>
    private static IReadOnlyList<BaselineImage> Some(BaselineImage[] images) =>
        images.Length <= MostImages ? images : [.. Enumerable.Range(0, MostImages).Select(number => images[(int)((long)number * images.Length / MostImages)])];
}
