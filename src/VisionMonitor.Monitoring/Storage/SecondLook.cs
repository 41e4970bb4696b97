using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace VisionMonitor.Monitoring.Storage;

/// <summary>What one model version says about one image that was changed a little (test-time augmentation); of projects that ask for it.</summary>
public sealed class SecondLook
{
    public long ImageId { get; set; }

    public long ModelVersionId { get; set; }

    /// <summary>JSON of a Prediction; null where there is none, so that it is not asked for again.</summary>
    public string? Prediction { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<SecondLook>
    {
        public void Configure(EntityTypeBuilder<SecondLook> entity)
        {
            entity.HasKey(look => new { look.ImageId, look.ModelVersionId });
            entity.HasIndex(look => look.ModelVersionId);
            entity.HasOne<Image>().WithMany().HasForeignKey(look => look.ImageId).OnDelete(DeleteBehavior.Cascade);
            entity.HasOne<ModelVersion>().WithMany().HasForeignKey(look => look.ModelVersionId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}
