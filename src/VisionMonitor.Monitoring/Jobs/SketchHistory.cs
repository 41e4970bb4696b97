using Microsoft.EntityFrameworkCore;
using VisionMonitor.Metrics.Drift.Watch;
using VisionMonitor.Monitoring.DriftDetection;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Monitoring.Jobs;

/// <summary>
/// Judges a run in the light of the runs before it: the first windows of a schedule against this baseline are history without drift, every later one is a step
/// of the watch. Windows are sums of sketches, so nothing is read but a few kilobytes of each.
/// </summary>
public sealed class SketchHistory(MonitoringOptions options)
{
    /// <summary>Runs older than this, or than twice the history that is needed, are forgotten: the watch then learns from younger ones.</summary>
    private const double Days = 60;

    /// <summary>Runs of more a day than this are watched by the hour: each alone shows little, and their history would be tens of thousands of windows.</summary>
    private const double MostWindowsPerDay = 48;

    /// <summary>The distances of fewer images are not as normal as the watch takes them to be.</summary>
    private const int LeastWatched = 8;

    private readonly Recent<(string Baseline, long Run, int RunCount), IReadOnlyDictionary<string, DriftWindow>> _windows = new(8_000);
    private readonly Recent<(string Baseline, string Camera, long First, long Last, int Count, DriftWatchOptions Watch), DriftDecision> _decisions = new(2_000);

    /// <summary>
    /// The windows of this run and of those before it that look as long as it does, the oldest first. Where there are more a day than
    /// <see cref="MostWindowsPerDay"/>, those of an hour make one window, and the last is the last whole hour.
    /// </summary>
    internal static async Task<IReadOnlyList<WatchedWindow>> WindowsAsync(MonitoringDbContext context, Run run, DriftWatchOptions watch, bool isHourly, CancellationToken cancellationToken)
    {
        DateTimeOffset oldest = run.WindowEnd.AddDays(-Math.Max(Days, 2 * DriftWatch.HistoryLength(watch) / watch.WindowsPerDay));
        var runs = await context.Runs
            .Where(other => other.ProjectId == run.ProjectId && other.ScheduleId == run.ScheduleId && other.BaselineId == run.BaselineId
                && other.WindowEnd >= oldest && other.WindowEnd < run.WindowEnd && other.State == RunState.Completed)
            .Select(other => new { other.Id, other.WindowStart, other.WindowEnd })
            .ToListAsync(cancellationToken);
        TimeSpan length = run.WindowEnd - run.WindowStart;
        IEnumerable<(long Id, DateTimeOffset Start, DateTimeOffset End)> alike = runs
            .Where(other => other.WindowEnd - other.WindowStart == length)
            .OrderBy(other => other.WindowEnd)
            .Select(other => (other.Id, other.WindowStart, other.WindowEnd))
            .Append((run.Id, run.WindowStart, run.WindowEnd));
        return isHourly ? WatchedWindow.ByHour(alike, run.WindowEnd) : [.. alike.Select(one => new WatchedWindow([one.Id], one.End))];
    }

    /// <summary>What the watch of each camera says after the last window; a camera without enough windows is missing.</summary>
    internal async Task<IReadOnlyDictionary<string, DriftDecision>> JudgeAsync(
        MonitoringDbContext context, SketchedBaseline usual, long versionId, IReadOnlyList<string> cameras, IReadOnlyList<WatchedWindow> windows, DriftWatchOptions watch, CancellationToken cancellationToken)
    {
        Dictionary<string, DriftDecision> decisions = [];
        if (usual.Of("") is not { } baseline)
        {
            return decisions;
        }

        IReadOnlyDictionary<WatchedWindow, IReadOnlyDictionary<string, DriftWindow>> read = await ReadAsync(context, baseline, (usual.Name, versionId), windows, cancellationToken);
        int history = DriftWatch.HistoryLength(watch);
        foreach (string camera in cameras)
        {
            WatchedWindow[] seen = [.. windows.Where(window => read[window].ContainsKey(camera))];
            if (seen.Length > history && seen[^1] == windows[^1])
            {
                decisions[camera] = _decisions.GetOrKeep(
                    (usual.Name, camera, seen[0].LastRunId, seen[^1].LastRunId, seen.Length, watch),
                    _ => Judge([.. seen.Select(window => read[window][camera])], baseline, watch));
            }
        }

        return decisions;
    }

    private static DriftDecision Judge(DriftWindow[] windows, SketchWindows baseline, DriftWatchOptions watch)
    {
        int history = DriftWatch.HistoryLength(watch);
        DriftWatchRun run = DriftWatch.Fit(windows[..history], baseline.Reference.ImageVariances, watch).Start();
        DriftDecision? decision = null;
        foreach (DriftWindow window in windows[history..])
        {
            decision = run.Next(window);
        }

        return decision!;
    }

    /// <summary>Sums up the sketches of windows that were not read yet: after the first check of a schedule, only those of the newest.</summary>
    private async Task<IReadOnlyDictionary<WatchedWindow, IReadOnlyDictionary<string, DriftWindow>>> ReadAsync(
        MonitoringDbContext context, SketchWindows baseline, (string Baseline, long Version) key, IReadOnlyList<WatchedWindow> windows, CancellationToken cancellationToken)
    {
        Dictionary<WatchedWindow, IReadOnlyDictionary<string, DriftWindow>> read = [];
        foreach (WatchedWindow window in windows)
        {
            if (_windows.TryGet((key.Baseline, window.LastRunId, window.RunIds.Count), out IReadOnlyDictionary<string, DriftWindow>? kept))
            {
                read[window] = kept;
            }
        }

        foreach (WatchedWindow[] unread in windows.Where(window => !read.ContainsKey(window)).ToArray().Chunk(100))
        {
            long[] ids = [.. unread.SelectMany(window => window.RunIds)];
            ILookup<long, DriftSketchRow> rows = (await context.DriftSketches.AsNoTracking()
                .Where(row => row.ModelVersionId == key.Version && ids.Contains(row.RunId))
                .ToListAsync(cancellationToken)).ToLookup(row => row.RunId);
            foreach (WatchedWindow window in unread)
            {
                DriftSketchRow[] own = [.. window.RunIds.SelectMany(id => rows[id])];
                Dictionary<string, DriftWindow> byCamera = [];
                foreach (string camera in own.Select(row => row.Camera).Append("").Distinct())
                {
                    if (baseline.Sum(window.End, own.Where(row => camera.Length == 0 || row.Camera == camera)) is ({ Count: >= LeastWatched } sum, _))
                    {
                        byCamera[camera] = sum;
                    }
                }

                read[window] = _windows.Keep((key.Baseline, window.LastRunId, window.RunIds.Count), byCamera);
            }
        }

        return read;
    }

    /// <summary>How the watch of a run is set: the declared budget over all versions and cameras, shared with the watches of the project's other schedules.</summary>
    /// <param name="run">The run.</param>
    /// <param name="channelCount">Checks of one run: versions × (cameras + 1).</param>
    /// <param name="runsPerDay">How many runs a day each schedule of the project plans, by its id.</param>
    /// <returns>The watch, and whether it looks at hours instead of runs.</returns>
    internal (DriftWatchOptions Watch, bool IsHourly) WatchOf(Run run, int channelCount, IReadOnlyDictionary<long, double> runsPerDay)
    {
        double own = run.ScheduleId is { } id && runsPerDay.GetValueOrDefault(id) is > 0 and var planned ? planned : 1 / Math.Max((run.WindowEnd - run.WindowStart).TotalDays, 1.0 / 1440);
        double others = runsPerDay.Where(schedule => schedule.Key != run.ScheduleId).Sum(schedule => WindowsPerDay(schedule.Value));
        DriftWatchOptions watch = new()
        {
            DaysPerFalseAlarm = options.DaysPerFalseAlarm,
            WindowsPerDay = WindowsPerDay(own),
            SliceCount = (int)Math.Ceiling(channelCount * (1 + (others / WindowsPerDay(own)))),
        };
        return (watch, own > MostWindowsPerDay);
    }

    private static double WindowsPerDay(double runsPerDay) => runsPerDay > MostWindowsPerDay ? 24 : runsPerDay;
}
