using VisionMonitor.Metrics.Drift.Watch;

namespace VisionMonitor.Monitoring.DriftDetection.Replay;

/// <summary>Counts what a watch alarms on when nothing has changed, and how long it takes when something has.</summary>
public static class FalseAlarmExperiment
{
    /// <summary>Runs all replays.</summary>
    /// <param name="world">What is drawn from.</param>
    /// <param name="options">How.</param>
    /// <param name="done">Called after each replay, from any thread.</param>
    /// <param name="cancellationToken">Stops between two replays.</param>
    public static ReplayReport Run(ReplayWorld world, ReplayOptions options, Action done, CancellationToken cancellationToken)
    {
        OneReplay[] replays = new OneReplay[options.Replays];
        Parallel.For(0, replays.Length, new ParallelOptions { MaxDegreeOfParallelism = options.Threads, CancellationToken = cancellationToken }, r =>
        {
            replays[r] = Replay(world, options, unchecked((options.Seed * 1_000_003) + (ulong)r));
            done();
        });
        return new ReplayReport(
            world.Name,
            options,
            replays.Sum(replay => replay.FalseAlarms.Count),
            [.. replays.SelectMany(replay => replay.FalseAlarms).GroupBy(alarm => alarm).OrderByDescending(alarm => alarm.Count()).Select(alarm => (alarm.Key, alarm.Count()))],
            [.. world.Shifts.Select((shift, s) => new ShiftDelay(shift.Name, [.. replays.Select(replay => replay.Delays[s])]))]);
    }

    private static OneReplay Replay(ReplayWorld world, ReplayOptions options, ulong seed)
    {
        int first = options.HistoryDays * 24, end = first + (options.Days * 24), until = Math.Max(end, first + 24 + options.ShiftHours);
        ReplayTraffic traffic = new(world, options, until, seed);
        DriftWindow[] healthy = [.. Enumerable.Range(0, end).Select(hour => traffic.Hour(hour, null))];
        DriftWatch watch = DriftWatch.Fit(healthy[..first], world.Reference.ImageVariances, options.Watch with { Seed = seed });
        List<string> falseAlarms = [];
        DriftWatchRun run = watch.Start();
        foreach (DriftWindow window in healthy[first..])
        {
            DriftDecision decision = run.Next(window);
            if (decision.HasStarted)
            {
                falseAlarms.Add(Describe(decision.Leading!));
            }
        }

        // Shifts begin at different hours of the day, after up to a day that the watch has already seen.
        int start = first + (int)(seed % 24);
        return new OneReplay(falseAlarms, [.. world.Shifts.Select(shift => Delay(watch, traffic, healthy[first..Math.Min(start, end)], shift, start, options.ShiftHours))]);
    }

    /// <summary>Hours from the beginning of a shift to the end of the first window that alarms.</summary>
    private static int? Delay(DriftWatch watch, ReplayTraffic traffic, DriftWindow[] before, ReplayShift shift, int start, int hours)
    {
        DriftWatchRun run = watch.Start();
        foreach (DriftWindow window in before)
        {
            run.Next(window);
        }

        for (int hour = 0; hour < hours; hour++)
        {
            if (run.Next(traffic.Hour(start + hour, shift)).IsAlarm)
            {
                return hour + 1;
            }
        }

        return null;
    }

    private static string Describe(ChannelReading reading) => $"{reading.Channel}{(reading.Sum > reading.Limit ? "" : " over a day")}";

    private sealed record OneReplay(List<string> FalseAlarms, int?[] Delays);
}
