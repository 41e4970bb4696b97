namespace VisionMonitor.Monitoring.Jobs;

/// <summary>What a run is to look at.</summary>
/// <param name="ProjectId">The project.</param>
/// <param name="WindowStart">Captured-at, included.</param>
/// <param name="WindowEnd">Captured-at, excluded.</param>
/// <param name="SampleSize">At most this many images of the window are sampled.</param>
/// <param name="Trigger">"schedule", "manual" or "backfill".</param>
public sealed record PlanRequest(long ProjectId, DateTimeOffset WindowStart, DateTimeOffset WindowEnd, int SampleSize, string Trigger)
{
    /// <summary>The schedule whose due time the window ends at; null when a person asked.</summary>
    public long? ScheduleId { get; init; }
}

/// <summary>A run that was planned.</summary>
/// <param name="RunId">Its id.</param>
/// <param name="SampleCount">Images in the sample; 0 for an empty window.</param>
/// <param name="ShardCount">Shards to work on.</param>
/// <param name="VersionCount">Active model versions that will answer; with 0 nothing is scored.</param>
public sealed record PlannedRun(long RunId, int SampleCount, int ShardCount, int VersionCount);
