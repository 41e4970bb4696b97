using Microsoft.EntityFrameworkCore;
using VisionMonitor.Metrics.Drift.Watch;
using VisionMonitor.Monitoring.DriftDetection;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Monitoring.Jobs;

/// <summary>
/// Judges a run in the light of the runs before it: the first windows of a schedule against this baseline are history without drift, every later one is a step
/// of the watch. Windows are sums of sketches, so nothing is read but a few kilobytes of each.
/// </summary>
public sealed class SketchHistory(MonitoringOptions options)
{
    /// <summary>Runs older than this, or than twice the history that is needed, are forgotten: the watch then learns from younger ones.</summary>
    private const double Days = 60;

    /// <summary>Windows of more a day than this are judged each alone: their history would be tens of thousands of windows.</summary>
    internal const double MostWindowsPerDay = 48;

    private readonly Recent<(long Baseline, long Version), SketchWindows> _baselines = new(32);
    private readonly Recent<(long Baseline, long Version, long Run), IReadOnlyDictionary<string, DriftWindow>> _windows = new(8_000);

    /// <summary>The runs before this one that look at windows like its own, the oldest first, and this one.</summary>
    internal static async Task<IReadOnlyList<(long Id, DateTimeOffset End)>> RunsAsync(MonitoringDbContext context, Run run, DriftWatchOptions watch, CancellationToken cancellationToken)
    {
        DateTimeOffset oldest = run.WindowEnd.AddDays(-Math.Max(Days, 2 * DriftWatch.HistoryLength(watch) / watch.WindowsPerDay));
        var runs = await context.Runs
            .Where(other => other.ProjectId == run.ProjectId && other.ScheduleId == run.ScheduleId && other.BaselineId == run.BaselineId
                && other.WindowEnd >= oldest && other.WindowEnd < run.WindowEnd && other.State == RunState.Completed)
            .Select(other => new { other.Id, other.WindowStart, other.WindowEnd })
            .ToListAsync(cancellationToken);
        TimeSpan length = run.WindowEnd - run.WindowStart;
        return [.. runs.Where(other => other.WindowEnd - other.WindowStart == length).OrderBy(other => other.WindowEnd).Select(other => (other.Id, other.WindowEnd)), (run.Id, run.WindowEnd)];
    }

    /// <summary>What the watch of each camera says after a run; a camera without enough windows is missing.</summary>
    internal async Task<IReadOnlyDictionary<string, DriftDecision>> JudgeAsync(
        MonitoringDbContext context, RunMaterial material, long versionId, IReadOnlyList<string> cameras, IReadOnlyList<(long Id, DateTimeOffset End)> runs, DriftWatchOptions watch, CancellationToken cancellationToken)
    {
        Dictionary<string, DriftDecision> decisions = [];
        if (await BaselineAsync(context, material, versionId, cancellationToken) is not { } baseline)
        {
            return decisions;
        }

        IReadOnlyDictionary<long, IReadOnlyDictionary<string, DriftWindow>> read = await ReadAsync(context, baseline, (material.Run.BaselineId!.Value, versionId), runs, cancellationToken);
        foreach (string camera in cameras)
        {
            (long Id, DriftWindow Window)[] windows = [.. runs
                .Select(run => (run.Id, Window: read[run.Id].GetValueOrDefault(camera)))
                .Where(run => run.Window is not null)
                .Select(run => (run.Id, run.Window!))];
            int history = DriftWatch.HistoryLength(watch);
            if (windows.Length > history && windows[^1].Id == material.Run.Id)
            {
                DriftWatchRun run = DriftWatch.Fit([.. windows[..history].Select(one => one.Window)], baseline.Reference.ImageVariances, watch).Start();
                foreach ((_, DriftWindow window) in windows[history..])
                {
                    decisions[camera] = run.Next(window);
                }
            }
        }

        return decisions;
    }

    /// <summary>Sums up the sketches of runs that were not read yet: after the first check of a schedule, only those of the newest.</summary>
    private async Task<IReadOnlyDictionary<long, IReadOnlyDictionary<string, DriftWindow>>> ReadAsync(
        MonitoringDbContext context, SketchWindows baseline, (long Baseline, long Version) key, IReadOnlyList<(long Id, DateTimeOffset End)> runs, CancellationToken cancellationToken)
    {
        Dictionary<long, IReadOnlyDictionary<string, DriftWindow>> read = [];
        foreach ((long id, _) in runs)
        {
            if (_windows.TryGet((key.Baseline, key.Version, id), out IReadOnlyDictionary<string, DriftWindow>? kept))
            {
                read[id] = kept;
            }
        }

        foreach ((long Id, DateTimeOffset End)[] unread in runs.Where(run => !read.ContainsKey(run.Id)).ToArray().Chunk(100))
        {
            long[] ids = [.. unread.Select(run => run.Id)];
            ILookup<long, DriftSketchRow> rows = (await context.DriftSketches.AsNoTracking()
                .Where(row => row.ModelVersionId == key.Version && ids.Contains(row.RunId))
                .ToListAsync(cancellationToken)).ToLookup(row => row.RunId);
            foreach ((long id, DateTimeOffset end) in unread)
            {
                Dictionary<string, DriftWindow> byCamera = [];
                foreach (string camera in rows[id].Select(row => row.Camera).Append("").Distinct())
                {
                    if (baseline.Sum(end, rows[id].Where(row => camera.Length == 0 || row.Camera == camera)) is { } window)
                    {
                        byCamera[camera] = window;
                    }
                }

                read[id] = _windows.Keep((key.Baseline, key.Version, id), byCamera);
            }
        }

        return read;
    }

    /// <summary>How the watch of a run is set: the declared budget over all of its versions and cameras.</summary>
    internal DriftWatchOptions WatchOf(DriftBudget budget, Run run) => new()
    {
        DaysPerFalseAlarm = options.DaysPerFalseAlarm,
        WindowsPerDay = run.ScheduleId is not null && budget.ChecksPerDay > 0 ? budget.ChecksPerDay : 1 / Math.Max((run.WindowEnd - run.WindowStart).TotalDays, 1.0 / 1440),
        SliceCount = budget.ChannelCount,
    };

    private async Task<SketchWindows?> BaselineAsync(MonitoringDbContext context, RunMaterial material, long versionId, CancellationToken cancellationToken)
    {
        if (material.Run.BaselineId is not { } id)
        {
            return null;
        }

        if (_baselines.TryGet((id, versionId), out SketchWindows? kept))
        {
            return kept;
        }

        ModelVersion version = await context.ModelVersions.AsNoTracking().SingleAsync(version => version.Id == versionId, cancellationToken);
        var rows = await context.ImageSetMembers
            .Where(member => member.ImageSetId == id)
            .Join(context.Rescores.Where(rescore => rescore.ModelVersionId == versionId && rescore.Prediction != null), member => member.ImageId, rescore => rescore.ImageId, (member, rescore) => rescore)
            .Join(context.Images, rescore => rescore.ImageId, image => image.Id, (rescore, image) => new { Image = image, rescore.Prediction, rescore.Embedding })
            .AsNoTracking()
            .ToListAsync(cancellationToken);
        SketchedImage[] images = [.. rows.OrderBy(row => row.Image.ClientId, StringComparer.Ordinal)
            .Select(row => SketchedImage.Of(row.Image, Prediction.FromJson(row.Prediction!), row.Embedding))
            .OfType<SketchedImage>()];
        if (SketchWindows.From(version, material.Project.ClassNames.Count, images) is not { } learned)
        {
            return null;
        }

        return _baselines.Keep((id, versionId), learned);
    }
}
