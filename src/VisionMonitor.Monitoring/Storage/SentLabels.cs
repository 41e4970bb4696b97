using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace VisionMonitor.Monitoring.Storage;

/// <summary>Label requests that went to a tool together, and what has come back.</summary>
public sealed class SentLabels
{
    public long Id { get; set; }

    public long ProjectId { get; set; }

    public long LabelToolId { get; set; }

    public SentState State { get; set; }

    /// <summary>The tool's own id of it; null until there is one.</summary>
    public string? RemoteId { get; set; }

    public int ImageCount { get; set; }

    /// <summary>What has been pulled, in the tool's own words.</summary>
    public string Mark { get; set; } = "";

    /// <summary>Attempts to send it that failed.</summary>
    public int Attempts { get; set; }

    /// <summary>Code and sentence of the newest failure to send or pull; null when the newest attempt went well.</summary>
    public string? LastError { get; set; }

    /// <summary>What the newest pull took in and left out, as JSON of an import report; null before the first.</summary>
    public string? Report { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset? SentAt { get; set; }

    public DateTimeOffset? PulledAt { get; set; }

    /// <summary>Until when somebody works on it; null for nobody.</summary>
    public DateTimeOffset? LeaseUntil { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<SentLabels>
    {
        public void Configure(EntityTypeBuilder<SentLabels> entity)
        {
            entity.Property(sent => sent.State).HasConversion<string>().HasMaxLength(16);
            entity.Property(sent => sent.RemoteId).HasMaxLength(400);
            entity.Property(sent => sent.LastError).HasMaxLength(500);
            entity.HasIndex(sent => new { sent.ProjectId, sent.CreatedAt });
            entity.HasOne<LabelTool>().WithMany().HasForeignKey(sent => sent.LabelToolId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}

/// <summary>Where a batch of label requests stands.</summary>
public enum SentState
{
    /// <summary>On its way.</summary>
    Sending,

    /// <summary>People can label; what they finish is pulled.</summary>
    Sent,

    /// <summary>Everything has come back.</summary>
    Finished,

    /// <summary>It could not be sent; its images are back in the queue.</summary>
    Failed,
}
