using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace VisionMonitor.Monitoring.Storage;

/// <summary>All tables of VisionMonitor, on SQLite and on PostgreSQL. Differences between the two live in <see cref="ConfigureConventions"/>.</summary>
public sealed class MonitoringDbContext(DbContextOptions<MonitoringDbContext> options) : DbContext(options), IDataProtectionKeyContext
{
    public DbSet<Project> Projects => Set<Project>();

    public DbSet<Image> Images => Set<Image>();

    public DbSet<Label> Labels => Set<Label>();

    public DbSet<ImageSet> ImageSets => Set<ImageSet>();

    public DbSet<ImageSetMember> ImageSetMembers => Set<ImageSetMember>();

    public DbSet<ModelVersion> ModelVersions => Set<ModelVersion>();

    public DbSet<Deployment> Deployments => Set<Deployment>();

    public DbSet<Schedule> Schedules => Set<Schedule>();

    public DbSet<ScheduleOccurrence> ScheduleOccurrences => Set<ScheduleOccurrence>();

    public DbSet<Run> Runs => Set<Run>();

    public DbSet<RunImage> RunImages => Set<RunImage>();

    public DbSet<RunShard> RunShards => Set<RunShard>();

    public DbSet<Rescore> Rescores => Set<Rescore>();

    public DbSet<SecondLook> SecondLooks => Set<SecondLook>();

    public DbSet<Evidence> Evidence => Set<Evidence>();

    public DbSet<RunMetric> RunMetrics => Set<RunMetric>();

    public DbSet<DriftCheck> DriftChecks => Set<DriftCheck>();

    public DbSet<DriftSketchRow> DriftSketches => Set<DriftSketchRow>();

    public DbSet<DriftExplanation> DriftExplanations => Set<DriftExplanation>();

    public DbSet<QualityEstimate> QualityEstimates => Set<QualityEstimate>();

    public DbSet<LabelRequest> LabelRequests => Set<LabelRequest>();

    public DbSet<LabelTool> LabelTools => Set<LabelTool>();

    public DbSet<SentLabels> SentLabels => Set<SentLabels>();

    public DbSet<AlertRule> AlertRules => Set<AlertRule>();

    public DbSet<Incident> Incidents => Set<Incident>();

    public DbSet<AlertChannel> AlertChannels => Set<AlertChannel>();

    public DbSet<OutboxNotice> OutboxNotices => Set<OutboxNotice>();

    public DbSet<LiveNotice> LiveNotices => Set<LiveNotice>();

    public DbSet<ApiKey> ApiKeys => Set<ApiKey>();

    public DbSet<AuditEntry> AuditEntries => Set<AuditEntry>();

    public DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        if (Database.ProviderName!.EndsWith("Sqlite", StringComparison.Ordinal))
        {
            // SQLite can neither order nor compare DateTimeOffset: it keeps UTC ticks.
            configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UtcTicksConverter>();
        }
        else
        {
            // PostgreSQL's timestamptz takes UTC only.
            configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UtcConverter>();
        }
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder) =>
        modelBuilder
            .ApplyConfiguration(new Project.Mapping())
            .ApplyConfiguration(new Image.Mapping())
            .ApplyConfiguration(new Label.Mapping())
            .ApplyConfiguration(new ImageSet.Mapping())
            .ApplyConfiguration(new ImageSetMember.Mapping())
            .ApplyConfiguration(new ModelVersion.Mapping())
            .ApplyConfiguration(new Deployment.Mapping())
            .ApplyConfiguration(new Schedule.Mapping())
            .ApplyConfiguration(new ScheduleOccurrence.Mapping())
            .ApplyConfiguration(new Run.Mapping())
            .ApplyConfiguration(new RunImage.Mapping())
            .ApplyConfiguration(new RunShard.Mapping())
            .ApplyConfiguration(new Rescore.Mapping())
            .ApplyConfiguration(new SecondLook.Mapping())
            .ApplyConfiguration(new Evidence.Mapping())
            .ApplyConfiguration(new RunMetric.Mapping())
            .ApplyConfiguration(new DriftCheck.Mapping())
            .ApplyConfiguration(new DriftSketchRow.Mapping())
            .ApplyConfiguration(new DriftExplanation.Mapping())
            .ApplyConfiguration(new QualityEstimate.Mapping())
            .ApplyConfiguration(new LabelRequest.Mapping())
            .ApplyConfiguration(new LabelTool.Mapping())
            .ApplyConfiguration(new SentLabels.Mapping())
            .ApplyConfiguration(new AlertRule.Mapping())
            .ApplyConfiguration(new Incident.Mapping())
            .ApplyConfiguration(new AlertChannel.Mapping())
            .ApplyConfiguration(new OutboxNotice.Mapping())
            .ApplyConfiguration(new LiveNotice.Mapping())
            .ApplyConfiguration(new ApiKey.Mapping())
            .ApplyConfiguration(new AuditEntry.Mapping());

    private sealed class UtcTicksConverter() : ValueConverter<DateTimeOffset, long>(
        value => value.UtcTicks,
        ticks => new DateTimeOffset(ticks, TimeSpan.Zero));

    private sealed class UtcConverter() : ValueConverter<DateTimeOffset, DateTimeOffset>(
        value => value.ToUniversalTime(),
        value => value);
}
