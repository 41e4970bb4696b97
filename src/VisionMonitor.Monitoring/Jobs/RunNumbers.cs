using VisionMonitor.Monitoring.Evaluation;
using VisionMonitor.Monitoring.Rescoring;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Monitoring.Jobs;

/// <summary>From a run's material to its rows. The same material gives the same bits, however many workers made it.</summary>
internal static class RunNumbers
{
    /// <summary>Every number of the run, over all cameras and per camera.</summary>
    /// <param name="material">The run.</param>
    /// <param name="replicates">Bootstrap replicates.</param>
    public static IReadOnlyList<RunMetric> Of(RunMaterial material, int replicates)
    {
        List<RunMetric> rows =
        [
            Row(material, 0, "", Measure.Of(MetricNames.Volume, RunMetric.AllClasses, material.Run.PopulationCount, material.Run.PopulationCount, "")),
        ];
        foreach (string camera in (string[])["", .. material.Cameras])
        {
            SampledImage[] sample = [.. material.Sample.Where(one => camera.Length == 0 || one.Image.Camera == camera)];
            double[] weights = [.. sample.Select(one => one.Weight)];
            rows.AddRange(SampleSummary.OfImages([.. sample.Select(one => one.Image)], weights).Select(measure => Row(material, 0, camera, measure)));
            foreach (long version in material.Run.ModelVersionIds)
            {
                rows.AddRange(OfVersion(material, version, sample, replicates).Select(measure => Row(material, version, camera, measure)));
            }
        }

        return rows;
    }

    /// <summary>Images that some version could not score.</summary>
    public static int FailedImageCount(RunMaterial material) =>
        material.RescoresByVersion.SelectMany(version => version).Where(rescore => rescore.Failure is not null).Select(rescore => rescore.ImageId).Distinct().Count();

    private static IEnumerable<Measure> OfVersion(RunMaterial material, long version, SampledImage[] sample, int replicates)
    {
        Dictionary<long, Rescore> rescores = material.RescoresByVersion[version].ToDictionary(rescore => rescore.ImageId);
        (SampledImage Sampled, Rescore Rescore)[] scored = [.. sample.Where(one => rescores.ContainsKey(one.Image.Id)).Select(one => (one, rescores[one.Image.Id]))];
        IEnumerable<Measure> measures = SampleSummary.OfTimes([.. scored.Select(one => one.Rescore)]);
        if (TaskEvaluations.Find(material.Project.Task) is not { } evaluation)
        {
            return measures;
        }

        TaskSetup setup = TaskSetup.Of(material.Project);
        (double Weight, string Prediction)[] answered = [.. scored.Where(one => one.Rescore.Prediction is not null).Select(one => (one.Sampled.Weight, one.Rescore.Prediction!))];
        AnswerTraits[] answers = [.. answered.Select(one => evaluation.Describe(Prediction.FromJson(one.Prediction), setup))];
        Dictionary<long, Storage.Evidence> evidence = material.EvidenceByVersion[version].ToDictionary(one => one.ImageId);
        SampledImage[] judged = [.. sample.Where(one => evidence.ContainsKey(one.Image.Id))];
        return measures
            .Concat(AnswerSummary.Measure(answers, [.. answered.Select(one => one.Weight)], setup.ClassCount))
            .Concat(QualityReport.Measure(
                evaluation.Prepare([.. judged.Select(one => evidence[one.Image.Id].Content)], setup),
                [.. judged.Select(one => one.Weight / material.LabelOdds.GetValueOrDefault(one.Image.Id, 1))],
                replicates,
                (ulong)material.Run.WindowEnd.ToUnixTimeMilliseconds()));
    }

    private static RunMetric Row(RunMaterial material, long version, string camera, Measure measure) => new()
    {
        RunId = material.Run.Id,
        ModelVersionId = version,
        Metric = measure.Metric,
        ClassIndex = measure.ClassIndex,
        Camera = camera,
        Value = measure.Value,
        Low = measure.Low,
        High = measure.High,
        Count = measure.Count,
        UndefinedBecause = measure.Value is null ? measure.UndefinedBecause : null,
    };
}
