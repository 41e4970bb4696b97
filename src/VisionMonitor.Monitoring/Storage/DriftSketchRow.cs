using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace VisionMonitor.Monitoring.Storage;

/// <summary>
/// Sums over the images of one shard, version, hour, camera and predicted class. Any window, slice or version is a sum of such rows; a shard writes its own with
/// "done", so writing them again is writing them once.
/// </summary>
public sealed class DriftSketchRow
{
    public long RunId { get; set; }

    public int ShardNumber { get; set; }

    public long ModelVersionId { get; set; }

    /// <summary>Whole hours since 1970-01-01 UTC at which the images were taken.</summary>
    public long Hour { get; set; }

    /// <summary>Camera as sent; empty where none was given.</summary>
    public string Camera { get; set; } = "";

    /// <summary>Predicted class; −1 where nothing was predicted.</summary>
    public int ClassIndex { get; set; }

    public int ImageCount { get; set; }

    /// <summary>What the embeddings depend on: weights, contract, feature format. Rows of different fingerprints never mix.</summary>
    public required string Fingerprint { get; set; }

    /// <summary>Stored form of a DriftSketch, versioned.</summary>
    public required byte[] Sketch { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<DriftSketchRow>
    {
        public void Configure(EntityTypeBuilder<DriftSketchRow> entity)
        {
            entity.HasKey(row => new { row.RunId, row.ShardNumber, row.ModelVersionId, row.Hour, row.Camera, row.ClassIndex });
            entity.HasIndex(row => new { row.ModelVersionId, row.Hour });
            entity.Property(row => row.Camera).HasMaxLength(100);
            entity.Property(row => row.Fingerprint).HasMaxLength(32);
            entity.HasOne<Run>().WithMany().HasForeignKey(row => row.RunId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}
