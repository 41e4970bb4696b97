using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace VisionMonitor.Monitoring.Storage;

/// <summary>An image that people were asked to label, and with what odds it was chosen: its label counts 1 / odds, so that choosing the useful ones bends no metric.</summary>
public sealed class LabelRequest
{
    public long ImageId { get; set; }

    public long ProjectId { get; set; }

    /// <summary>The probability with which this image was asked for, above 0 and at most 1.</summary>
    public double InclusionProbability { get; set; }

    /// <summary>How useful its label is: the share of the queue's worth that it carries.</summary>
    public double Value { get; set; }

    /// <summary>Place in its order, from 0.</summary>
    public int Ordinal { get; set; }

    public DateTimeOffset RequestedAt { get; set; }

    /// <summary>
    /// The batch in which it is at a label tool; null while it is at none. No foreign key: SQLite would have to make the table anew, outside of a transaction.
    /// </summary>
    public long? SentLabelsId { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<LabelRequest>
    {
        public void Configure(EntityTypeBuilder<LabelRequest> entity)
        {
            entity.HasKey(request => request.ImageId);
            entity.Property(request => request.ImageId).ValueGeneratedNever();
            entity.HasIndex(request => new { request.ProjectId, request.RequestedAt });
            entity.HasIndex(request => request.SentLabelsId);
            entity.HasOne<Image>().WithMany().HasForeignKey(request => request.ImageId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}
