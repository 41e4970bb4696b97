using System.IO.Compression;
using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Labelling;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision.Labels;
using VisionMonitor.Vision.Predictions;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Monitoring.Jobs;

/// <summary>The open label requests of a project as an archive for a label tool: the images, and what the version in production says of them to start from.</summary>
public sealed class LabelExport(IDbContextFactory<MonitoringDbContext> contexts, BlobStore blobs)
{
    private const int MostImages = 500;

    /// <summary>Writes the archive.</summary>
    /// <returns>How many images it holds.</returns>
    /// <exception cref="NotSupportedException">The format cannot hold this task.</exception>
    public async Task<int> WriteAsync(long projectId, ILabelFormat format, string zipPath, CancellationToken cancellationToken)
    {
        await using MonitoringDbContext context = await contexts.CreateDbContextAsync(cancellationToken);
        Project project = await context.Projects.AsNoTracking().SingleAsync(project => project.Id == projectId, cancellationToken);
        long? live = await context.Deployments.Where(deployment => deployment.ProjectId == projectId).OrderByDescending(deployment => deployment.DeployedAt).Select(deployment => (long?)deployment.ModelVersionId).FirstOrDefaultAsync(cancellationToken);
        var open = await context.LabelRequests.Where(request => request.ProjectId == projectId)
            .Join(context.Images.Where(image => image.LabelRevision == 0), request => request.ImageId, image => image.Id, (request, image) => new { request, image })
            .Join(context.Rescores.Where(row => row.ModelVersionId == live), pair => pair.image.Id, row => row.ImageId, (pair, row) => new { pair.image, pair.request.RequestedAt, pair.request.Ordinal, row.Prediction })
            .OrderByDescending(row => row.RequestedAt).ThenBy(row => row.Ordinal).Take(MostImages).AsNoTracking().ToListAsync(cancellationToken);
        string folder = Directory.CreateTempSubdirectory("visionmonitor-queue").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(folder, "images"));
            List<LabelledImage> images = [];
            foreach (var row in open.Where(row => blobs.Contains(row.image.Sha256)))
            {
                string name = QueuedName.Of(row.image.Id, await blobs.ReadAsync(row.image.Sha256, cancellationToken));
                File.Copy(blobs.PathOf(row.image.Sha256), Path.Combine(folder, "images", name));
                images.Add(new LabelledImage("images/" + name, row.image.WidthPixels, row.image.HeightPixels, Draft(project, row.Prediction is { } json ? Prediction.FromJson(json) : null)));
            }

            format.Write(new LabelSet(project.Task, project.ClassNames, images), Path.Combine(folder, format.FileName ?? ""));
            ZipFile.CreateFromDirectory(folder, zipPath);
            return images.Count;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // What the model says, from the operating confidence on: people correct faster than they draw.
    private static Truth Draft(Project project, Prediction? predicted) => predicted switch
    {
        ClassificationPrediction one => new ClassificationTruth(Math.Max(0, one.TopClassIndex)),
        DetectionPrediction boxes => new DetectionTruth([.. boxes.Boxes.Where(box => box.Confidence >= project.OperatingConfidence).Select(box => new Metrics.Detection.TruthBox(box.ClassIndex, box.Box))]),
        _ when project.Task == Vision.VisionTask.Detection => new DetectionTruth([]),
        _ => throw new NotSupportedException($"Drafts of labels are written for classification and detection, not for {project.Task}."),
    };
}
