using System.ComponentModel.DataAnnotations;

namespace VisionMonitor.Hosting;

/// <summary>The settings of the executable, from the command line, the environment (VISIONMONITOR__…) or appsettings.json.</summary>
internal sealed class DoorOptions
{
    public const string Section = "VisionMonitor";

    /// <summary>Folder for images, models and the embedded database, relative to the working directory.</summary>
    [Required]
    public string Data { get; set; } = "visionmonitor-data";

    /// <summary>PostgreSQL connection string; null or empty for the embedded SQLite file.</summary>
    public string? Connection { get; set; }

    /// <summary>Addresses to listen on, separated by semicolons.</summary>
    [Required]
    public string Urls { get; set; } = "http://127.0.0.1:5080";

    /// <summary>Host names that requests may name, separated by semicolons; null decides by <see cref="Urls"/>.</summary>
    public string? AllowedHosts { get; set; }

    /// <summary>Whether this process also runs schedules and jobs.</summary>
    public bool Worker { get; set; } = true;

    /// <summary>Whether the demo is filled and its camera runs.</summary>
    public bool Demo { get; set; }

    /// <summary>Jobs that run at the same time; 0 for one per processor.</summary>
    [Range(0, 256)]
    public int JobSlots { get; set; }

    /// <summary>How long the login link that is printed at the start opens the door.</summary>
    public TimeSpan LoginLinkLifetime { get; set; } = TimeSpan.FromHours(12);

    /// <summary>Largest accepted body of one image, in bytes.</summary>
    [Range(1, 1L << 31)]
    public long MaximumImageBytes { get; set; } = 25 * 1024 * 1024;

    /// <summary>Largest accepted body of a batch, a label file or a model, in bytes.</summary>
    [Range(1, 1L << 33)]
    public long MaximumUploadBytes { get; set; } = 512 * 1024 * 1024;

    public int EffectiveJobSlots => JobSlots > 0 ? JobSlots : Environment.ProcessorCount;
}
