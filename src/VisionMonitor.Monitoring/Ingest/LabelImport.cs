using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Labelling;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision.Labels;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Monitoring.Ingest;

/// <summary>What an import took in and what it left out.</summary>
/// <param name="Read">What the reader of the file says.</param>
/// <param name="LabelledCount">Images whose label is new or changed.</param>
/// <param name="UnchangedCount">Images whose label was known already.</param>
/// <param name="StoredCount">Images that were taken in from the folder.</param>
/// <param name="Refused">Images of the folder that could not be taken in, with the reason; the first hundred.</param>
/// <param name="BaselineId">The image set that became the project's baseline, when one was asked for.</param>
public sealed record ImportReport(
    ReadReport Read,
    int LabelledCount,
    int UnchangedCount,
    int StoredCount,
    IReadOnlyList<string> Refused,
    long? BaselineId)
{
    /// <summary>Classes that the project takes for ground (stuff) from now on, because this file says so and nobody had.</summary>
    public IReadOnlyList<string> StuffLearnt { get; init; } = [];
}

/// <summary>
/// Brings a label file into a project: labels find their images by client id (the name in the file, with or without its
/// folders and Roboflow's hash), images that are not there yet come from a folder when one is given, and the whole may become the baseline.
/// </summary>
public sealed class LabelImport(IDbContextFactory<MonitoringDbContext> contexts, ImageIngest ingest, LabelIngest labels, TimeProvider clock)
{
    private const int BatchSize = 100;
    private const int MostReasons = 100;

    /// <param name="projectId">The project.</param>
    /// <param name="read">What a label format read; its classes are matched to the project's by name.</param>
    /// <param name="imagesFolder">Where images that the project does not have yet lie, or null.</param>
    /// <param name="baselineName">The name of the baseline to make of all images found, or null for none.</param>
    /// <param name="source">Who or what labelled, for people to read.</param>
    /// <param name="progress">Told how many images are done, out of how many.</param>
    /// <param name="cancellationToken">Stops between batches; what is done stays.</param>
    /// <exception cref="IngestException">The project does not exist or does another task.</exception>
    public async Task<ImportReport> ImportAsync(long projectId, LabelRead read, string? imagesFolder, string? baselineName, string source, IProgress<(int Done, int Total)>? progress, CancellationToken cancellationToken)
    {
        await using MonitoringDbContext context = await contexts.CreateDbContextAsync(cancellationToken);
        Project project = await context.Projects.SingleOrDefaultAsync(project => project.Id == projectId, cancellationToken)
            ?? throw new IngestException("project_not_found", $"There is no project {projectId}.");
        if (read.Set.Task != project.Task)
        {
            throw new IngestException("task_mismatch", $"The labels are for {read.Set.Task}, but project \"{project.Slug}\" does {project.Task}.");
        }

        (LabelSet set, ReadReport report) = read.Set.InClassesOf(project.ClassNames, read.Report);
        List<string> notFound = [], refused = [];
        HashSet<long> found = [];
        int stored = 0, labelled = 0;
        foreach (LabelledImage[] batch in set.Images.Chunk(BatchSize))
        {
            Dictionary<long, Truth> truths = [];
            Dictionary<string, long> known = await KnownAsync(context, projectId, batch, cancellationToken);
            HashSet<long> asked = await AskedAsync(context, projectId, batch, cancellationToken);
            Dictionary<long, (int Width, int Height)> sizes = await SizesAsync(context, [.. known.Values, .. asked], cancellationToken);
            List<(LabelledImage Image, IncomingImage Incoming)> incoming = [];
            foreach (LabelledImage image in batch)
            {
                if (ImageOf(image, known, asked) is { } id)
                {
                    if (sizes.TryGetValue(id, out (int Width, int Height) size) && image is { Width: { } width, Height: { } height, Truth: not ClassificationTruth } && (width, height) != size)
                    {
                        refused.Add($"{image.FileName}: image_size_differs: these labels are for {width} × {height} pixels, the image has {size.Width} × {size.Height}; export them without resizing");
                        continue;
                    }

                    // Roboflow exports an image several times when it augments; only one of them can be the image itself.
                    if (found.Contains(id) || !truths.TryAdd(id, image.Truth))
                    {
                        refused.Add($"{image.FileName}: image_named_twice: another row of these labels is about the same image; the first counts");
                    }
                }
                else if (FileIn(imagesFolder, image.FileName) is { } path)
                {
                    incoming.Add((image, new IncomingImage(image.FileName, await File.ReadAllBytesAsync(path, cancellationToken), IsProduction: false)));
                }
                else
                {
                    notFound.Add(image.FileName);
                }
            }

            IReadOnlyList<ReceivedImage> received = await ingest.ReceiveAsync(projectId, [.. incoming.Select(pair => pair.Incoming)], cancellationToken);
            foreach ((ReceivedImage one, LabelledImage image) in received.Zip(incoming.Select(pair => pair.Image)))
            {
                if (one.ImageId is { } id)
                {
                    truths[id] = image.Truth;
                    stored += one.Outcome == ReceiveOutcome.Stored ? 1 : 0;
                }
                else
                {
                    refused.Add($"{image.FileName}: {one.Code}: {one.Sentence}");
                }
            }

            labelled += await labels.WriteAsync(projectId, truths, source, cancellationToken);
            found.UnionWith(truths.Keys);
            progress?.Report((found.Count + notFound.Count + refused.Count, set.Images.Count));
        }

        long? baseline = baselineName is null || found.Count == 0 ? null : await MakeBaselineAsync(context, project, baselineName, found, source, cancellationToken);
        IReadOnlyList<string> stuff = found.Count == 0 ? [] : await GroundClasses.LearnAsync(context, projectId, set.StuffClasses, clock.GetUtcNow(), cancellationToken);
        return new ImportReport(
            report with { ImagesNotFound = [.. report.ImagesNotFound.Union(notFound)] }, labelled, found.Count - labelled, stored, [.. refused.Take(MostReasons)], baseline)
        { StuffLearnt = stuff };
    }

    // As it stands, without its folders, and as it was called before Roboflow added a hash.
    private static string[] NamesOf(LabelledImage image) =>
        [image.FileName, Path.GetFileName(image.FileName), image.OriginalName, Path.GetFileName(image.OriginalName)];

    private static long? ImageOf(LabelledImage image, Dictionary<string, long> known, HashSet<long> asked) =>
        NamesOf(image).Select(name => known.TryGetValue(name, out long id) ? id : (long?)null).FirstOrDefault(id => id is not null)
        ?? (QueuedName.ImageOf(image.OriginalName) is { } queued && asked.Contains(queued) ? queued : null);

    // Images that people were asked to label go out under names of ours, and come back under them.
    private static async Task<HashSet<long>> AskedAsync(MonitoringDbContext context, long projectId, LabelledImage[] batch, CancellationToken cancellationToken)
    {
        long[] ids = [.. batch.Select(image => QueuedName.ImageOf(image.OriginalName)).OfType<long>()];
        return ids.Length == 0 ? [] : await context.LabelRequests.Where(request => request.ProjectId == projectId && ids.Contains(request.ImageId)).Select(request => request.ImageId).ToHashSetAsync(cancellationToken);
    }

    private static async Task<Dictionary<long, (int Width, int Height)>> SizesAsync(MonitoringDbContext context, long[] ids, CancellationToken cancellationToken) =>
        (await context.Images.Where(image => ids.Contains(image.Id)).Select(image => new { image.Id, image.WidthPixels, image.HeightPixels }).ToListAsync(cancellationToken)).ToDictionary(image => image.Id, image => (image.WidthPixels, image.HeightPixels));

    private static async Task<Dictionary<string, long>> KnownAsync(MonitoringDbContext context, long projectId, LabelledImage[] batch, CancellationToken cancellationToken)
    {
        string[] names = [.. batch.SelectMany(NamesOf).Distinct()];
        return await context.Images.AsNoTracking()
            .Where(image => image.ProjectId == projectId && names.Contains(image.ClientId))
            .ToDictionaryAsync(image => image.ClientId, image => image.Id, cancellationToken);
    }

    // A name in a label file is somebody else's text: it may only reach files below the folder that the person named.
    private static string? FileIn(string? folder, string name)
    {
        if (folder is null)
        {
            return null;
        }

        string root = Path.GetFullPath(folder) + Path.DirectorySeparatorChar;
        string path = Path.GetFullPath(Path.Combine(root, name));
        return path.StartsWith(root, StringComparison.Ordinal) && File.Exists(path) && File.ResolveLinkTarget(path, returnFinalTarget: true) is null ? path : null;
    }

    private async Task<long> MakeBaselineAsync(MonitoringDbContext context, Project project, string name, HashSet<long> images, string source, CancellationToken cancellationToken)
    {
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        ImageSet set = new() { ProjectId = project.Id, Name = name, Description = $"{images.Count} images, {source}", CreatedAt = clock.GetUtcNow() };
        context.ImageSets.Add(set);
        await context.SaveChangesAsync(cancellationToken);
        context.ImageSetMembers.AddRange(images.Order().Select(id => new ImageSetMember { ImageSetId = set.Id, ImageId = id }));
        project.BaselineId = set.Id;
        context.LiveNotices.Add(new LiveNotice { ProjectId = project.Id, Kind = NoticeKinds.ProjectChanged, SubjectId = set.Id, CreatedAt = clock.GetUtcNow() });
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return set.Id;
    }
}
