using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using VisionMonitor.Hosting;
using VisionMonitor.Monitoring.LabelTools;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Panels;
using VisionMonitor.Security;

namespace VisionMonitor.Endpoints;

/// <summary>Tools in which people label. Their settings are taken in and never given out again: only where they lead is shown.</summary>
internal static class LabelToolEndpoints
{
    private const long MostWebhookBytes = 1024 * 1024;

    public static void MapLabelTools(this RouteGroupBuilder api)
    {
        RouteGroupBuilder tools = api.MapGroup("/projects/{projectId:long}/label-tools").WithTags("Labels");
        tools.MapGet("", GetAsync).WithSummary("The connected label tools without secrets, what is there, and the read report of what came back");
        tools.MapPut("/{kind}", ConnectAsync).For(Role.Admin).WithSummary("Connect the project to cvat or roboflow; the tool is asked for its version and whether it knows the token first");
        tools.MapDelete("/{kind}", DisconnectAsync).For(Role.Admin).WithSummary("Forget a connection; what is at the tool stays there, and its images return to the queue");
        tools.MapPost("/pull", Pull).For(Role.Editor).WithSummary("Look for finished labels now, not within five minutes");
    }

    /// <summary>CVAT has no key of ours: whoever signs with the secret of the connection is believed, and nobody else.</summary>
    public static void MapCvatWebhook(this IEndpointRouteBuilder app) =>
        app.MapPost("/api/v1/projects/{projectId:long}/label-tools/cvat/webhook", HearAsync).AllowAnonymous().DisableAntiforgery().WithTags("Labels")
            .WithMetadata(new RequestSizeLimitAttribute(MostWebhookBytes)).WithSummary("Where CVAT's webhook posts update:job; signed with X-Signature-256");

    private static async Task<Ok<LabelToolsPanel>> GetAsync(long projectId, LabelToolProtector protector, MonitoringDbContext db, CancellationToken cancellationToken) =>
        TypedResults.Ok(await LabelToolsPanel.LoadLabelToolsAsync(db, protector, projectId, cancellationToken));

    private static async Task<Results<Ok<LabelToolsPanel>, ProblemHttpResult>> ConnectAsync(
        long projectId, string kind, JsonElement? settings, Caller caller, LabelToolProtector protector, MonitoringDbContext db, TimeProvider time, CancellationToken cancellationToken)
    {
        if (settings is not { ValueKind: JsonValueKind.Object } given)
        {
            return Problem.Invalid("invalid_label_tool", "The body is a JSON object with the connection's settings; docs/labels.md lists them.");
        }

        IReadOnlyList<string> problems = await LabelToolActions.ConnectAsync(db, protector, projectId, kind, given.GetRawText(), caller.Name, time.GetUtcNow(), cancellationToken);
        return problems.Count > 0
            ? Problem.Invalid("invalid_label_tool", string.Join(' ', problems))
            : TypedResults.Ok(await LabelToolsPanel.LoadLabelToolsAsync(db, protector, projectId, cancellationToken));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DisconnectAsync(long projectId, string kind, Caller caller, MonitoringDbContext db, TimeProvider time, CancellationToken cancellationToken) =>
        await LabelToolActions.DisconnectAsync(db, projectId, kind, caller.Name, time.GetUtcNow(), cancellationToken)
            ? TypedResults.NoContent()
            : Problem.Create(StatusCodes.Status404NotFound, "label_tool_not_found", $"The project is not connected to '{kind}'.");

    private static Accepted Pull(long projectId, Bell bell)
    {
        bell.LabelsToPull(projectId);
        return TypedResults.Accepted($"/api/v1/projects/{projectId}/label-tools");
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> HearAsync(long projectId, HttpRequest request, LabelToolProtector protector, Bell bell, MonitoringDbContext db, CancellationToken cancellationToken)
    {
        using MemoryStream body = new();
        await request.Body.CopyToAsync(body, cancellationToken);
        byte[] bytes = body.ToArray();
        LabelTool? tool = await db.LabelTools.AsNoTracking().FirstOrDefaultAsync(tool => tool.ProjectId == projectId && tool.Kind == "cvat", cancellationToken);
        if (tool is null || !CvatWebhook.IsSigned(protector.Reveal(tool), request.Headers[CvatWebhook.SignatureHeader], bytes))
        {
            // The same answer whether there is no such project, no connection, no secret or another one.
            return Problem.Create(StatusCodes.Status401Unauthorized, "invalid_signature", "The body is not signed with the secret of this project's CVAT connection.");
        }

        if (CvatWebhook.IsAboutWork(bytes))
        {
            bell.LabelsToPull(projectId);
        }

        return TypedResults.NoContent();
    }
}
