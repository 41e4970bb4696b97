using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace VisionMonitor.Monitoring.Storage;

/// <summary>A way to tell people. Its settings are encrypted at rest.</summary>
public sealed class AlertChannel
{
    public long Id { get; set; }

    /// <summary>Null for every project.</summary>
    public long? ProjectId { get; set; }

    public required string Name { get; set; }

    /// <summary>The id of a channel kind: "webhook" or "email".</summary>
    public required string Kind { get; set; }

    /// <summary>JSON of the kind's settings, encrypted with Data Protection.</summary>
    public required string ProtectedSettings { get; set; }

    public bool IsEnabled { get; set; } = true;

    internal sealed class Mapping : IEntityTypeConfiguration<AlertChannel>
    {
        public void Configure(EntityTypeBuilder<AlertChannel> entity)
        {
            entity.Property(channel => channel.Name).HasMaxLength(200);
            entity.Property(channel => channel.Kind).HasMaxLength(32);
        }
    }
}
