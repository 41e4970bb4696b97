using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Estimation;
using VisionMonitor.Monitoring.Evaluation;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision;
using VisionMonitor.Vision.Predictions;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Monitoring.Jobs;

/// <summary>Estimates a run's quality before its labels are looked at, and again with those that have come. What a baseline teaches that is scored and labelled in full is kept.</summary>
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
            Prediction[] window = [.. Answers(material, version).OrderBy(row => row.Key).Select(row => row.Value)];
            if (learnt is not null && window.Length > 0)
            {
                rows.AddRange(learnt.Estimate(window).Select(estimate => Row(material, version, EstimateMethods.Confidence, learnt, estimate, Drift(checks, version) ?? estimate.Distrust)));
            }
        }

        return rows;
    }

    /// <summary>The same with the labels that have come, while some are still missing: what is estimated is put right by what is measured.</summary>
    internal async Task<IReadOnlyList<QualityEstimate>> WithLabelsAsync(MonitoringDbContext context, RunMaterial material, CancellationToken cancellationToken)
    {
        if (QualityEstimators.Find(material.Project.Task) is not { } estimator || TaskEvaluations.Find(material.Project.Task) is not { } evaluation || material.Run.BaselineId is not { } baseline)
        {
            return [];
        }

        List<QualityEstimate> rows = [];
        TaskSetup setup = TaskSetup.Of(material.Project);
        foreach (long version in material.Run.ModelVersionIds)
        {
            Dictionary<long, Storage.Evidence> evidence = material.EvidenceByVersion[version].ToDictionary(one => one.ImageId);
            HashSet<long> answered = [.. material.RescoresByVersion[version].Where(row => row.Prediction is not null).Select(row => row.ImageId)];
            SampledImage[] labelled = [.. material.Sample.Where(one => evidence.ContainsKey(one.Image.Id) && answered.Contains(one.Image.Id))];
            if (labelled.Length < PoweredQuality.FewestLabels || labelled.Length >= answered.Count || await LearntAsync(context, estimator, material.Project, baseline, version, cancellationToken) is not { } learnt)
            {
                continue;
            }

            Dictionary<long, Prediction> answers = Answers(material, version);
            IReadOnlyList<EstimatedQuality> estimates = PoweredQuality.Of(
                learnt,
                [.. material.Sample.Where(one => answered.Contains(one.Image.Id)).Select(one => answers[one.Image.Id])],
                [.. labelled.Select(one => answers[one.Image.Id])],
                evaluation.Prepare([.. labelled.Select(one => evidence[one.Image.Id].Content)], setup),
                [.. labelled.Select(one => one.Weight / material.LabelOdds.GetValueOrDefault(one.Image.Id, 1))]);
            rows.AddRange(estimates.Select(estimate => Row(material, version, EstimateMethods.Labels, learnt, estimate, estimate.Distrust)));
        }

        return rows;
    }

    private static Dictionary<long, Prediction> Answers(RunMaterial material, long version) =>
        material.RescoresByVersion[version].Where(row => row.Prediction is not null).ToDictionary(row => row.ImageId, row => Prediction.FromJson(row.Prediction!));

    private static QualityEstimate Row(RunMaterial material, long version, string method, ILearntQuality learnt, EstimatedQuality estimate, string? distrust) => new()
    {
        RunId = material.Run.Id,
        ModelVersionId = version,
        Metric = estimate.Metric,
        Method = method,
        Value = estimate.Value,
        Low = estimate.Low,
        High = estimate.High,
        Count = estimate.Count,
        ReferenceCount = learnt.ReferenceCount,
        Distrust = distrust,
    };

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
