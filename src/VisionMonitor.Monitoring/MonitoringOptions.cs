using System.ComponentModel.DataAnnotations;
using VisionMonitor.Monitoring.Alerting;
using VisionMonitor.Monitoring.LabelTools;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Monitoring;

/// <summary>How the week is worked through. The defaults suit one machine and a few projects.</summary>
public sealed record MonitoringOptions
{
    /// <summary>Where the tables are.</summary>
    public required Database Database { get; init; }

    /// <summary>Where the files of images and models lie.</summary>
    public required string BlobFolder { get; init; }

    /// <summary>Where people and cameras drop images, in a folder for each project; empty to watch none.</summary>
    public string? WatchedFolder { get; init; }

    /// <summary>Images of one shard: what is lost when a worker dies, and what one worker holds at a time.</summary>
    [Range(1, 10_000)]
    public int ImagesPerShard { get; init; } = 64;

    /// <summary>A worker that has not been heard of for this long is taken for dead; its shard is free again.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How often a worker says that it is alive.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Failures after which a shard is halved, until the one bad image is alone and counted as failed.</summary>
    [Range(1, 20)]
    public int AttemptsPerShard { get; init; } = 3;

    /// <summary>Wait before a failed shard is tried again; doubles with each failure.</summary>
    public TimeSpan FirstBackOff { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>A run that is not finished after this long is failed.</summary>
    public TimeSpan RunDeadline { get; init; } = TimeSpan.FromHours(2);

    /// <summary>A due time that is at most this late counts as on time; an older one falls under the schedule's misfire policy.</summary>
    public TimeSpan MisfireGrace { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Bootstrap replicates behind each interval.</summary>
    [Range(50, 10_000)]
    public int BootstrapReplicates { get; init; } = 200;

    /// <summary>Days in which at most one false drift alarm is expected, per project.</summary>
    [Range(1, 3650)]
    public int DaysPerFalseAlarm { get; init; } = 90;

    /// <summary>Pumps that are rung for one run: how many workers may share it.</summary>
    [Range(1, 64)]
    public int PumpsPerRun { get; init; } = 2;

    /// <summary>How messages leave the house.</summary>
    public AlertingOptions Alerting { get; init; } = new();

    /// <summary>How patient we are with label tools.</summary>
    public LabelToolOptions LabelTools { get; init; } = new();
}
