using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace VisionMonitor.Monitoring.Storage;

/// <summary>One production or baseline image. The bytes lie in the content-addressed store under <see cref="Sha256"/>.</summary>
public sealed class Image
{
    public long Id { get; set; }

    public long ProjectId { get; set; }

    /// <summary>The sender's own id; the same id twice is one image. Unique within a project.</summary>
    public required string ClientId { get; set; }

    /// <summary>Lower-case hexadecimal SHA-256 of the stored bytes.</summary>
    public required string Sha256 { get; set; }

    public DateTimeOffset CapturedAt { get; set; }

    public DateTimeOffset ReceivedAt { get; set; }

    /// <summary>The source's name as sent; empty when none was given. A label, never a path.</summary>
    public string Camera { get; set; } = "";

    /// <summary>Seen in production, so that windows sample it; false for reference images that were brought in with a baseline.</summary>
    public bool IsProduction { get; set; } = true;

    public int WidthPixels { get; set; }

    public int HeightPixels { get; set; }

    public long ByteCount { get; set; }

    /// <summary>What production itself predicted, as sent (JSON of a Prediction); null when not sent.</summary>
    public string? ProductionPrediction { get; set; }

    /// <summary>Revision of the current truth label; 0 while there is none.</summary>
    public int LabelRevision { get; set; }

    /// <summary>Mean luma, 0 to 1; null until measured. The property columns are filled when the image is first rescored.</summary>
    public double? Brightness { get; set; }

    /// <summary>Standard deviation of luma, 0 to 0.5.</summary>
    public double? Contrast { get; set; }

    /// <summary>Sharpness as ImageProperties defines it.</summary>
    public double? Sharpness { get; set; }

    /// <summary>Mean saturation, 0 to 1.</summary>
    public double? Saturation { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<Image>
    {
        public void Configure(EntityTypeBuilder<Image> entity)
        {
            entity.Property(image => image.ClientId).HasMaxLength(200);
            entity.Property(image => image.Sha256).HasMaxLength(64);
            entity.Property(image => image.Camera).HasMaxLength(100);
            entity.HasIndex(image => new { image.ProjectId, image.ClientId }).IsUnique();
            entity.HasIndex(image => new { image.ProjectId, image.CapturedAt, image.Id });
            entity.HasOne<Project>().WithMany().HasForeignKey(image => image.ProjectId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}
