using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Ingest;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision.Models;

namespace VisionMonitor.Monitoring.Heads;

/// <summary>A challenger in one step: fits a head on a version's embeddings of the labelled images, and registers backbone and head as the next version.</summary>
public sealed class HeadFitting(IDbContextFactory<MonitoringDbContext> contexts, BlobStore blobs, ModelRegistry registry, ModelAdmission admission, TimeProvider clock)
{
    /// <summary>What the audit trail calls an attempt that ended in a new version, and one that did not.</summary>
    public const string Fitted = "head.fitted";

    /// <inheritdoc cref="Fitted"/>
    public const string Refused = "head.refused";

    /// <summary>Fits and registers; what came of it is written down either way, for whoever asked.</summary>
    public async Task RunAsync(long modelVersionId, HeadOrder order, string actor, CancellationToken cancellationToken)
    {
        await using MonitoringDbContext context = await contexts.CreateDbContextAsync(cancellationToken);
        ModelVersion version = await context.ModelVersions.AsNoTracking().SingleAsync(one => one.Id == modelVersionId, cancellationToken);
        Project project = await context.Projects.AsNoTracking().SingleAsync(one => one.Id == version.ProjectId, cancellationToken);
        (string action, string detail) = (Fitted, "");
        try
        {
            HeadMaterial material = await HeadMaterial.LoadAsync(context, blobs, project, await Backbone.OfAsync(version, blobs, admission, cancellationToken), cancellationToken);
            FittedHead fitted = FittedHead.Fit(material.Vectors, order);
            ModelVersion challenger = await RegisterAsync(project, material, fitted, order, cancellationToken);
            detail = $"v{challenger.Number} on v{version.Number}, {material.Vectors.Count} labelled images: {fitted.Sentence}";
        }
        catch (Exception refusal) when (refusal is IngestException or ModelContractException or ModelAdmissionException)
        {
            (action, detail) = (Refused, refusal.Message);
        }

        context.AuditEntries.Add(new AuditEntry { At = clock.GetUtcNow(), Actor = actor, Action = action, ProjectId = project.Id, Detail = detail });
        context.LiveNotices.Add(new LiveNotice { ProjectId = project.Id, Kind = NoticeKinds.ModelChanged, CreatedAt = clock.GetUtcNow() });
        await context.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Merges, compares the merged file with the head, has it admitted, and registers it.</summary>
    /// <exception cref="IngestException">The merged file differs from the head, or is refused.</exception>
    public async Task<ModelVersion> RegisterAsync(Project project, HeadMaterial material, FittedHead fitted, HeadOrder order, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(project);
        ArgumentNullException.ThrowIfNull(material);
        ArgumentNullException.ThrowIfNull(fitted);
        ArgumentNullException.ThrowIfNull(order);
        (byte[] onnx, ModelContract contract) = await fitted.MergeAsync(material.Backbone, project.ClassNames, cancellationToken);
        string path = Path.Combine(Path.GetTempPath(), $"visionmonitor-{Guid.NewGuid():N}.onnx");
        try
        {
            await File.WriteAllBytesAsync(path, onnx, cancellationToken);
            await material.CheckAsync(path, contract, fitted.Head, cancellationToken);
            AdmissionReport report = await admission.InspectAsync(path, cancellationToken);
            return report.IsAccepted
                ? await registry.RegisterAsync(project.Id, order.Name ?? $"{material.Backbone.Name}+{order.Kind}", onnx, contract with { Runtime = report.Runtime }, cancellationToken)
                : throw new IngestException(report.Code!, report.Sentence!);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
