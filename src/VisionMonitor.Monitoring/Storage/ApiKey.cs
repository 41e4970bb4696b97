using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace VisionMonitor.Monitoring.Storage;

/// <summary>A key by which a person or a script comes in. Only its hash is kept.</summary>
public sealed class ApiKey
{
    public long Id { get; set; }

    public required string Name { get; set; }

    /// <summary>Lower-case hexadecimal SHA-256 of the 256-bit random key.</summary>
    public required string KeyHash { get; set; }

    /// <summary>The first characters of the key, to recognise it by.</summary>
    public required string Prefix { get; set; }

    public Role Role { get; set; }

    /// <summary>Null opens every project.</summary>
    public long? ProjectId { get; set; }

    /// <summary>May be used once, to log in; null for a lasting key.</summary>
    public bool IsOneTime { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset? ExpiresAt { get; set; }

    public DateTimeOffset? UsedAt { get; set; }

    public DateTimeOffset? RevokedAt { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<ApiKey>
    {
        public void Configure(EntityTypeBuilder<ApiKey> entity)
        {
            entity.Property(key => key.Name).HasMaxLength(200);
            entity.Property(key => key.KeyHash).HasMaxLength(64);
            entity.Property(key => key.Prefix).HasMaxLength(16);
            entity.Property(key => key.Role).HasConversion<string>().HasMaxLength(16);
            entity.HasIndex(key => key.KeyHash).IsUnique();
        }
    }
}

/// <summary>What a person may do; each role may do all that the ones before it may.</summary>
public enum Role
{
    /// <summary>Sees everything of the project.</summary>
    Viewer,

    /// <summary>Sends images and labels, runs jobs, acknowledges incidents, edits rules.</summary>
    Editor,

    /// <summary>Registers models, manages keys, channels and projects.</summary>
    Admin,
}
