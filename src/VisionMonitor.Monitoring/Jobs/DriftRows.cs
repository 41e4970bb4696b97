using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.DriftDetection;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Monitoring.Jobs;

/// <summary>Checks a run's embeddings against the baseline: every version, all cameras together and each alone.</summary>
public sealed class DriftRows(BaselineEmbeddings baselines, DriftCalibrations calibrations, MonitoringOptions options)
{
    internal async Task<IReadOnlyList<DriftCheck>> OfAsync(MonitoringDbContext context, RunMaterial material, CancellationToken cancellationToken)
    {
        List<DriftCheck> checks = [];
        string[] channels = ["", .. material.Cameras];
        DriftBudget budget = new(options.DaysPerFalseAlarm, await ChecksPerDayAsync(context, material.Run, cancellationToken), material.Run.ModelVersionIds.Count * channels.Length);
        foreach (long version in material.Run.ModelVersionIds)
        {
            Baseline baseline = await baselines.GetAsync(context, material.Run.BaselineId, version, cancellationToken);
            Dictionary<long, byte[]?> embeddings = material.RescoresByVersion[version].ToDictionary(rescore => rescore.ImageId, rescore => rescore.Embedding);
            foreach (string camera in channels)
            {
                EmbeddingSet window = EmbeddingSet.FromBytes(material.Sample
                    .Where(one => camera.Length == 0 || one.Image.Camera == camera)
                    .Select(one => embeddings.GetValueOrDefault(one.Image.Id)));
                DriftCheck check = WindowCheck.Judge(window, baseline.Of(camera), $"{baseline.Name}/{camera}", budget, calibrations);
                (check.RunId, check.ModelVersionId, check.Camera) = (material.Run.Id, version, camera);
                checks.Add(check);
            }
        }

        return checks;
    }

    private static async Task<double> ChecksPerDayAsync(MonitoringDbContext context, Run run, CancellationToken cancellationToken)
    {
        List<Schedule> schedules = await context.Schedules.AsNoTracking().Where(schedule => schedule.ProjectId == run.ProjectId && !schedule.IsPaused).ToListAsync(cancellationToken);
        return schedules
            .Where(schedule => DueTimes.Problem(schedule.Cron, schedule.TimeZone) is null)
            .Sum(schedule => DueTimes.Between(schedule.Cron, schedule.TimeZone, run.WindowEnd.AddDays(-1), run.WindowEnd).Count);
    }
}
