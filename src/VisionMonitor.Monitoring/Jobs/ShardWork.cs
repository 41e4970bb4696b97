using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using VisionMonitor.Monitoring.Evaluation;
using VisionMonitor.Monitoring.Rescoring;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision.Images;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Monitoring.Jobs;

/// <summary>The work on one shard: rescore what is not scored yet, compare what is labelled, write both with "done".</summary>
public sealed class ShardWork(IDbContextFactory<MonitoringDbContext> contexts, BlobStore blobs, RecentPictures pictures, SessionPool sessions, ShardLedger ledger, TimeProvider clock, MonitoringOptions options)
{
    private static readonly string[] _properties = [nameof(Image.Brightness), nameof(Image.Contrast), nameof(Image.Sharpness), nameof(Image.Saturation)];

    /// <summary>Does the work.</summary>
    /// <returns>Whether its results were written; if not, the hold was lost and somebody else does it.</returns>
    public async Task<bool> DoAsync(ShardLease lease, CancellationToken cancellationToken)
    {
        DateTimeOffset startedAt = clock.GetUtcNow();
        ShardMaterial material;
        string? lastError;
        await using (MonitoringDbContext context = await contexts.CreateDbContextAsync(cancellationToken))
        {
            material = await ShardMaterial.LoadAsync(context, lease, cancellationToken);
            lastError = lease.Attempts <= options.AttemptsPerShard
                ? null
                : await context.RunShards.Where(shard => shard.RunId == lease.RunId && shard.Number == lease.Number).Select(shard => shard.LastError).SingleAsync(cancellationToken);
        }

        // The ledger halves a shard that fails; once a single image has used up its attempts, it is the bad one.
        bool isGivenUp = lease.Attempts > options.AttemptsPerShard && material.Images.Count <= 1;
        IReadOnlyList<RescoredImage> rescored = isGivenUp
            ? GiveUp(material, lastError ?? "The process that scored it died.")
            : await ScoreAsync(material, cancellationToken);
        Refuse(material.Project, rescored);
        Dictionary<(long, long), Prediction?> fresh = rescored
            .SelectMany(image => image.Versions)
            .ToDictionary(version => (version.Row.ImageId, version.Row.ModelVersionId), version => version.Row.Failure is null ? version.Prediction : null);
        IReadOnlyList<Storage.Evidence> evidence = EvidenceRows.Compare(material, fresh);
        foreach (RescoredImage image in rescored)
        {
            if (image.Properties is { } properties)
            {
                (image.Image.Brightness, image.Image.Contrast) = (properties.Brightness, properties.Contrast);
                (image.Image.Sharpness, image.Image.Saturation) = (properties.Sharpness, properties.Saturation);
            }
        }

        IReadOnlyList<DriftSketchRow> sketches;
        await using (MonitoringDbContext context = await contexts.CreateDbContextAsync(cancellationToken))
        {
            sketches = await SketchRows.OfAsync(context, lease, material, rescored, cancellationToken);
        }

        // Whatever takes time is done by now: other writers wait while this transaction is open.
        return await ledger.CompleteAsync(lease, (context, token) => WriteAsync(context, lease, material, rescored, evidence, sketches, startedAt, token), cancellationToken);
    }

    private async Task<IReadOnlyList<RescoredImage>> ScoreAsync(ShardMaterial material, CancellationToken cancellationToken)
    {
        Dictionary<long, VersionScorer> scorers = [];
        try
        {
            List<RescoredImage> rescored = [];
            foreach (Image image in material.Images)
            {
                VersionScorer[] missing = [.. material.Versions.Where(version => !material.IsScored(image, version)).Select(Scorer)];
                VersionScorer[] looking = [.. material.Versions.Where(version => material.NeedsLook(image, version)).Select(Scorer)];
                if (missing.Length > 0 || looking.Length > 0 || image.Brightness is null)
                {
                    Func<(DecodedImage, double)>? decode = await OpenAsync(image.Sha256, cancellationToken);
                    cancellationToken.ThrowIfCancellationRequested();
                    rescored.Add(ImageRescoring.Score(image, decode, missing, looking, clock.GetUtcNow(), cancellationToken));
                }
            }

            return rescored;

            VersionScorer Scorer(ModelVersion version)
            {
                if (!scorers.TryGetValue(version.Id, out VersionScorer? scorer))
                {
                    scorers.Add(version.Id, scorer = VersionScorer.Open(sessions, version));
                }

                return scorer;
            }
        }
        finally
        {
            foreach (VersionScorer scorer in scorers.Values)
            {
                scorer.Dispose();
            }
        }
    }

    private async Task<Func<(DecodedImage, double)>?> OpenAsync(string sha256, CancellationToken cancellationToken)
    {
        if (!blobs.Contains(sha256))
        {
            return null;
        }

        if (pictures.Find(sha256) is { } recent)
        {
            return () => recent;
        }

        byte[] encoded = await blobs.ReadAsync(sha256, cancellationToken);
        return () => pictures.Decode(sha256, encoded, ImageLimits.Default);
    }

    /// <summary>Turns answers that cannot be judged in this project into counted failures.</summary>
    private static void Refuse(Project project, IReadOnlyList<RescoredImage> rescored)
    {
        if (TaskEvaluations.Find(project.Task) is not { } evaluation)
        {
            return;
        }

        TaskSetup setup = TaskSetup.Of(project);
        foreach (ScoredVersion version in rescored.SelectMany(image => image.Versions))
        {
            if (version.Prediction is { } prediction && evaluation.ProblemOf(prediction, setup) is { } problem)
            {
                (version.Row.Prediction, version.Row.Embedding, version.Row.Failure) = (null, null, problem);
            }
        }
    }

    private IReadOnlyList<RescoredImage> GiveUp(ShardMaterial material, string error) =>
    [
        .. material.Images.Select(image => ImageRescoring.Failed(
            image,
            [.. material.Versions.Where(version => !material.IsScored(image, version)).Select(version => version.Id)],
            $"scoring_failed: Scoring failed {options.AttemptsPerShard} times: {error}",
            [.. material.Versions.Where(version => material.NeedsLook(image, version)).Select(version => version.Id)],
            clock.GetUtcNow())),
    ];

    private async Task WriteAsync(
        MonitoringDbContext context,
        ShardLease lease,
        ShardMaterial material,
        IReadOnlyList<RescoredImage> rescored,
        IReadOnlyList<Storage.Evidence> evidence,
        IReadOnlyList<DriftSketchRow> sketches,
        DateTimeOffset startedAt,
        CancellationToken cancellationToken)
    {
        await context.InsertNewAsync([.. rescored.SelectMany(image => image.Versions).Select(version => version.Row)], cancellationToken);
        await context.InsertNewAsync([.. rescored.SelectMany(image => image.Looks)], cancellationToken);
        await context.UpsertAsync(evidence, cancellationToken);
        foreach (RescoredImage image in rescored.Where(image => image.Properties is not null))
        {
            EntityEntry<Image> row = context.Attach(image.Image);
            foreach (string property in _properties)
            {
                row.Property(property).IsModified = true;
            }
        }

        await context.UpsertAsync(sketches, cancellationToken);
        await context.Runs
            .Where(run => run.Id == lease.RunId && run.StartedAt == null)
            .ExecuteUpdateAsync(update => update.SetProperty(run => run.StartedAt, startedAt), cancellationToken);
        context.LiveNotices.Add(new LiveNotice { ProjectId = material.Project.Id, Kind = NoticeKinds.RunProgress, SubjectId = lease.RunId, CreatedAt = clock.GetUtcNow() });
        await context.SaveChangesAsync(cancellationToken);
    }
}
