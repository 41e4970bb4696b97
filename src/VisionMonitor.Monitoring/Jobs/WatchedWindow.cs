namespace VisionMonitor.Monitoring.Jobs;

/// <summary>One step of a drift watch: a run, or the runs of an hour.</summary>
/// <param name="RunIds">In order of time, at least one.</param>
/// <param name="End">End of the last window.</param>
internal sealed record WatchedWindow(IReadOnlyList<long> RunIds, DateTimeOffset End)
{
    public long LastRunId => RunIds[^1];

    /// <summary>Puts the runs of each whole hour together; a run whose window overlaps that of one already taken is left out, so that no image counts twice.</summary>
    /// <param name="runs">In order of their windows' ends.</param>
    /// <param name="now">Hours that end later are not whole yet.</param>
    public static IReadOnlyList<WatchedWindow> ByHour(IEnumerable<(long Id, DateTimeOffset Start, DateTimeOffset End)> runs, DateTimeOffset now)
    {
        List<(long Id, DateTimeOffset End)> apart = [];
        foreach ((long id, DateTimeOffset start, DateTimeOffset end) in runs)
        {
            if (apart.Count == 0 || start >= apart[^1].End)
            {
                apart.Add((id, end));
            }
        }

        // A window that ends on the hour belongs to the hour it ends.
        const long Hour = TimeSpan.TicksPerHour;
        return [.. apart
            .GroupBy(run => (run.End.UtcTicks + Hour - 1) / Hour)
            .Where(hour => hour.Key * Hour <= now.UtcTicks)
            .Select(hour => new WatchedWindow([.. hour.Select(run => run.Id)], hour.Last().End))];
    }
}
