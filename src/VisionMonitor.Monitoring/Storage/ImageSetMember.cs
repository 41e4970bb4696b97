using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace VisionMonitor.Monitoring.Storage;

/// <summary>Membership of an image in a set.</summary>
public sealed class ImageSetMember
{
    public long ImageSetId { get; set; }

    public long ImageId { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<ImageSetMember>
    {
        public void Configure(EntityTypeBuilder<ImageSetMember> entity)
        {
            entity.HasKey(member => new { member.ImageSetId, member.ImageId });
            entity.HasIndex(member => member.ImageId);
            entity.HasOne<ImageSet>().WithMany().HasForeignKey(member => member.ImageSetId).OnDelete(DeleteBehavior.Cascade);
            entity.HasOne<Image>().WithMany().HasForeignKey(member => member.ImageId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}
