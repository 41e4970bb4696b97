using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Monitoring.Ingest;

/// <summary>Takes truth labels in, early or late. A label that says what is already known adds nothing; anything else is a new revision.</summary>
public sealed class LabelIngest(IDbContextFactory<MonitoringDbContext> contexts, TimeProvider clock)
{
    /// <summary>Writes the truth of images of one project and returns how many of them changed. The caller lets the evaluation be refreshed.</summary>
    /// <exception cref="IngestException">The project or an image does not exist, or a truth does not fit the project; then nothing was written.</exception>
    public async Task<int> WriteAsync(long projectId, IReadOnlyDictionary<long, Truth> truths, string source, CancellationToken cancellationToken)
    {
        await using MonitoringDbContext context = await contexts.CreateDbContextAsync(cancellationToken);
        Project project = await context.Projects.AsNoTracking().SingleOrDefaultAsync(project => project.Id == projectId, cancellationToken)
            ?? throw new IngestException("project_not_found", $"There is no project {projectId}.");
        foreach (Truth truth in truths.Values)
        {
            TruthRules.Require(project, truth);
        }

        int changed = 0;
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        foreach (long[] ids in truths.Keys.Order().Chunk(500))
        {
            List<Image> images = await context.Images.Where(image => image.ProjectId == projectId && ids.Contains(image.Id)).ToListAsync(cancellationToken);
            if (images.Count < ids.Length)
            {
                throw new IngestException("image_not_found", $"Image {ids.Except(images.Select(image => image.Id)).First()} is not in project \"{project.Slug}\"; no label was written.");
            }

            Dictionary<long, string> current = await context.Labels.AsNoTracking()
                .Join(context.Images.Where(image => ids.Contains(image.Id)), label => new { label.ImageId, label.Revision }, image => new { ImageId = image.Id, Revision = image.LabelRevision }, (label, _) => label)
                .ToDictionaryAsync(label => label.ImageId, label => label.Truth, cancellationToken);
            foreach (Image image in images)
            {
                string truth = truths[image.Id].ToJson();
                if (current.GetValueOrDefault(image.Id) == truth)
                {
                    continue;
                }

                image.LabelRevision++;
                context.Labels.Add(new Label { ImageId = image.Id, Revision = image.LabelRevision, Truth = truth, Source = source, CreatedAt = clock.GetUtcNow() });
                changed++;
            }

            await context.SaveChangesAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return changed;
    }
}
