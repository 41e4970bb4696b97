using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Evaluation;
using VisionMonitor.Monitoring.Labelling;
using VisionMonitor.Monitoring.LabelTools;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision;
using VisionMonitor.Vision.Predictions;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Monitoring.Jobs;

/// <summary>Images that people are asked to label, with what the version in production says of them to start from.</summary>
internal static class LabelDrafts
{
    /// <summary>Loads them, the newest request first; those whose file is gone are left out.</summary>
    public static async Task<IReadOnlyList<BatchImage>> LoadAsync(MonitoringDbContext context, BlobStore blobs, Project project, IQueryable<LabelRequest> requests, int most, CancellationToken cancellationToken)
    {
        long? live = await context.Deployments.Where(deployment => deployment.ProjectId == project.Id).OrderByDescending(deployment => deployment.DeployedAt).Select(deployment => (long?)deployment.ModelVersionId).FirstOrDefaultAsync(cancellationToken);
        var rows = await requests.Join(context.Images, request => request.ImageId, image => image.Id, (request, image) => new { request, image })
            .OrderByDescending(pair => pair.request.RequestedAt).ThenBy(pair => pair.request.Ordinal).Take(most)
            .Select(pair => new
            {
                pair.image.Id,
                pair.image.Sha256,
                pair.image.WidthPixels,
                pair.image.HeightPixels,
                Prediction = context.Rescores.Where(row => row.ImageId == pair.image.Id && row.ModelVersionId == live).Select(row => row.Prediction).FirstOrDefault(),
            })
            .ToListAsync(cancellationToken);
        List<BatchImage> images = [];
        foreach (var row in rows.Where(row => blobs.Contains(row.Sha256)))
        {
            string name = QueuedName.Of(row.Id, await blobs.ReadAsync(row.Sha256, cancellationToken));
            images.Add(new BatchImage(name, blobs.PathOf(row.Sha256), row.WidthPixels, row.HeightPixels, Draft(project, row.Prediction is { } json ? Prediction.FromJson(json) : null)));
        }

        return images;
    }

    // What the model says, from the operating confidence on: people correct faster than they draw.
    private static Truth? Draft(Project project, Prediction? predicted) => (project.Task, predicted) switch
    {
        (VisionTask.Classification, ClassificationPrediction) or (VisionTask.Detection, DetectionPrediction) or (VisionTask.InstanceSegmentation, InstancePrediction) =>
            PredictedTruth.Of(predicted, project.OperatingConfidence),
        (VisionTask.Detection, _) => new DetectionTruth([]),
        (VisionTask.InstanceSegmentation, _) => new InstanceTruth([]),
        _ => null,
    };
}
