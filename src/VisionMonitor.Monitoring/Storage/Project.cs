using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using VisionMonitor.Vision;

namespace VisionMonitor.Monitoring.Storage;

/// <summary>One vision task in production, with its classes, models, baseline and schedules.</summary>
public sealed class Project
{
    public long Id { get; set; }

    /// <summary>Lower-case letters, digits and dashes; used in addresses, never in file paths.</summary>
    public required string Slug { get; set; }

    public required string Name { get; set; }

    public VisionTask Task { get; set; }

    /// <summary>Class names in index order.</summary>
    public required List<string> ClassNames { get; set; }

    /// <summary>The classes of ground (stuff), which cannot be counted; a panoptic project's figures of things and of stuff are told apart by them.</summary>
    public List<string> StuffClassNames { get; set; } = [];

    /// <summary>IANA time zone in which people of this project read clocks.</summary>
    public string TimeZone { get; set; } = "Etc/UTC";

    /// <summary>The confidence from which a detection counts in per-image outcomes and galleries, 0 to 1.</summary>
    public double OperatingConfidence { get; set; } = 0.25;

    /// <summary>Whether each version answers every sampled image a second time, a little changed, so that agreement with itself can be estimated from. It doubles what a run costs.</summary>
    public bool HasSecondLooks { get; set; }

    /// <summary>The image set that drift is measured against; null until one is chosen.</summary>
    public long? BaselineId { get; set; }

    /// <summary>Drawn by our own demo; one click removes it.</summary>
    public bool IsDemo { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<Project>
    {
        public void Configure(EntityTypeBuilder<Project> entity)
        {
            entity.HasIndex(project => project.Slug).IsUnique();
            entity.Property(project => project.Slug).HasMaxLength(64);
            entity.Property(project => project.Name).HasMaxLength(200);
            entity.Property(project => project.Task).HasConversion<string>().HasMaxLength(32);
            entity.Property(project => project.TimeZone).HasMaxLength(64);
        }
    }
}
