using Microsoft.EntityFrameworkCore;
using VisionMonitor.Metrics.Drift.Watch;
using VisionMonitor.Monitoring.DriftDetection;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Monitoring.Jobs;

/// <summary>Checks a run's sketches against the baseline: every version, all cameras together and each alone.</summary>
public sealed class DriftRows(SketchedBaselines baselines, DriftCalibrations calibrations, SketchHistory history, MonitoringOptions options)
{
    internal async Task<IReadOnlyList<DriftCheck>> OfAsync(MonitoringDbContext context, RunMaterial material, CancellationToken cancellationToken)
    {
        List<DriftCheck> checks = [];
        TimeSpan span = material.Run.WindowEnd - material.Run.WindowStart;
        string[] channels = ["", .. material.Cameras];
        IReadOnlyDictionary<long, double> runsPerDay = await RunsPerDayAsync(context, material.Run, cancellationToken);
        DriftBudget budget = new(options.DaysPerFalseAlarm, runsPerDay.Values.Sum(), material.Run.ModelVersionIds.Count * channels.Length);
        (DriftWatchOptions watch, bool isHourly) = history.WatchOf(material.Run, budget.ChannelCount, runsPerDay);
        IReadOnlyList<WatchedWindow> windows = await SketchHistory.WindowsAsync(context, material.Run, watch, isHourly, cancellationToken);

        // The last window is the one that is judged; before a fast schedule's first whole hour there is none.
        string? calibrating = DriftWatch.Missing(Math.Max(0, windows.Count - 1), watch);
        ILookup<long, DriftSketchRow> sketches = (await context.DriftSketches.AsNoTracking().Where(row => row.RunId == material.Run.Id).ToListAsync(cancellationToken)).ToLookup(row => row.ModelVersionId);
        foreach (long version in material.Run.ModelVersionIds)
        {
            SketchedBaseline baseline = await baselines.GetAsync(context, material.Project, material.Run.BaselineId, version, cancellationToken);
            IReadOnlyDictionary<string, DriftDecision> decisions = calibrating is not null
                ? new Dictionary<string, DriftDecision>()
                : await history.JudgeAsync(context, baseline, version, channels, windows, watch, cancellationToken);
            foreach (string camera in channels)
            {
                DriftCheck check = WindowCheck.Judge([.. sketches[version].Where(row => camera.Length == 0 || row.Camera == camera)], baseline, span, camera, budget, calibrations);
                (check.RunId, check.ModelVersionId, check.Camera) = (material.Run.Id, version, camera);
                if (decisions.ContainsKey(camera) && check is { State: DriftState.Calibrating, WindowCount: < WindowCheck.LeastWindow, BaselineCount: >= WindowCheck.LeastBaseline })
                {
                    // The window alone is too small, but the watch has seen a whole hour.
                    (check.State, check.Limit) = (DriftState.Stable, WindowCheck.LimitOfLeast(baseline, span, camera, budget, calibrations));
                }

                Decide(check, decisions.GetValueOrDefault(camera), calibrating, isHourly);
                check.FalseAlarmsPer30Days = check.State == DriftState.Calibrating ? null : decisions.ContainsKey(camera) ? 30 / watch.DaysPerFalseAlarm : 30 * budget.Rate * budget.ChannelCount * Math.Max(1, budget.ChecksPerDay);
                checks.Add(check);
            }
        }

        return checks;
    }

    /// <summary>
    /// Where a watch is calibrated, it decides, and the score is its level times the limit: the line alarms where it always did. Until then each window is judged alone,
    /// and the reason says how long that will last.
    /// </summary>
    private static void Decide(DriftCheck check, DriftDecision? decision, string? calibrating, bool isHourly)
    {
        if (check.State == DriftState.Calibrating)
        {
            return;
        }

        if (decision is null)
        {
            check.Reason = calibrating is null ? check.Reason : string.Join(' ', ((string?[])[check.Reason, $"{calibrating} Until then each window is judged alone."]).OfType<string>());
            return;
        }

        check.State = decision.IsAlarm ? DriftState.Drifting : DriftState.Stable;
        check.Score = decision.Level * check.Limit;
        check.Reason = decision.Leading is { } leading
            ? FormattableString.Invariant($"Most of all: {DriftChannelText.Of(leading.Channel)}; its sum is {leading.Sum:0.0} of {leading.Limit:0.0} over the {(isHourly ? "hours" : "windows")} so far, {leading.LongScore ?? 0:0.0} of {leading.LongLimit:0.0} in the longer look back.")
            : null;
    }

    private static async Task<IReadOnlyDictionary<long, double>> RunsPerDayAsync(MonitoringDbContext context, Run run, CancellationToken cancellationToken)
    {
        List<Schedule> schedules = await context.Schedules.AsNoTracking().Where(schedule => schedule.ProjectId == run.ProjectId && !schedule.IsPaused).ToListAsync(cancellationToken);
        return schedules
            .Where(schedule => DueTimes.Problem(schedule.Cron, schedule.TimeZone) is null)
            .ToDictionary(schedule => schedule.Id, schedule => (double)DueTimes.Between(schedule.Cron, schedule.TimeZone, run.WindowEnd.AddDays(-1), run.WindowEnd).Count);
    }
}
