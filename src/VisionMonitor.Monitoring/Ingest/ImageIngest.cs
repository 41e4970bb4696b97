using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Rescoring;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision;
using VisionMonitor.Vision.Images;
using VisionMonitor.Vision.Predictions;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Monitoring.Ingest;

/// <summary>
/// Takes images in. An image is decoded in full before anything is kept, its bytes are on the disk before its row is
/// written, and the row is committed before the sender hears "stored": what was acknowledged is never lost, and what was
/// refused leaves nothing behind.
/// </summary>
public sealed class ImageIngest(IDbContextFactory<MonitoringDbContext> contexts, BlobStore blobs, RecentPictures pictures, TimeProvider clock, ImageLimits limits)
{
    private static readonly DateTimeOffset EarliestCapture = new(1990, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromDays(1);

    /// <summary>Images of one batch that are taken in together: more than cores, for each waits for the disk.</summary>
    private static readonly int AtOnce = 4 * Environment.ProcessorCount;
    private readonly Recent<string, (int Width, int Height)> _whole = new(4096);

    /// <summary>Takes images of one project in and says of each what became of it, in the order in which they came.</summary>
    /// <exception cref="IngestException">The project does not exist.</exception>
    public async Task<IReadOnlyList<ReceivedImage>> ReceiveAsync(long projectId, IReadOnlyList<IncomingImage> images, CancellationToken cancellationToken)
    {
        await using MonitoringDbContext context = await contexts.CreateDbContextAsync(cancellationToken);
        Project project = await context.Projects.AsNoTracking().SingleOrDefaultAsync(project => project.Id == projectId, cancellationToken)
            ?? throw new IngestException("project_not_found", $"There is no project {projectId}.");

        ReceivedImage?[] received = new ReceivedImage?[images.Count];
        Image?[] rows = new Image?[images.Count];
        Dictionary<string, (long Id, string Sha256)> known = await KnownAsync(context, projectId, images.Select(image => image.ClientId), cancellationToken);
        await Parallel.ForAsync(0, images.Count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (index, token) =>
        {
            try
            {
                // What is already there needs no decoding, and what contradicts it must not reach the store.
                received[index] = known.TryGetValue(images[index].ClientId, out (long Id, string Sha256) there)
                    ? Settle(images[index], there, Convert.ToHexStringLower(SHA256.HashData(images[index].Bytes.Span)))
                    : null;
                rows[index] = received[index] is null ? await PrepareAsync(project, images[index], token) : null;
            }
            catch (Exception problem) when (CodeOf(problem) is { } code)
            {
                received[index] = Refused(images[index], code, problem.Message);
            }
        });

        for (int attempt = 0; ; attempt++)
        {
            try
            {
                await SaveAsync(projectId, images, rows, received, cancellationToken);
                return received!;
            }
            catch (DbUpdateException) when (attempt < 3)
            {
                // Somebody stored one of the same client ids between our look and our write: look again.
            }
        }
    }

    private async Task<Image> PrepareAsync(Project project, IncomingImage incoming, CancellationToken cancellationToken)
    {
        RequireText(incoming.ClientId, "clientId", 1, 200);
        RequireText(incoming.Camera, "camera", 0, 100);
        DateTimeOffset now = clock.GetUtcNow();
        DateTimeOffset capturedAt = incoming.CapturedAt ?? now;
        if (capturedAt < EarliestCapture || capturedAt > now + ClockTolerance)
        {
            throw new IngestException("captured_at_out_of_range", $"capturedAt is {capturedAt:O}; it must lie between 1990 and one day from now. Check the sender's clock and the time zone of its times.");
        }

        if (incoming.ProductionPrediction is { } prediction)
        {
            RequireTask(project, Prediction.FromJson(prediction).Task, "prediction");
        }

        if (incoming.Truth is { } truth)
        {
            TruthRules.Require(project, Truth.FromJson(truth));
        }

        (int width, int height) = SizeOf(incoming.Bytes.Span);
        return new Image
        {
            ProjectId = project.Id,
            ClientId = incoming.ClientId,
            Sha256 = await blobs.WriteAsync(incoming.Bytes, cancellationToken),
            CapturedAt = capturedAt,
            ReceivedAt = now,
            Camera = incoming.Camera,
            IsProduction = incoming.IsProduction,
            WidthPixels = width,
            HeightPixels = height,
            ByteCount = incoming.Bytes.Length,
            ProductionPrediction = incoming.ProductionPrediction,
            LabelRevision = incoming.Truth is null ? 0 : 1,
        };
    }

    /// <summary>Decodes in full, unless these very bytes were just decoded: one camera often feeds several projects.</summary>
    private (int Width, int Height) SizeOf(ReadOnlySpan<byte> bytes)
    {
        string sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes));
        if (_whole.TryGet(sha256, out (int, int) known))
        {
            return known;
        }

        using DecodedImage decoded = pictures.Decode(sha256, bytes, limits).Image;
        return _whole.Keep(sha256, (decoded.Width, decoded.Height));
    }

    private async Task SaveAsync(long projectId, IReadOnlyList<IncomingImage> images, Image?[] rows, ReceivedImage?[] received, CancellationToken cancellationToken)
    {
        await using MonitoringDbContext context = await contexts.CreateDbContextAsync(cancellationToken);
        Dictionary<string, (long Id, string Sha256)> known = await KnownAsync(context, projectId, rows.OfType<Image>().Select(row => row.ClientId), cancellationToken);

        List<(int Index, Image Row)> added = [];
        Dictionary<string, int> first = [];
        for (int index = 0; index < rows.Length; index++)
        {
            if (rows[index] is not { } row)
            {
                continue;
            }

            if (known.TryGetValue(row.ClientId, out (long Id, string Sha256) there))
            {
                received[index] = Settle(images[index], there, row.Sha256);
            }
            else if (!first.TryAdd(row.ClientId, index))
            {
                received[index] = rows[first[row.ClientId]]!.Sha256 == row.Sha256
                    ? null
                    : Refused(images[index], "client_id_conflict", $"The client id \"{row.ClientId}\" occurs twice in this batch with different bytes.");
            }
            else
            {
                row.Id = 0;
                added.Add((index, row));
            }
        }

        if (added.Count > 0)
        {
            await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
            context.Images.AddRange(added.Select(pair => pair.Row));
            await context.SaveChangesAsync(cancellationToken);
            context.Labels.AddRange(added.Where(pair => images[pair.Index].Truth is not null).Select(pair => new Label
            {
                ImageId = pair.Row.Id,
                Revision = 1,
                Truth = images[pair.Index].Truth!,
                Source = images[pair.Index].TruthSource,
                CreatedAt = pair.Row.ReceivedAt,
            }));
            context.LiveNotices.Add(new LiveNotice { ProjectId = projectId, Kind = NoticeKinds.ImagesReceived, SubjectId = added.Count, CreatedAt = clock.GetUtcNow() });
            await context.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);

            // A project that had the same bytes may have been removed since they were written: see ProjectRemoval.
            foreach ((int index, Image row) in added.Where(pair => !blobs.Contains(pair.Row.Sha256)))
            {
                await blobs.WriteAsync(images[index].Bytes, cancellationToken);
            }
        }

        foreach ((int index, Image row) in added)
        {
            received[index] = new ReceivedImage(row.ClientId, row.Id, ReceiveOutcome.Stored);
        }

        for (int index = 0; index < rows.Length; index++)
        {
            received[index] ??= new ReceivedImage(images[index].ClientId, rows[first[images[index].ClientId]]!.Id, ReceiveOutcome.AlreadyThere);
        }
    }

    private static Task<Dictionary<string, (long Id, string Sha256)>> KnownAsync(MonitoringDbContext context, long projectId, IEnumerable<string> clientIds, CancellationToken cancellationToken)
    {
        string[] wanted = [.. clientIds.Distinct()];
        return context.Images.AsNoTracking()
            .Where(image => image.ProjectId == projectId && wanted.Contains(image.ClientId))
            .ToDictionaryAsync(image => image.ClientId, image => (image.Id, image.Sha256), cancellationToken);
    }

    private static ReceivedImage Settle(IncomingImage image, (long Id, string Sha256) there, string sha256) => there.Sha256 == sha256
        ? new ReceivedImage(image.ClientId, there.Id, ReceiveOutcome.AlreadyThere)
        : Refused(image, "client_id_conflict", $"The client id \"{image.ClientId}\" already belongs to an image with other bytes. Send a new id for a new image.");

    private static string? CodeOf(Exception problem) => problem switch
    {
        ImageFormatException image => image.Code,
        VisionFormatException format => format.Code,
        IngestException ingest => ingest.Code,
        _ => null,
    };

    private static ReceivedImage Refused(IncomingImage image, string code, string sentence) =>
        new(image.ClientId, null, ReceiveOutcome.Refused, code, sentence);

    private static void RequireTask(Project project, VisionTask task, string what)
    {
        if (task != project.Task)
        {
            throw new IngestException("task_mismatch", $"The {what} is for {task}, but project \"{project.Slug}\" does {project.Task}.");
        }
    }

    private static void RequireText(string text, string field, int shortest, int longest)
    {
        if (text.Length < shortest || text.Length > longest || text.Any(char.IsControl))
        {
            throw new IngestException("invalid_" + field.ToLowerInvariant(), $"{field} must have {shortest} to {longest} characters and no control characters.");
        }
    }
}
