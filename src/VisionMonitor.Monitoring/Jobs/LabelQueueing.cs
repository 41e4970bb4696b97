using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Labelling;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Monitoring.Jobs;

/// <summary>What to label next: values the newest images without labels, leaves near-duplicates out, and remembers with what odds each was asked for.</summary>
public sealed class LabelQueueing(IDbContextFactory<MonitoringDbContext> contexts, TimeProvider clock)
{
    /// <summary>The newest images that are looked at.</summary>
    public const int MostCandidates = 600;

    // Embeddings whose directions are closer than this show the same thing.
    private const float SameCosine = 0.9995f;

    /// <summary>Proposes a queue; nothing is written.</summary>
    public async Task<LabelPlan> ProposeAsync(long projectId, int count, double randomShare, CancellationToken cancellationToken)
    {
        await using MonitoringDbContext context = await contexts.CreateDbContextAsync(cancellationToken);
        long? live = await context.Deployments.Where(deployment => deployment.ProjectId == projectId).OrderByDescending(deployment => deployment.DeployedAt).Select(deployment => (long?)deployment.ModelVersionId).FirstOrDefaultAsync(cancellationToken);
        LabelValue value = await WorstAsync(context, projectId, live, cancellationToken);
        var open = await context.Images.Where(image => image.ProjectId == projectId && image.IsProduction && image.LabelRevision == 0 && !context.LabelRequests.Any(request => request.ImageId == image.Id))
            .Join(context.Rescores.Where(row => row.ModelVersionId == live && row.Prediction != null), image => image.Id, row => row.ImageId, (image, row) => new { image.Id, image.CapturedAt, row.Prediction, row.Embedding })
            .OrderByDescending(row => row.CapturedAt).ThenByDescending(row => row.Id).Take(MostCandidates).ToListAsync(cancellationToken);
        List<(long Id, Prediction Predicted, float[] Embedding, int Group)> kept = [];
        foreach (var row in open)
        {
            float[] embedding = row.Embedding is { } bytes ? MemoryMarshal.Cast<byte, float>(bytes).ToArray() : [];
            int same = embedding.Length == 0 ? -1 : kept.FindIndex(one => one.Embedding.Length == embedding.Length && TensorPrimitives.CosineSimilarity<float>(one.Embedding, embedding) >= SameCosine);
            if (same < 0)
            {
                kept.Add((row.Id, Prediction.FromJson(row.Prediction!), embedding, 1));
            }
            else
            {
                kept[same] = kept[same] with { Group = kept[same].Group + 1 };
            }
        }

        LabelCandidate[] candidates = [.. kept.Select(one => new LabelCandidate(one.Id, value.PerMinute(one.Predicted), LabelValue.Minutes(one.Predicted), one.Group))];
        IReadOnlyList<QueuedImage> chosen = LabelQueue.Choose(candidates, count, randomShare, (ulong)clock.GetUtcNow().Ticks);
        double expected = chosen.Sum(one => one.Value * one.Minutes) / 100;
        double after = value.HalfWidth <= 0 ? 0 : value.HalfWidth * Math.Sqrt(value.Count / (value.Count + (2 * Math.Max(1, value.Count) * expected / value.HalfWidth)));
        return new LabelPlan(value.WorstClass, value.HalfWidth, after, open.Count, open.Count - kept.Count, chosen);
    }

    /// <summary>Asks for the labels of a queue.</summary>
    public async Task<LabelPlan> AskAsync(long projectId, int count, double randomShare, CancellationToken cancellationToken)
    {
        LabelPlan plan = await ProposeAsync(projectId, count, randomShare, cancellationToken);
        await using MonitoringDbContext context = await contexts.CreateDbContextAsync(cancellationToken);
        DateTimeOffset now = clock.GetUtcNow();
        await context.InsertNewAsync(
            [.. plan.Images.Select((one, ordinal) => new LabelRequest { ImageId = one.ImageId, ProjectId = projectId, InclusionProbability = one.InclusionProbability, Value = one.Value, Ordinal = ordinal, RequestedAt = now })],
            cancellationToken);
        return plan;
    }

    // The class whose recall, precision or average precision is known worst on the newest run that has labels.
    private static async Task<LabelValue> WorstAsync(MonitoringDbContext context, long projectId, long? version, CancellationToken cancellationToken)
    {
        List<RunMetric> numbers = await context.RunMetrics.AsNoTracking()
            .Where(metric => metric.ModelVersionId == version && metric.Camera == "" && metric.Low != null && metric.High != null && (metric.Metric == MetricNames.Recall || metric.Metric == MetricNames.Accuracy || metric.Metric == MetricNames.AveragePrecision || metric.Metric == MetricNames.IntersectionOverUnion))
            .Join(context.Runs.Where(run => run.ProjectId == projectId && run.State == RunState.Completed), metric => metric.RunId, run => run.Id, (metric, run) => new { metric, run.WindowEnd })
            .OrderByDescending(pair => pair.WindowEnd).Take(40).Select(pair => pair.metric).ToListAsync(cancellationToken);
        long newest = numbers.Count > 0 ? numbers[0].RunId : 0;
        RunMetric? worst = numbers.Where(metric => metric.RunId == newest && metric.ClassIndex >= 0).DefaultIfEmpty(numbers.Find(metric => metric.RunId == newest)).MaxBy(metric => metric is null ? 0 : metric.High - metric.Low);
        return worst is null ? new LabelValue(-1, 0.5, 1) : new LabelValue(worst.ClassIndex, (worst.High!.Value - worst.Low!.Value) / 2, worst.Count);
    }
}

/// <summary>Which images to label next, and what that is worth.</summary>
/// <param name="WorstClass">The class whose number is known worst; −1 for all together.</param>
/// <param name="HalfWidthNow">Half of its 95 % interval now.</param>
/// <param name="HalfWidthAfter">What is expected of it once these are labelled.</param>
/// <param name="CandidateCount">Images without labels that were looked at.</param>
/// <param name="DuplicateCount">Those left out because another shows the same.</param>
/// <param name="Images">The chosen, the most valuable first.</param>
public sealed record LabelPlan(int WorstClass, double HalfWidthNow, double HalfWidthAfter, int CandidateCount, int DuplicateCount, IReadOnlyList<QueuedImage> Images)
{
    /// <summary>Minutes that people are expected to need.</summary>
    public double Minutes => Images.Sum(image => image.Minutes);
}
