using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using VisionMonitor.Hosting;
using VisionMonitor.Monitoring.Heads;
using VisionMonitor.Monitoring.Ingest;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Panels;
using VisionMonitor.Security;
using VisionMonitor.Vision.Models;

namespace VisionMonitor.Endpoints;

/// <summary>Model versions. A file is opened in a process of its own first: some few hundred bytes of ONNX end the process that loads them.</summary>
internal static class ModelEndpoints
{
    public static void MapModels(this RouteGroupBuilder api, long maximumModelBytes)
    {
        RouteGroupBuilder models = api.MapGroup("").WithTags("Models");
        models.MapGet("/projects/{projectId:long}/models", ListAsync).WithSummary("The project's model versions, newest first");
        models.MapPost("/projects/{projectId:long}/models/inspect", InspectAsync).For(Role.Admin).DisableAntiforgery()
            .WithMetadata(new RequestSizeLimitAttribute(maximumModelBytes))
            .WithSummary("Look at an ONNX file (multipart `file`, and of a model of several files each further one under its role) without keeping it: inputs, outputs and a suggested contract");
        models.MapPost("/projects/{projectId:long}/models", RegisterAsync).For(Role.Admin).DisableAntiforgery()
            .WithMetadata(new RequestSizeLimitAttribute(maximumModelBytes))
            .WithSummary("Register an ONNX file (multipart `file`, each further file under its role, `name`, `contract` as JSON; without a contract the suggested one is taken)");
        models.MapPost("/projects/{projectId:long}/models/dry-run", DryRunAsync).For(Role.Admin).DisableAntiforgery()
            .WithMetadata(new RequestSizeLimitAttribute(maximumModelBytes))
            .WithSummary("Try an ONNX file (multipart `file`, each further file under its role, `contract` as JSON or the suggested one) on three pictures without keeping it: what it says of each");
        models.MapGet("/models/{modelVersionId:long}", GetAsync).WithSummary("One version");
        models.MapPost("/models/{modelVersionId:long}/deploy", DeployAsync).For(Role.Admin).WithSummary("Record that a version is in production from now on");
        models.MapPost("/models/{modelVersionId:long}/archive", ArchiveAsync).For(Role.Admin).WithSummary("Rescore a version no longer; its history stays");
        models.MapPost("/models/{modelVersionId:long}/activate", ActivateAsync).For(Role.Admin).WithSummary("Rescore an archived or quarantined version again");
        models.MapPost("/models/{modelVersionId:long}/head", FitHeadAsync).For(Role.Admin).WithSummary("Fit a head (logistic or neighbours) on the version's embeddings of the labelled images, and register both as the next version; what came of it stands in the audit trail as head.fitted or head.refused");
        models.MapGet("/projects/{projectId:long}/deployments", ListDeploymentsAsync).WithSummary("What was in production from when on, newest first");
    }

    private static async Task<Ok<List<ModelView>>> ListAsync(long projectId, MonitoringDbContext db, CancellationToken cancellationToken)
    {
        List<ModelVersion> versions = await db.ModelVersions.AsNoTracking().Where(version => version.ProjectId == projectId).OrderByDescending(version => version.Number).ToListAsync(cancellationToken);
        return TypedResults.Ok(versions.ConvertAll(ModelView.Of));
    }

    private static async Task<Ok<ModelView>> GetAsync(long modelVersionId, MonitoringDbContext db, CancellationToken cancellationToken) =>
        TypedResults.Ok(ModelView.Of(await db.ModelVersions.AsNoTracking().SingleAsync(version => version.Id == modelVersionId, cancellationToken)));

    private static async Task<Ok<AdmissionReport>> InspectAsync(long projectId, IFormFile file, IFormFileCollection files, ModelAdmission admission, CancellationToken cancellationToken)
    {
        using TemporaryFile copy = await file.ToFileAsync(".onnx", cancellationToken);
        using PartUploads parts = await PartUploads.ReadAsync(files, cancellationToken);
        AdmissionReport report = await admission.InspectAsync(copy.Path, parts.Paths, null, cancellationToken);
        return TypedResults.Ok(report.Guess is { } guess ? report with { Guess = guess with { Contract = parts.Named(guess.Contract) } } : report);
    }

    private static async Task<Results<Ok<DryRunView>, ProblemHttpResult>> DryRunAsync(
        long projectId, IFormFile file, IFormFileCollection files, [FromForm] string? contract, ModelAdmission admission, BlobStore blobs, MonitoringDbContext db, CancellationToken cancellationToken)
    {
        using TemporaryFile copy = await file.ToFileAsync(".onnx", cancellationToken);
        using PartUploads parts = await PartUploads.ReadAsync(files, cancellationToken);
        (ModelContract? agreed, ProblemHttpResult? refusal) = await AgreeAsync(copy.Path, parts, contract, admission, cancellationToken);
        if (agreed is null)
        {
            return refusal!;
        }

        DryRunPanel run = await DryRunPanel.LoadDryRunAsync(db, blobs, admission, projectId, copy.Path, agreed, cancellationToken);
        return run.Code is { } code ? Problem.Create(Refusal.StatusOf(code), code, run.Sentence!) : TypedResults.Ok(new DryRunView(JsonElement.Parse(parts.Named(agreed).ToJson()), run.Source, run.Pictures));
    }

    /// <summary>Opens the files, and takes the given contract or the suggested one.</summary>
    private static async Task<(ModelContract? Contract, ProblemHttpResult? Refusal)> AgreeAsync(string path, PartUploads parts, string? given, ModelAdmission admission, CancellationToken cancellationToken)
    {
        ModelContract? sent = given is { Length: > 0 } ? ModelContract.Parse(given) : null;
        AdmissionReport report = await admission.InspectAsync(path, parts.Paths, sent?.WithFiles((_, part) => Path.GetFileName(part.File!)), cancellationToken);
        if (!report.IsAccepted)
        {
            return (null, Problem.Create(Refusal.StatusOf(report.Code!), report.Code!, report.Sentence!));
        }

        // A contract that names its parts is taken as it is; one of the first file alone is completed by the parts that came with it.
        return (sent is { Parts: not null } || parts.Paths.Count == 0 ? sent ?? report.Guess?.Contract : report.Guess?.Contract) is { } agreed
            ? (parts.Located(agreed), null)
            : (null, Problem.Create(StatusCodes.Status422UnprocessableEntity, "contract_missing", "The model's family was not recognised; send its contract."));
    }

    private static async Task<Results<Created<ModelView>, ProblemHttpResult>> RegisterAsync(
        long projectId, IFormFile file, IFormFileCollection files, [FromForm] string? name, [FromForm] string? contract,
        Caller caller, ModelAdmission admission, ModelRegistry registry, BlobStore blobs, MonitoringDbContext db, TimeProvider time, CancellationToken cancellationToken)
    {
        using TemporaryFile copy = await file.ToFileAsync(".onnx", cancellationToken);
        using PartUploads parts = await PartUploads.ReadAsync(files, cancellationToken);
        (ModelContract? agreed, ProblemHttpResult? refusal) = await AgreeAsync(copy.Path, parts, contract, admission, cancellationToken);
        if (agreed is null)
        {
            return refusal!;
        }

        if (await DryRunPanel.LoadDryRunAsync(db, blobs, admission, projectId, copy.Path, agreed, cancellationToken) is { Code: { } code } run)
        {
            return Problem.Create(Refusal.StatusOf(code), code, run.Sentence!);
        }

        byte[] onnx = await File.ReadAllBytesAsync(copy.Path, cancellationToken);
        ModelVersion version = await registry.RegisterAsync(projectId, name ?? Path.GetFileNameWithoutExtension(file.FileName), onnx, parts.Named(agreed), await parts.ReadBytesAsync(cancellationToken), cancellationToken);
        db.Record(caller, time.GetUtcNow(), "model.registered", projectId, $"v{version.Number} {version.Name} {version.Sha256}");
        await db.SaveChangesAsync(cancellationToken);
        return TypedResults.Created($"/api/v1/models/{version.Id}", ModelView.Of(version));
    }

    private static async Task<Ok<Deployment>> DeployAsync(
        long modelVersionId, DeployOrder order, Caller caller, ModelRegistry registry, MonitoringDbContext db, TimeProvider time, CancellationToken cancellationToken)
    {
        Deployment deployment = await registry.DeployAsync(modelVersionId, order.DeployedAt ?? time.GetUtcNow(), order.Note, cancellationToken);
        db.Record(caller, time.GetUtcNow(), "model.deployed", deployment.ProjectId, $"version {modelVersionId} {order.Note}".TrimEnd());
        await db.SaveChangesAsync(cancellationToken);
        return TypedResults.Ok(deployment);
    }

    private static Task<Ok<ModelView>> ArchiveAsync(long modelVersionId, StateReason reason, Caller caller, ModelRegistry registry, MonitoringDbContext db, TimeProvider time, CancellationToken cancellationToken) =>
        SetStateAsync(modelVersionId, ModelVersionState.Archived, reason.Reason, caller, registry, db, time, cancellationToken);

    private static Task<Ok<ModelView>> ActivateAsync(long modelVersionId, StateReason reason, Caller caller, ModelRegistry registry, MonitoringDbContext db, TimeProvider time, CancellationToken cancellationToken) =>
        SetStateAsync(modelVersionId, ModelVersionState.Active, reason.Reason, caller, registry, db, time, cancellationToken);

    private static async Task<Ok<ModelView>> SetStateAsync(
        long modelVersionId, ModelVersionState state, string reason, Caller caller, ModelRegistry registry, MonitoringDbContext db, TimeProvider time, CancellationToken cancellationToken)
    {
        await registry.SetStateAsync(modelVersionId, state, reason.Length == 0 ? null : reason, cancellationToken);
        ModelVersion version = await db.ModelVersions.AsNoTracking().SingleAsync(version => version.Id == modelVersionId, cancellationToken);
        db.Record(caller, time.GetUtcNow(), $"model.{state.ToString().ToLowerInvariant()}", version.ProjectId, $"v{version.Number} {reason}".TrimEnd());
        await db.SaveChangesAsync(cancellationToken);
        return TypedResults.Ok(ModelView.Of(version));
    }

    private static async Task<Results<Accepted, ProblemHttpResult>> FitHeadAsync(long modelVersionId, HeadOrder order, Caller caller, Bell bell, MonitoringDbContext db, CancellationToken cancellationToken)
    {
        ModelVersion version = await db.ModelVersions.AsNoTracking().SingleAsync(version => version.Id == modelVersionId, cancellationToken);
        if (ModelContract.Parse(version.Contract).EmbeddingOutput is null)
        {
            return Problem.Conflict("no_embedding", $"v{version.Number} gives no embeddings: its contract names no \"embeddingOutput\".");
        }

        bell.HeadAsked(modelVersionId, order, caller.Actor);
        return TypedResults.Accepted($"/api/v1/projects/{version.ProjectId}/models");
    }

    private static async Task<Ok<List<Deployment>>> ListDeploymentsAsync(long projectId, MonitoringDbContext db, CancellationToken cancellationToken) =>
        TypedResults.Ok(await db.Deployments.AsNoTracking().Where(deployment => deployment.ProjectId == projectId)
            .OrderByDescending(deployment => deployment.DeployedAt).Take(500).ToListAsync(cancellationToken));
}

/// <summary>A model version with its contract.</summary>
internal sealed record ModelView(
    long Id, long ProjectId, string Name, int Number, string Sha256, JsonElement Contract, ModelVersionState State, string? StateReason, DateTimeOffset RegisteredAt)
{
    public static ModelView Of(ModelVersion version) => new(
        version.Id, version.ProjectId, version.Name, version.Number, version.Sha256, JsonElement.Parse(version.Contract), version.State, version.StateReason, version.RegisteredAt);
}

/// <summary>What a model says of three pictures under a contract; nothing of it is kept.</summary>
internal sealed record DryRunView(JsonElement Contract, string Source, IReadOnlyList<DryRunTile> Pictures);

/// <summary>From when a version is in production.</summary>
/// <param name="DeployedAt">Now when left out.</param>
/// <param name="Note">Why, for people to read.</param>
public sealed record DeployOrder(DateTimeOffset? DeployedAt = null, [property: StringLength(500)] string Note = "");

/// <summary>Why something was done.</summary>
public sealed record StateReason([property: StringLength(300)] string Reason = "");
