using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace VisionMonitor.Monitoring.Storage;

/// <summary>A small "something changed", written in the transaction that changed it; web processes read them by id and push them to viewers.</summary>
public sealed class LiveNotice
{
    public long Id { get; set; }

    public long? ProjectId { get; set; }

    /// <summary>An id of <see cref="NoticeKinds"/>.</summary>
    public required string Kind { get; set; }

    /// <summary>The run, incident or version that changed.</summary>
    public long? SubjectId { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<LiveNotice>
    {
        public void Configure(EntityTypeBuilder<LiveNotice> entity)
        {
            entity.Property(notice => notice.Kind).HasMaxLength(32);
            entity.HasIndex(notice => notice.CreatedAt);
        }
    }
}

/// <summary>The kinds of live notices.</summary>
public static class NoticeKinds
{
    public const string RunPlanned = "run.planned";
    public const string RunProgress = "run.progress";
    public const string RunCompleted = "run.completed";
    public const string RunFailed = "run.failed";
    public const string EvaluationUpdated = "evaluation.updated";
    public const string ImagesReceived = "images.received";
    public const string ExplanationChanged = "explanation.changed";
    public const string IncidentChanged = "incident.changed";
    public const string ModelChanged = "model.changed";
    public const string ProjectChanged = "project.changed";
}
