using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Estimation;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision;
using VisionMonitor.Vision.Predictions;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Monitoring.Jobs;

/// <summary>Estimates a run's quality before its labels are looked at. What a complete baseline teaches cannot change much and is kept, at most <see cref="Limit"/> of them.</summary>
public sealed class EstimateRows
{
    private const int Limit = 32;
    private readonly ConcurrentDictionary<(long Baseline, long Version), LabelledAnswer[]> _kept = new();

    internal async Task<IReadOnlyList<QualityEstimate>> OfAsync(MonitoringDbContext context, RunMaterial material, IReadOnlyList<DriftCheck> checks, CancellationToken cancellationToken)
    {
        if (QualityEstimators.Find(material.Project.Task) is not { } estimator || material.Run.BaselineId is not { } baseline)
        {
            return [];
        }

        List<QualityEstimate> rows = [];
        foreach (long version in material.Run.ModelVersionIds)
        {
            LabelledAnswer[] reference = await ReferenceAsync(context, material.Project.Task, baseline, version, cancellationToken);
            Prediction[] window = [.. material.RescoresByVersion[version].Where(row => row.Prediction is not null).OrderBy(row => row.ImageId).Select(row => Prediction.FromJson(row.Prediction!))];
            if (reference.Length == 0 || window.Length == 0)
            {
                continue;
            }

            string? drift = Drift(checks, version);
            rows.AddRange(estimator.Estimate(reference, window, EvidenceRows.SetupOf(material.Project)).Select(estimate => new QualityEstimate
            {
                RunId = material.Run.Id,
                ModelVersionId = version,
                Metric = estimate.Metric,
                Value = estimate.Value,
                Low = estimate.Low,
                High = estimate.High,
                Count = estimate.Count,
                ReferenceCount = reference.Length,
                Distrust = drift ?? estimate.Distrust,
            }));
        }

        return rows;
    }

    private static string? Drift(IReadOnlyList<DriftCheck> checks, long version) =>
        checks.Where(check => check.ModelVersionId == version && check.State == DriftState.Drifting).MaxBy(check => check.Score) is { } worst
            ? FormattableString.Invariant($"The window leaves the calibrated region: its embeddings drift from the baseline's{(worst.Camera.Length > 0 ? $" on {worst.Camera}" : "")} (score {worst.Score:0.0}, limit {worst.Limit:0.0}).")
            : null;

    private async Task<LabelledAnswer[]> ReferenceAsync(MonitoringDbContext context, VisionTask task, long baseline, long version, CancellationToken cancellationToken)
    {
        if (_kept.TryGetValue((baseline, version), out LabelledAnswer[]? kept))
        {
            return kept;
        }

        IQueryable<long> members = context.ImageSetMembers.Where(member => member.ImageSetId == baseline).Select(member => member.ImageId);
        var rows = await context.Rescores.Where(row => row.ModelVersionId == version && row.Prediction != null && members.Contains(row.ImageId))
            .Join(context.Images, row => row.ImageId, image => image.Id, (row, image) => new { image.Id, image.LabelRevision, row.Prediction })
            .Join(context.Labels, row => new { ImageId = row.Id, Revision = row.LabelRevision }, label => new { label.ImageId, label.Revision }, (row, label) => new { row.Id, row.Prediction, label.Truth })
            .OrderBy(row => row.Id)
            .ToListAsync(cancellationToken);
        LabelledAnswer[] read = [.. rows.Select(row => new LabelledAnswer(Truth.FromJson(row.Truth), Prediction.FromJson(row.Prediction!))).Where(one => one.Truth.Task == task && one.Predicted.Task == task)];
        if (read.Length > 0 && read.Length == await members.CountAsync(cancellationToken))
        {
            if (_kept.Count >= Limit)
            {
                _kept.Clear();
            }

            _kept[(baseline, version)] = read;
        }

        return read;
    }
}
