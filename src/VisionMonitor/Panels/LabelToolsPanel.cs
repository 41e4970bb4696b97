using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.LabelTools;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Panels;

/// <summary>The label tools of a project, and what is there.</summary>
public sealed record LabelToolsPanel
{
    private const int MostSent = 20;

    /// <summary>The connections.</summary>
    public required IReadOnlyList<ConnectedTool> Tools { get; init; }

    /// <summary>The newest batches that went to a tool.</summary>
    public required IReadOnlyList<SentLabelsView> Sent { get; init; }

    /// <summary>Open requests that are at no tool.</summary>
    public required int WaitingCount { get; init; }

    /// <summary>Loads the panel.</summary>
    public static async Task<LabelToolsPanel> LoadLabelToolsAsync(MonitoringDbContext db, LabelToolProtector protector, long projectId, CancellationToken cancellationToken)
    {
        List<LabelTool> tools = await db.LabelTools.AsNoTracking().Where(tool => tool.ProjectId == projectId).OrderBy(tool => tool.Kind).ToListAsync(cancellationToken);
        List<SentLabels> sent = await db.SentLabels.AsNoTracking().Where(sent => sent.ProjectId == projectId).OrderByDescending(sent => sent.Id).Take(MostSent).ToListAsync(cancellationToken);
        return new LabelToolsPanel
        {
            Tools = [.. tools.Select(tool => new ConnectedTool(tool.Kind, KnownLabelTools.Find(tool.Kind)!.Name, protector.Describe(tool)))],
            Sent = [.. sent.Select(one => SentLabelsView.Of(one, tools.First(tool => tool.Id == one.LabelToolId).Kind))],
            WaitingCount = await db.LabelRequests.Where(request => request.ProjectId == projectId && request.SentLabelsId == null)
                .CountAsync(request => db.Images.Any(image => image.Id == request.ImageId && image.LabelRevision == 0), cancellationToken),
        };
    }
}

/// <summary>A tool that a project is connected to.</summary>
/// <param name="Kind">Its id.</param>
/// <param name="Name">Its name for people.</param>
/// <param name="LeadsTo">Where it leads, without any secret.</param>
public sealed record ConnectedTool(string Kind, string Name, string LeadsTo);

/// <summary>A batch of label requests at a tool.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Tool">The tool's id.</param>
/// <param name="State">Where it stands.</param>
/// <param name="RemoteId">The tool's own id of it.</param>
/// <param name="ImageCount">How many images it has.</param>
/// <param name="CreatedAt">When somebody sent it.</param>
/// <param name="PulledAt">When labels came back last.</param>
/// <param name="LastError">Code and sentence of the newest failure.</param>
/// <param name="Report">What the newest pull took in and left out: an import report.</param>
public sealed record SentLabelsView(long Id, string Tool, SentState State, string? RemoteId, int ImageCount, DateTimeOffset CreatedAt, DateTimeOffset? PulledAt, string? LastError, JsonElement? Report)
{
    internal static SentLabelsView Of(SentLabels sent, string tool) =>
        new(sent.Id, tool, sent.State, sent.RemoteId, sent.ImageCount, sent.CreatedAt, sent.PulledAt, sent.LastError, sent.Report is { } report ? JsonElement.Parse(report) : null);
}
