using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace VisionMonitor.Monitoring.Storage;

/// <summary>One version of a project's model: an ONNX file in the store and the contract by which it is read.</summary>
public sealed class ModelVersion
{
    public long Id { get; set; }

    public long ProjectId { get; set; }

    public required string Name { get; set; }

    /// <summary>Counts from 1 within the project; shown as "v1".</summary>
    public int Number { get; set; }

    /// <summary>Lower-case hexadecimal SHA-256 of the ONNX file; its key in the store.</summary>
    public required string Sha256 { get; set; }

    /// <summary>JSON of the ModelContract.</summary>
    public required string Contract { get; set; }

    public ModelVersionState State { get; set; }

    /// <summary>Why it is quarantined or archived, in a sentence.</summary>
    public string? StateReason { get; set; }

    public DateTimeOffset RegisteredAt { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<ModelVersion>
    {
        public void Configure(EntityTypeBuilder<ModelVersion> entity)
        {
            entity.Property(version => version.Name).HasMaxLength(200);
            entity.Property(version => version.Sha256).HasMaxLength(64);
            entity.Property(version => version.State).HasConversion<string>().HasMaxLength(16);
            entity.HasIndex(version => new { version.ProjectId, version.Number }).IsUnique();
            entity.HasOne<Project>().WithMany().HasForeignKey(version => version.ProjectId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}

/// <summary>Whether a version is rescored.</summary>
public enum ModelVersionState
{
    /// <summary>Rescored with every run.</summary>
    Active,

    /// <summary>Kept with its history, no longer rescored.</summary>
    Archived,

    /// <summary>Its process died or its output was unusable; not run again until a person says so.</summary>
    Quarantined,
}
