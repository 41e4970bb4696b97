using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Panels;

/// <summary>Keys, channels, what was done, and what this installation is.</summary>
public sealed record SettingsPanel
{
    public required IReadOnlyList<ApiKey> Keys { get; init; }

    public required IReadOnlyList<AlertChannel> Channels { get; init; }

    public required IReadOnlyList<AuditEntry> Audit { get; init; }

    public required IReadOnlyList<NamedProject> Projects { get; init; }

    public required int DemoCount { get; init; }

    public required string Version { get; init; }

    public required string Runtime { get; init; }

    public required string DatabaseKind { get; init; }

    public required long ImageCount { get; init; }

    public required long ImageBytes { get; init; }

    public required int WaitingMessageCount { get; init; }

    public required int DeadMessageCount { get; init; }

    /// <summary>Loads the panel: the newest 100 keys and the newest 100 audit entries.</summary>
    public static async Task<SettingsPanel> LoadSettingsAsync(MonitoringDbContext db, CancellationToken cancellationToken) => new()
    {
        Keys = await db.ApiKeys.AsNoTracking().Where(key => !key.IsOneTime).OrderByDescending(key => key.CreatedAt).Take(100).ToArrayAsync(cancellationToken),
        Channels = await db.AlertChannels.AsNoTracking().OrderBy(channel => channel.Name).Take(100).ToArrayAsync(cancellationToken),
        Audit = await db.AuditEntries.AsNoTracking().OrderByDescending(entry => entry.Id).Take(100).ToArrayAsync(cancellationToken),
        Projects = await db.Projects.AsNoTracking().OrderBy(project => project.Name).Take(500).Select(project => new NamedProject(project.Id, project.Name)).ToArrayAsync(cancellationToken),
        DemoCount = await db.Projects.CountAsync(project => project.IsDemo, cancellationToken),
        Version = typeof(SettingsPanel).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown",
        Runtime = $"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription}, {NumberOfProcessors()}",
        DatabaseKind = db.Database.ProviderName?.EndsWith("Sqlite", StringComparison.Ordinal) == true ? "embedded SQLite" : "PostgreSQL",
        ImageCount = await db.Images.LongCountAsync(cancellationToken),
        ImageBytes = await db.Images.SumAsync(image => image.ByteCount, cancellationToken),
        WaitingMessageCount = await db.OutboxNotices.CountAsync(notice => notice.State == OutboxState.Waiting, cancellationToken),
        DeadMessageCount = await db.OutboxNotices.CountAsync(notice => notice.State == OutboxState.Dead, cancellationToken),
    };

    private static string NumberOfProcessors() => Environment.ProcessorCount == 1 ? "1 processor" : $"{Environment.ProcessorCount} processors";
}
