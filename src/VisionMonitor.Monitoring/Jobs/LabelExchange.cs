using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Ingest;
using VisionMonitor.Monitoring.LabelTools;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision;
using VisionMonitor.Vision.Archives;
using VisionMonitor.Vision.Labels;

namespace VisionMonitor.Monitoring.Jobs;

/// <summary>
/// Sends label requests to a tool and takes finished labels back. The rows hold the truth: a request goes in one batch at a time, a batch is worked on under a
/// lease, and what an interrupted attempt left at the tool is removed by the next.
/// </summary>
public sealed class LabelExchange(
    IDbContextFactory<MonitoringDbContext> contexts, BlobStore blobs, LabelImport import, LabelToolProtector protector, LabelToolHttp http, MonitoringOptions options, TimeProvider clock)
{
    private const int MostImages = 500;

    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web);

    /// <summary>Puts the open requests that are at no tool in a batch for this one; nothing is sent yet.</summary>
    /// <returns>The batch; null where no request is open.</returns>
    /// <exception cref="LabelToolException">The project is not connected to this tool, or the tool cannot label its task.</exception>
    public async Task<SentLabels?> PlanAsync(long projectId, string kind, CancellationToken cancellationToken)
    {
        await using MonitoringDbContext context = await contexts.CreateDbContextAsync(cancellationToken);
        Project project = await context.Projects.AsNoTracking().SingleAsync(project => project.Id == projectId, cancellationToken);
        ILabelTool? known = KnownLabelTools.Find(kind);
        LabelTool tool = await context.LabelTools.AsNoTracking().SingleOrDefaultAsync(tool => tool.ProjectId == projectId && tool.Kind == kind, cancellationToken)
            ?? throw new LabelToolException("label_tool_not_connected", $"The project is not connected to {known?.Name ?? kind}; connect it in the project's settings.");
        if (!known!.Tasks.Contains(project.Task))
        {
            throw new LabelToolException("label_tool_task_unsupported", $"{known.Name} is used for {string.Join(", ", known.Tasks)}, not for {project.Task}; export the queue as files instead.");
        }

        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        long[] open = await context.LabelRequests.Where(request => request.ProjectId == projectId && request.SentLabelsId == null)
            .Join(context.Images.Where(image => image.LabelRevision == 0), request => request.ImageId, image => image.Id, (request, _) => request)
            .OrderByDescending(request => request.RequestedAt).ThenBy(request => request.Ordinal).Take(MostImages).Select(request => request.ImageId).ToArrayAsync(cancellationToken);
        if (open.Length == 0)
        {
            return null;
        }

        SentLabels sent = new() { ProjectId = projectId, LabelToolId = tool.Id, State = SentState.Sending, CreatedAt = clock.GetUtcNow() };
        context.SentLabels.Add(sent);
        await context.SaveChangesAsync(cancellationToken);
        sent.ImageCount = await context.LabelRequests.Where(request => open.Contains(request.ImageId) && request.SentLabelsId == null)
            .ExecuteUpdateAsync(set => set.SetProperty(request => request.SentLabelsId, sent.Id), cancellationToken);
        Announce(context, sent);
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return sent;
    }

    /// <summary>Sends a batch that is on its way; one that somebody else is sending is left to him.</summary>
    public async Task SendAsync(long sentId, CancellationToken cancellationToken)
    {
        await using MonitoringDbContext context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await ClaimAsync(context, sentId, SentState.Sending, cancellationToken) is not { } sent)
        {
            return;
        }

        LabelTool tool = await context.LabelTools.AsNoTracking().SingleAsync(tool => tool.Id == sent.LabelToolId, cancellationToken);
        Project project = await context.Projects.AsNoTracking().SingleAsync(project => project.Id == sent.ProjectId, cancellationToken);
        try
        {
            IReadOnlyList<BatchImage> images = await LabelDrafts.LoadAsync(context, blobs, project, context.LabelRequests.Where(request => request.SentLabelsId == sentId), MostImages, cancellationToken);
            LabelBatch batch = new(string.Create(CultureInfo.InvariantCulture, $"{project.Slug} labels {sent.Id} of {sent.CreatedAt:yyyy-MM-dd}"), project.ClassNames, images, sent.RemoteId);
            sent.RemoteId = await KnownLabelTools.Find(tool.Kind)!.SendAsync(protector.Reveal(tool), batch, RememberAsync, http, cancellationToken);
            (sent.State, sent.SentAt, sent.LastError) = (SentState.Sent, clock.GetUtcNow(), null);
        }
        catch (LabelToolException failure)
        {
            sent.Attempts++;
            sent.LastError = Short(failure.Code, failure.Message);
            sent.State = failure.IsTransient && sent.Attempts < options.LabelTools.AttemptsPerBatch ? SentState.Sending : SentState.Failed;
            if (sent.State == SentState.Failed)
            {
                await context.LabelRequests.Where(request => request.SentLabelsId == sentId).ExecuteUpdateAsync(set => set.SetProperty(request => request.SentLabelsId, (long?)null), CancellationToken.None);
            }
        }

        await ReleaseAsync(context, sent);

        async Task RememberAsync(string remoteId)
        {
            // Saved before anything is uploaded, so that whoever comes after a crash finds what there is to remove.
            sent.RemoteId = remoteId;
            await context.SaveChangesAsync(cancellationToken);
        }
    }

    /// <summary>Pulls what people have finished of every batch that is at a tool of the project.</summary>
    /// <returns>How many labels are new or changed: the caller lets the evaluation be refreshed.</returns>
    public async Task<int> PullAsync(long projectId, CancellationToken cancellationToken)
    {
        int changed = 0;
        await using MonitoringDbContext context = await contexts.CreateDbContextAsync(cancellationToken);
        foreach (long id in await context.SentLabels.Where(sent => sent.ProjectId == projectId && sent.State == SentState.Sent).OrderBy(sent => sent.Id).Select(sent => sent.Id).ToListAsync(cancellationToken))
        {
            if (await ClaimAsync(context, id, SentState.Sent, cancellationToken) is { } sent)
            {
                changed += await PullAsync(context, sent, cancellationToken);
            }
        }

        return changed;
    }

    /// <summary>Takes up every batch that still has to be sent.</summary>
    public async Task SendWaitingAsync(CancellationToken cancellationToken)
    {
        await using MonitoringDbContext context = await contexts.CreateDbContextAsync(cancellationToken);
        foreach (long id in await context.SentLabels.Where(sent => sent.State == SentState.Sending).OrderBy(sent => sent.Id).Select(sent => sent.Id).ToListAsync(cancellationToken))
        {
            await SendAsync(id, cancellationToken);
        }
    }

    /// <summary>Projects of which something is at a tool.</summary>
    public async Task<IReadOnlyList<long>> ProjectsAtToolsAsync(CancellationToken cancellationToken)
    {
        await using MonitoringDbContext context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.SentLabels.Where(sent => sent.State == SentState.Sent).Select(sent => sent.ProjectId).Distinct().ToListAsync(cancellationToken);
    }

    private async Task<int> PullAsync(MonitoringDbContext context, SentLabels sent, CancellationToken cancellationToken)
    {
        LabelTool tool = await context.LabelTools.AsNoTracking().SingleAsync(tool => tool.Id == sent.LabelToolId, cancellationToken);
        VisionTask task = await context.Projects.Where(project => project.Id == sent.ProjectId).Select(project => project.Task).SingleAsync(cancellationToken);
        int changed = 0;
        try
        {
            await foreach (FinishedLabels finished in KnownLabelTools.Find(tool.Kind)!.PullAsync(protector.Reveal(tool), sent.RemoteId!, sent.Mark, http, cancellationToken))
            {
                ImportReport report = await ImportAsync(sent.ProjectId, task, finished, cancellationToken);
                changed += report.LabelledCount;

                // The mark moves only with the labels: what was not taken in comes again.
                (sent.Mark, sent.Report, sent.PulledAt) = (finished.Mark, JsonSerializer.Serialize(report, _json), clock.GetUtcNow());
                bool isDone = finished.IsComplete || !await context.LabelRequests.Where(request => request.SentLabelsId == sent.Id).Join(context.Images.Where(image => image.LabelRevision == 0), request => request.ImageId, image => image.Id, (request, _) => request).AnyAsync(cancellationToken);
                sent.State = isDone ? SentState.Finished : SentState.Sent;
                await context.SaveChangesAsync(cancellationToken);
            }

            sent.LastError = null;
        }
        catch (LabelToolException failure)
        {
            sent.LastError = Short(failure.Code, failure.Message);
        }
        catch (LabelFormatException failure)
        {
            sent.LastError = Short(failure.Code, failure.Message);
        }
        catch (ArchiveException failure)
        {
            sent.LastError = Short(failure.Code, failure.Message);
        }
        catch (IngestException failure)
        {
            sent.LastError = Short(failure.Code, failure.Message);
        }

        await ReleaseAsync(context, sent);
        return changed;
    }

    private async Task<ImportReport> ImportAsync(long projectId, VisionTask task, FinishedLabels finished, CancellationToken cancellationToken)
    {
        try
        {
            using LabelUpload upload = LabelUpload.Read(finished.FilePath, new LabelOptions { MaxBytes = options.LabelTools.MaximumFileBytes, KeepShapes = task == VisionTask.InstanceSegmentation });

            // Only images that were sent come back: what else a tool's archive holds is not ours.
            return await import.ImportAsync(projectId, upload.Labels, imagesFolder: null, baselineName: null, finished.Source, progress: null, cancellationToken);
        }
        finally
        {
            File.Delete(finished.FilePath);
        }
    }

    private async Task<SentLabels?> ClaimAsync(MonitoringDbContext context, long sentId, SentState state, CancellationToken cancellationToken)
    {
        DateTimeOffset now = clock.GetUtcNow();
        int won = await context.SentLabels.Where(sent => sent.Id == sentId && sent.State == state && (sent.LeaseUntil == null || sent.LeaseUntil < now))
            .ExecuteUpdateAsync(set => set.SetProperty(sent => sent.LeaseUntil, now + options.LabelTools.Lease), cancellationToken);
        return won == 0 ? null : await context.SentLabels.SingleAsync(sent => sent.Id == sentId, cancellationToken);
    }

    // Also when the process stops: what came of it is known, and nobody should have to wait for the lease to run out.
    private async Task ReleaseAsync(MonitoringDbContext context, SentLabels sent)
    {
        sent.LeaseUntil = null;
        Announce(context, sent);
        await context.SaveChangesAsync(CancellationToken.None);
    }

    private void Announce(MonitoringDbContext context, SentLabels sent) =>
        context.LiveNotices.Add(new LiveNotice { ProjectId = sent.ProjectId, Kind = NoticeKinds.ProjectChanged, SubjectId = sent.Id, CreatedAt = clock.GetUtcNow() });

    private static string Short(string code, string sentence) => $"{code}: {sentence}" is { Length: > 500 } text ? text[..499] + "…" : $"{code}: {sentence}";
}
