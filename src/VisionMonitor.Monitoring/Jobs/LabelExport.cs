using System.IO.Compression;
using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.LabelTools;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision.Labels;

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
        if (!format.Tasks.Contains(project.Task))
        {
            throw new NotSupportedException($"{format.Id} holds {string.Join(", ", format.Tasks)}, not {project.Task}.");
        }

        IQueryable<LabelRequest> open = context.LabelRequests.Where(request => request.ProjectId == projectId && context.Images.Any(image => image.Id == request.ImageId && image.LabelRevision == 0));
        IReadOnlyList<BatchImage> drafts = await LabelDrafts.LoadAsync(context, blobs, project, open, MostImages, cancellationToken);
        string folder = Directory.CreateTempSubdirectory("visionmonitor-queue").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(folder, "images"));
            foreach (BatchImage image in drafts)
            {
                File.Copy(image.FilePath, Path.Combine(folder, "images", image.Name));
            }

            // Without an answer of the model there is no class to start from.
            LabelledImage[] images = [.. drafts.Where(image => image.Draft is not null).Select(image => new LabelledImage("images/" + image.Name, image.Width, image.Height, image.Draft!))];
            format.Write(new LabelSet(project.Task, project.ClassNames, images), Path.Combine(folder, format.FileName ?? ""));
            ZipFile.CreateFromDirectory(folder, zipPath);
            return drafts.Count;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
