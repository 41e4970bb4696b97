using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.DriftDetection;
using VisionMonitor.Monitoring.Evaluation;
using VisionMonitor.Monitoring.Explanation;
using VisionMonitor.Monitoring.Rescoring;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision.Images;
using VisionMonitor.Vision.Images.Corruptions;
using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Predictions;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Monitoring.Jobs;

/// <summary>Loads what an explanation is found from, searches, and measures what the cause costs.</summary>
public sealed class DriftCause(IDbContextFactory<MonitoringDbContext> contexts, BlobStore blobs, SessionPool sessions, MonitoringOptions options)
{
    private const int MostBaseline = 200;
    private const int MostWindow = 120;
    private const int MostLabelled = 600;
    private const int LeastImages = 8;
    private const ulong Seed = 20;

    /// <summary>Finds the cause.</summary>
    /// <exception cref="InvalidOperationException">There is too little to go by; the message says what is missing.</exception>
    public async Task<DriftFinding> FindAsync(long runId, string camera, IProgress<double> progress, CancellationToken cancellationToken)
    {
        await using MonitoringDbContext context = await contexts.CreateDbContextAsync(cancellationToken);
        Run run = await context.Runs.AsNoTracking().SingleAsync(run => run.Id == runId, cancellationToken);
        Project project = await context.Projects.AsNoTracking().SingleAsync(project => project.Id == run.ProjectId, cancellationToken);
        List<ModelVersion> versions = await context.ModelVersions.AsNoTracking().Where(version => run.ModelVersionIds.Contains(version.Id)).OrderBy(version => version.Number).ToListAsync(cancellationToken);
        ModelVersion version = await SeeingAsync(context, run, versions, cancellationToken);
        List<Image> window = await context.RunImages.Where(member => member.RunId == runId).OrderBy(member => member.Ordinal)
            .Join(context.Images.Where(image => camera == "" || image.Camera == camera), member => member.ImageId, image => image.Id, (member, image) => image)
            .AsNoTracking().Take(MostWindow).ToListAsync(cancellationToken);
        List<Image> baseline = await BaselineAsync(context, run, camera, cancellationToken);
        if (baseline.Count < LeastImages || window.Count < LeastImages)
        {
            throw new InvalidOperationException($"The baseline has {baseline.Count} images here and the window {window.Count}; at least {LeastImages} of each are needed.");
        }

        return await Task.Run(() => FindAsync(context, project, run, version, versions, camera, baseline, window, progress, cancellationToken), cancellationToken);
    }

    private async Task<DriftFinding> FindAsync(
        MonitoringDbContext context, Project project, Run run, ModelVersion version, List<ModelVersion> versions, string camera, List<Image> baseline, List<Image> window, IProgress<double> progress, CancellationToken cancellationToken)
    {
        List<Image> tried = [.. baseline.Take(MostBaseline)];
        using RentedSession rented = sessions.Rent(version);
        ReproductionSearch search = new(image => GroupedEmbedding.Of(image, rented.Session.Score(image, cancellationToken)), ImageCorruptions.All, Seed);
        Dictionary<long, float[]> anew = [];
        GroupedEmbeddings seen = GroupedEmbeddings.Of(window.Select(Answer)), usual = GroupedEmbeddings.Of(tried.Select(Answer));
        if (seen.Count < LeastImages || usual.Count < LeastImages)
        {
            throw new InvalidOperationException($"v{version.Number} gives no embedding for these images: choose a model with an embedding output.");
        }

        Reproduction found = search.Search(usual, [.. tried.Select(image => (Func<DecodedImage?>)(() => Open(image)))], seen, new Part(progress, 0, 0.7), cancellationToken);
        List<VersionLoss> losses = found.Cause is not null ? await LossesAsync(context, project, run, versions, camera, baseline, found.Steps, new Part(progress, 0.7, 0.3), cancellationToken) : [];
        return new DriftFinding
        {
            Sentence = ExplanationText.Sentence(found, camera, losses),
            Advice = found.Steps.Count > 0 ? string.Join(' ', found.Steps.Select(step => ImageCorruptions.Find(step.Corruption)!.Augmentation(step.Strength))) : null,
            VersionNumber = version.Number,
            Reproduction = found,
            Fits = [.. found.Fits.Select(fit => new FitText(ImageCorruptions.Find(fit.Corruption)!.Name, ImageCorruptions.Find(fit.Corruption)!.Describe(fit.Strength), fit.Explained))],
            Losses = losses,
            Technical = TechnicalSigns.Of(
                window,
                tried,
                await context.Rescores.Where(row => row.ModelVersionId == version.Id && context.RunImages.Any(member => member.RunId == run.Id && member.ImageId == row.ImageId)).Select(row => row.Embedding).ToListAsync(cancellationToken),
                await AnsweredAnewAsync(context, version, tried, anew, cancellationToken),
                found),
        };

        GroupedEmbedding? Answer(Image image)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using DecodedImage? picture = Open(image);
            if (picture is null)
            {
                return null;
            }

            ScoredImage scored = rented.Session.Score(picture, cancellationToken);
            if (scored.Embedding is { } embedding)
            {
                anew[image.Id] = embedding;
            }

            return GroupedEmbedding.Of(picture, scored);
        }
    }

    private static async Task<IReadOnlyList<(byte[] Stored, float[] Now)>> AnsweredAnewAsync(
        MonitoringDbContext context, ModelVersion version, List<Image> baseline, Dictionary<long, float[]> anew, CancellationToken cancellationToken)
    {
        long[] ids = [.. baseline.Select(image => image.Id).Where(anew.ContainsKey)];
        var stored = await context.Rescores.Where(row => row.ModelVersionId == version.Id && ids.Contains(row.ImageId) && row.Embedding != null)
            .Select(row => new { row.ImageId, row.Embedding }).ToListAsync(cancellationToken);
        return [.. stored.Select(row => (row.Embedding!, anew[row.ImageId]))];
    }

    private async Task<List<VersionLoss>> LossesAsync(
        MonitoringDbContext context, Project project, Run run, List<ModelVersion> versions, string camera, List<Image> baseline, IReadOnlyList<CorruptionStep> steps, IProgress<double> progress, CancellationToken cancellationToken)
    {
        if (TaskEvaluations.Find(project.Task) is not { } evaluation)
        {
            return [];
        }

        List<long> ids = [.. baseline.Where(image => image.LabelRevision > 0).Select(image => image.Id)];
        Dictionary<long, string> truths = await context.Labels.Where(label => ids.Contains(label.ImageId) && context.Images.Any(image => image.Id == label.ImageId && image.LabelRevision == label.Revision))
            .ToDictionaryAsync(label => label.ImageId, label => label.Truth, cancellationToken);
        LabelledTrial[] trials = [.. baseline.Where(image => truths.ContainsKey(image.Id)).Take(MostLabelled).Select(image => new LabelledTrial(() => Open(image), Truth.FromJson(truths[image.Id])))];
        List<VersionLoss> losses = [];
        foreach (ModelVersion version in versions)
        {
            var answers = await context.Rescores.Where(row => row.ModelVersionId == version.Id && row.Prediction != null && context.RunImages.Any(member => member.RunId == run.Id && member.ImageId == row.ImageId))
                .Where(row => camera == "" || context.Images.Any(image => image.Id == row.ImageId && image.Camera == camera))
                .OrderBy(row => row.ImageId).Select(row => new { row.Prediction, row.Embedding }).Take(MostLabelled).ToListAsync(cancellationToken);
            using RentedSession rented = sessions.Rent(version);
            PredictedLoss? loss = PredictedLoss.Of(
                evaluation, TaskSetup.Of(project), trials, image => Answered(rented, image, cancellationToken), steps, [.. answers.Select(row => new SeenAnswer(Prediction.FromJson(row.Prediction!), row.Embedding is { } stored ? EmbeddingSet.FromBytes([stored]).Rows : null))], options.BootstrapReplicates, Seed, cancellationToken);
            if (loss is not null)
            {
                losses.Add(new VersionLoss(version.Number, loss.Metric, loss.Clean, loss.Corrupted, loss.Interval?.Low, loss.Interval?.High, loss.ImageCount));
            }

            progress.Report((double)(versions.IndexOf(version) + 1) / versions.Count);
        }

        return losses;
    }

    private static SeenAnswer? Answered(RentedSession rented, DecodedImage image, CancellationToken cancellationToken)
    {
        try
        {
            return SeenAnswer.Of(rented.Session.Score(image, cancellationToken));
        }
        catch (ModelOutputException)
        {
            // An image that the version cannot answer is no part of its loss.
            return null;
        }
    }

    private DecodedImage? Open(Image image)
    {
        try
        {
            return ImageDecoder.Decode(File.ReadAllBytes(blobs.PathOf(image.Sha256)), ImageLimits.Default);
        }
        catch (Exception failure) when (failure is IOException or ImageFormatException)
        {
            return null;
        }
    }

    // The version in production at that time is asked what it saw; where it has no embedding, the first that has one.
    private static async Task<ModelVersion> SeeingAsync(MonitoringDbContext context, Run run, List<ModelVersion> versions, CancellationToken cancellationToken)
    {
        long? live = await context.Deployments.Where(deployment => deployment.ProjectId == run.ProjectId && deployment.DeployedAt <= run.WindowEnd)
            .OrderByDescending(deployment => deployment.DeployedAt).Select(deployment => (long?)deployment.ModelVersionId).FirstOrDefaultAsync(cancellationToken);
        foreach (ModelVersion version in versions.OrderByDescending(version => version.Id == live))
        {
            if (ModelContract.Parse(version.Contract).EmbeddingOutput is not null)
            {
                return version;
            }
        }

        throw new InvalidOperationException("No version of this run has an embedding output, so there is nothing to compare.");
    }

    // By content, which is as good as at random and the same on every database; images of other cameras only where the camera has hardly any of its own.
    private static async Task<List<Image>> BaselineAsync(MonitoringDbContext context, Run run, string camera, CancellationToken cancellationToken)
    {
        List<Image> all = await context.ImageSetMembers.Where(member => member.ImageSetId == run.BaselineId)
            .Join(context.Images, member => member.ImageId, image => image.Id, (member, image) => image).AsNoTracking().ToListAsync(cancellationToken);
        List<Image> own = [.. all.Where(image => camera.Length == 0 || image.Camera == camera)];
        return [.. (own.Count >= LeastImages * 3 ? own : all).OrderBy(image => image.Sha256, StringComparer.Ordinal)];
    }

    private sealed class Part(IProgress<double> whole, double start, double length) : IProgress<double>
    {
        public void Report(double value) => whole.Report(start + (length * value));
    }
}
