using System.Globalization;
using Microsoft.AspNetCore.SignalR;
using VisionMonitor.Security;

namespace VisionMonitor.Live;

/// <summary>What the hub says to its viewers.</summary>
public interface ILiveViewer
{
    /// <summary>Something changed.</summary>
    Task Notice(Notice notice);
}

/// <summary>Tells viewers what changed, at <c>/hubs/live</c>: watch a project, or everything.</summary>
public sealed class LiveHub : Hub<ILiveViewer>
{
    public const string Path = "/hubs/live";

    internal const string Everything = "all";

    /// <summary>From now on, hear of one project.</summary>
    public Task WatchProject(long projectId) =>
        Caller.From(Context.User!)!.Sees(projectId)
            ? Groups.AddToGroupAsync(Context.ConnectionId, GroupOf(projectId), Context.ConnectionAborted)
            : throw new HubException("project_not_found: there is no such project, or your key does not open it.");

    /// <summary>Hear of one project no more.</summary>
    public Task UnwatchProject(long projectId) =>
        Groups.RemoveFromGroupAsync(Context.ConnectionId, GroupOf(projectId), Context.ConnectionAborted);

    /// <summary>From now on, hear of every project.</summary>
    public Task WatchAll() =>
        Caller.From(Context.User!)!.ProjectId is null
            ? Groups.AddToGroupAsync(Context.ConnectionId, Everything, Context.ConnectionAborted)
            : throw new HubException("forbidden: your key opens one project; watch that one.");

    internal static string GroupOf(long projectId) => string.Create(CultureInfo.InvariantCulture, $"project:{projectId}");
}
