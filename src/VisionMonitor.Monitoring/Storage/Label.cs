using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace VisionMonitor.Monitoring.Storage;

/// <summary>One revision of the truth of an image. Revisions are only ever added.</summary>
public sealed class Label
{
    public long ImageId { get; set; }

    /// <summary>Counts from 1; the highest one is the current truth.</summary>
    public int Revision { get; set; }

    /// <summary>JSON of a Truth.</summary>
    public required string Truth { get; set; }

    /// <summary>Who or what labelled it, for people to read: "COCO import labels.json", "camera truth".</summary>
    public string Source { get; set; } = "";

    public DateTimeOffset CreatedAt { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<Label>
    {
        public void Configure(EntityTypeBuilder<Label> entity)
        {
            entity.HasKey(label => new { label.ImageId, label.Revision });
            entity.Property(label => label.Source).HasMaxLength(200);
            entity.HasOne<Image>().WithMany().HasForeignKey(label => label.ImageId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}
