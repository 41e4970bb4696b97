using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace VisionMonitor.Monitoring.Storage;

/// <summary>What one model version says about one image: a fact, whichever run asked first.</summary>
public sealed class Rescore
{
    public long ImageId { get; set; }

    public long ModelVersionId { get; set; }

    /// <summary>JSON of a Prediction; null when the image could not be scored.</summary>
    public string? Prediction { get; set; }

    /// <summary>Little-endian float32 vector; null when the model gives none.</summary>
    public byte[]? Embedding { get; set; }

    /// <summary>Why it could not be scored, as "code: sentence"; null when it was.</summary>
    public string? Failure { get; set; }

    public double DecodeMilliseconds { get; set; }

    public double PrepareMilliseconds { get; set; }

    public double InferMilliseconds { get; set; }

    public double ReadMilliseconds { get; set; }

    public DateTimeOffset ScoredAt { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<Rescore>
    {
        public void Configure(EntityTypeBuilder<Rescore> entity)
        {
            entity.HasKey(rescore => new { rescore.ImageId, rescore.ModelVersionId });
            entity.HasIndex(rescore => rescore.ModelVersionId);
            entity.Property(rescore => rescore.Failure).HasMaxLength(500);
            entity.HasOne<Image>().WithMany().HasForeignKey(rescore => rescore.ImageId).OnDelete(DeleteBehavior.Cascade);
            entity.HasOne<ModelVersion>().WithMany().HasForeignKey(rescore => rescore.ModelVersionId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}
