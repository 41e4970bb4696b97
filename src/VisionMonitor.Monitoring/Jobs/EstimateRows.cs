using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Estimation;
using VisionMonitor.Monitoring.Evaluation;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision;
using VisionMonitor.Vision.Predictions;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Monitoring.Jobs;

/// <summary>Estimates a run's quality before its labels are looked at. What a baseline teaches that is scored and labelled in full is kept.</summary>
public sealed class EstimateRows
{
    private readonly Recent<(long Baseline, long Version), ILearntQuality> _kept = new(32);

    internal async Task<IReadOnlyList<QualityEstimate>> OfAsync(MonitoringDbContext context, RunMaterial material, IReadOnlyList<DriftCheck> checks, CancellationToken cancellationToken)
    {
        if (QualityEstimators.Find(material.Project.Task) is not { } estimator || material.Run.BaselineId is not { } baseline)
        {
            return [];
        }

        List<QualityEstimate> rows = [];
        foreach (long version in material.Run.ModelVersionIds)
        {
            ILearntQuality? learnt = await LearntAsync(context, estimator, material.Project, baseline, version, cancellationToken);
            Prediction[] window = [.. material.RescoresByVersion[version].Where(row => row.Prediction is not null).OrderBy(row => row.ImageId).Select(row => Prediction.FromJson(row.Prediction!))];
            if (learnt is null || window.Length == 0)
            {
                continue;
            }

            string? drift = Drift(checks, version);
            rows.AddRange(learnt.Estimate(window).Select(estimate => new QualityEstimate
            {
                RunId = material.Run.Id,
                ModelVersionId = version,
                Metric = estimate.Metric,
                Value = estimate.Value,
                Low = estimate.Low,
                High = estimate.High,
                Count = estimate.Count,
                ReferenceCount = learnt.ReferenceCount,
                Distrust = drift ?? estimate.Distrust,
            }));
        }

        return rows;
    }

    private static string? Drift(IReadOnlyList<DriftCheck> checks, long version) =>
        checks.Where(check => check.ModelVersionId == version && check.State == DriftState.Drifting).MaxBy(check => check.Score) is { } worst
            ? FormattableString.Invariant($"The window leaves the calibrated region: its embeddings drift from the baseline's{(worst.Camera.Length > 0 ? $" on {worst.Camera}" : "")} (score {worst.Score:0.0}, limit {worst.Limit:0.0}).")
            : null;

    private async Task<ILearntQuality?> LearntAsync(MonitoringDbContext context, IQualityEstimator estimator, Project project, long baseline, long version, CancellationToken cancellationToken)
    {
        if (_kept.TryGet((baseline, version), out ILearntQuality? kept))
        {
            return kept;
        }

        IQueryable<long> members = context.ImageSetMembers.Where(member => member.ImageSetId == baseline).Select(member => member.ImageId);
        var rows = await context.Rescores.Where(row => row.ModelVersionId == version && row.Prediction != null && members.Contains(row.ImageId))
            .Join(context.Images, row => row.ImageId, image => image.Id, (row, image) => new { image.Id, image.LabelRevision, row.Prediction })
            .Join(context.Labels, row => new { ImageId = row.Id, Revision = row.LabelRevision }, label => new { label.ImageId, label.Revision }, (row, label) => new { row.Id, row.Prediction, label.Truth })
            .OrderBy(row => row.Id)
            .ToListAsync(cancellationToken);
        LabelledAnswer[] read = [.. rows.Select(row => new LabelledAnswer(Truth.FromJson(row.Truth), Prediction.FromJson(row.Prediction!))).Where(one => one.Truth.Task == project.Task && one.Predicted.Task == project.Task)];
        if (read.Length == 0 || estimator.Learn(read, TaskSetup.Of(project)) is not { } learnt)
        {
            return null;
        }

        return read.Length == await members.CountAsync(cancellationToken) ? _kept.Keep((baseline, version), learnt) : learnt;
    }
}
