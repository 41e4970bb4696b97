using Microsoft.EntityFrameworkCore;
using VisionMonitor.Endpoints;
using VisionMonitor.Hosting;
using VisionMonitor.Monitoring.Jobs;
using VisionMonitor.Monitoring.LabelTools;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Panels;

/// <summary>What a person does with label tools. The page and the API call the same.</summary>
internal static class LabelToolActions
{
    /// <summary>Connects a project, once the tool has answered; a connection of the same kind is replaced.</summary>
    /// <returns>What is wrong with the settings, in sentences; empty where the project is connected.</returns>
    /// <exception cref="LabelToolException">The tool does not answer, does not know us, or is of a version that is not understood.</exception>
    public static async Task<IReadOnlyList<string>> ConnectAsync(MonitoringDbContext db, LabelToolProtector protector, long projectId, string kind, string settings, string actor, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (KnownLabelTools.Find(kind) is not { } known)
        {
            return [$"There is no label tool “{kind}”; there are: {string.Join(", ", KnownLabelTools.All.Select(one => one.Id))}."];
        }

        if (await protector.CheckAsync(known, settings, cancellationToken) is { Count: > 0 } problems)
        {
            return problems;
        }

        LabelTool? tool = await db.LabelTools.SingleOrDefaultAsync(tool => tool.ProjectId == projectId && tool.Kind == kind, cancellationToken);
        if (tool is null)
        {
            db.Add(new LabelTool { ProjectId = projectId, Kind = kind, ProtectedSettings = protector.Protect(settings) });
        }
        else
        {
            tool.ProtectedSettings = protector.Protect(settings);
        }

        db.Record(actor, now, "label_tool.connected", projectId, $"{known.Name}: {known.Describe(settings)}");
        db.Announce(NoticeKinds.ProjectChanged, projectId, null, now);
        await db.SaveChangesAsync(cancellationToken);
        return [];
    }

    /// <summary>Forgets a connection; false where there is none.</summary>
    public static async Task<bool> DisconnectAsync(MonitoringDbContext db, long projectId, string kind, string actor, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await db.LabelTools.SingleOrDefaultAsync(tool => tool.ProjectId == projectId && tool.Kind == kind, cancellationToken) is not { } tool)
        {
            return false;
        }

        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.LabelRequests.Where(request => db.SentLabels.Any(sent => sent.Id == request.SentLabelsId && sent.LabelToolId == tool.Id))
            .ExecuteUpdateAsync(set => set.SetProperty(request => request.SentLabelsId, (long?)null), cancellationToken);
        db.Remove(tool);
        db.Record(actor, now, "label_tool.disconnected", projectId, kind);
        db.Announce(NoticeKinds.ProjectChanged, projectId, null, now);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>Puts the open requests on their way to a tool; null where none is open.</summary>
    /// <exception cref="LabelToolException">The project is not connected to it, or it cannot label the project's task.</exception>
    public static async Task<SentLabels?> SendAsync(MonitoringDbContext db, LabelExchange exchange, Bell bell, long projectId, string kind, string actor, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await exchange.PlanAsync(projectId, kind, cancellationToken) is not { } sent)
        {
            return null;
        }

        db.Record(actor, now, "labels.sent", projectId, $"{sent.ImageCount} images to {kind}");
        await db.SaveChangesAsync(cancellationToken);
        bell.LabelsToSend(sent.Id);
        return sent;
    }
}
