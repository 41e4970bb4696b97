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
    private readonly Recent<(long Baseline, long Version, long? Other), VersionAgreement> _pairs = new(32);

    internal async Task<IReadOnlyList<QualityEstimate>> OfAsync(MonitoringDbContext context, RunMaterial material, IReadOnlyList<DriftCheck> checks, CancellationToken cancellationToken)
    {
        if (QualityEstimators.Find(material.Project.Task) is not { } estimator || material.Run.BaselineId is not { } baselineId)
        {
            return [];
        }

        Baseline baseline = new(context, material.Project, baselineId);
        List<QualityEstimate> rows = [];
        Dictionary<long, Dictionary<long, Prediction>> answers = material.Run.ModelVersionIds.ToDictionary(version => version, version => Answers(material, version));
        ILookup<long, SecondLook> looks = await LooksAsync(context, material, cancellationToken);
        foreach ((long version, Dictionary<long, Prediction> own) in answers)
        {
            string? drift = QualityEstimators.Doubt([.. checks.Where(check => check.ModelVersionId == version)]);
            if (own.Count > 0 && await LearntAsync(baseline, estimator, version, cancellationToken) is { } learnt)
            {
                rows.AddRange(learnt.Estimate([.. own.OrderBy(row => row.Key).Select(row => row.Value)]).Select(estimate => Row(material, version, EstimateMethods.Confidence, learnt.ReferenceCount, estimate, drift ?? estimate.Distrust)));
            }

            // Of several others the newest is asked.
            if (answers.Keys.Where(id => id != version).Order().LastOrDefault() is > 0 and var other && await AgreementAsync(baseline, version, other, cancellationToken) is { } agreement)
            {
                (Prediction, Prediction)[] window = [.. own.Where(row => answers[other].ContainsKey(row.Key)).OrderBy(row => row.Key).Select(row => (row.Value, answers[other][row.Key]))];
                rows.AddRange(agreement.Estimate(window).Select(estimate => Row(material, version, EstimateMethods.Agreement, agreement.ReferenceCount, estimate, drift ?? estimate.Distrust)));
            }

            if (looks[version].Any() && await AgreementAsync(baseline, version, null, cancellationToken) is { } itself)
            {
                (Prediction, Prediction)[] window = [.. looks[version].Where(look => own.ContainsKey(look.ImageId)).OrderBy(look => look.ImageId).Select(look => (own[look.ImageId], Prediction.FromJson(look.Prediction!)))];
                rows.AddRange(itself.Estimate(window).Select(estimate => Row(material, version, EstimateMethods.SecondLook, itself.ReferenceCount, estimate, drift ?? estimate.Distrust)));
            }
        }

        return rows;
    }

    /// <summary>The same with the labels that have come, while some are still missing: what is estimated is put right by what is measured.</summary>
    internal async Task<IReadOnlyList<QualityEstimate>> WithLabelsAsync(MonitoringDbContext context, RunMaterial material, CancellationToken cancellationToken)
    {
        if (QualityEstimators.Find(material.Project.Task) is not { } estimator || TaskEvaluations.Find(material.Project.Task) is not { } evaluation || material.Run.BaselineId is not { } baselineId)
        {
            return [];
        }

        Baseline baseline = new(context, material.Project, baselineId);
        List<QualityEstimate> rows = [];
        TaskSetup setup = TaskSetup.Of(material.Project);
        foreach (long version in material.Run.ModelVersionIds)
        {
            Dictionary<long, Storage.Evidence> evidence = material.EvidenceByVersion[version].ToDictionary(one => one.ImageId);
            HashSet<long> answered = [.. material.RescoresByVersion[version].Where(row => row.Prediction is not null).Select(row => row.ImageId)];
            SampledImage[] labelled = [.. material.Sample.Where(one => evidence.ContainsKey(one.Image.Id) && answered.Contains(one.Image.Id))];
            if (labelled.Length < PoweredQuality.FewestLabels || labelled.Length >= answered.Count || await LearntAsync(baseline, estimator, version, cancellationToken) is not { } learnt)
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
            rows.AddRange(estimates.Select(estimate => Row(material, version, EstimateMethods.Labels, learnt.ReferenceCount, estimate, estimate.Distrust)));
        }

        return rows;
    }

    private static async Task<ILookup<long, SecondLook>> LooksAsync(MonitoringDbContext context, RunMaterial material, CancellationToken cancellationToken)
    {
        List<SecondLook> looks = material.Project.HasSecondLooks
            ? await context.SecondLooks.AsNoTracking()
                .Where(look => look.Prediction != null && material.Run.ModelVersionIds.Contains(look.ModelVersionId) && context.RunImages.Any(member => member.RunId == material.Run.Id && member.ImageId == look.ImageId))
                .ToListAsync(cancellationToken)
            : [];
        return looks.ToLookup(look => look.ModelVersionId);
    }

    private static Dictionary<long, Prediction> Answers(RunMaterial material, long version) =>
        material.RescoresByVersion[version].Where(row => row.Prediction is not null).ToDictionary(row => row.ImageId, row => Prediction.FromJson(row.Prediction!));

    private static QualityEstimate Row(RunMaterial material, long version, string method, int referenceCount, EstimatedQuality estimate, string? distrust) => new()
    {
        RunId = material.Run.Id,
        ModelVersionId = version,
        Metric = estimate.Metric,
        Method = method,
        Value = estimate.Value,
        Low = estimate.Low,
        High = estimate.High,
        Count = estimate.Count,
        ReferenceCount = referenceCount,
        Distrust = distrust,
    };

    private async Task<ILearntQuality?> LearntAsync(Baseline baseline, IQualityEstimator estimator, long version, CancellationToken cancellationToken)
    {
        if (_kept.TryGet((baseline.Id, version), out ILearntQuality? kept))
        {
            return kept;
        }

        Dictionary<long, LabelledAnswer> read = await baseline.AnswersAsync(version, cancellationToken);
        if (read.Count == 0 || estimator.Learn([.. read.Values], TaskSetup.Of(baseline.Project)) is not { } learnt)
        {
            return null;
        }

        return read.Count == await baseline.CountAsync(cancellationToken) ? _kept.Keep((baseline.Id, version), learnt) : learnt;
    }

    /// <summary>What agreement with another version is worth, or, where there is none, with the version's own second look.</summary>
    private async Task<VersionAgreement?> AgreementAsync(Baseline baseline, long version, long? other, CancellationToken cancellationToken)
    {
        if (_pairs.TryGet((baseline.Id, version, other), out VersionAgreement? kept))
        {
            return kept;
        }

        Dictionary<long, LabelledAnswer> own = await baseline.AnswersAsync(version, cancellationToken);
        Dictionary<long, Prediction> others = other is { } id
            ? (await baseline.AnswersAsync(id, cancellationToken)).ToDictionary(row => row.Key, row => row.Value.Predicted)
            : await baseline.LooksAsync(version, cancellationToken);
        (LabelledAnswer, Prediction)[] both = [.. own.Where(row => others.ContainsKey(row.Key)).Select(row => (row.Value, others[row.Key]))];
        if (TaskEvaluations.Find(baseline.Project.Task) is not { } evaluation
            || VersionAgreement.Learn(evaluation, TaskSetup.Of(baseline.Project), both, other is null ? "its answers to the pictures a little changed" : "the other version's answers") is not { } learnt)
        {
            return null;
        }

        return both.Length == await baseline.CountAsync(cancellationToken) ? _pairs.Keep((baseline.Id, version, other), learnt) : learnt;
    }

    /// <summary>A project's baseline, for one call: what a version said of it is read once, however many learn from it.</summary>
    private sealed class Baseline(MonitoringDbContext context, Project project, long id)
    {
        private readonly Dictionary<long, Dictionary<long, LabelledAnswer>> _answers = [];
        private readonly IQueryable<long> _members = context.ImageSetMembers.Where(member => member.ImageSetId == id).Select(member => member.ImageId);

        public long Id => id;

        public Project Project => project;

        public Task<int> CountAsync(CancellationToken cancellationToken) => _members.CountAsync(cancellationToken);

        /// <summary>The labelled images with what a version said of them, by image id in ascending order.</summary>
        public async Task<Dictionary<long, LabelledAnswer>> AnswersAsync(long version, CancellationToken cancellationToken) =>
            _answers.TryGetValue(version, out Dictionary<long, LabelledAnswer>? read) ? read : _answers[version] = await ReadAsync(version, cancellationToken);

        /// <summary>What a version said of the images a little changed.</summary>
        public async Task<Dictionary<long, Prediction>> LooksAsync(long version, CancellationToken cancellationToken) =>
            (await context.SecondLooks.AsNoTracking().Where(look => look.ModelVersionId == version && look.Prediction != null && _members.Contains(look.ImageId)).ToListAsync(cancellationToken))
            .ToDictionary(look => look.ImageId, look => Prediction.FromJson(look.Prediction!));

        private async Task<Dictionary<long, LabelledAnswer>> ReadAsync(long version, CancellationToken cancellationToken)
        {
            var rows = await context.Rescores.Where(row => row.ModelVersionId == version && row.Prediction != null && _members.Contains(row.ImageId))
                .Join(context.Images, row => row.ImageId, image => image.Id, (row, image) => new { image.Id, image.LabelRevision, row.Prediction })
                .Join(context.Labels, row => new { ImageId = row.Id, Revision = row.LabelRevision }, label => new { label.ImageId, label.Revision }, (row, label) => new { row.Id, row.Prediction, label.Truth })
                .OrderBy(row => row.Id)
                .ToListAsync(cancellationToken);
            return rows.Select(row => (row.Id, Answer: new LabelledAnswer(Truth.FromJson(row.Truth), Prediction.FromJson(row.Prediction!))))
                .Where(one => one.Answer.Truth.Task == project.Task && one.Answer.Predicted.Task == project.Task)
                .ToDictionary(one => one.Id, one => one.Answer);
        }
    }
}
