using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision.Models;

namespace VisionMonitor.Monitoring.Ingest;

/// <summary>Registers versions of a project's model and says which one is in production. Whoever calls it has had the file admitted.</summary>
public sealed class ModelRegistry(IDbContextFactory<MonitoringDbContext> contexts, BlobStore blobs, TimeProvider clock)
{
    private static readonly Dictionary<string, byte[]> _noParts = [];

    /// <summary>Stores the file and registers it as the next version. The same file with the same contract twice is one version.</summary>
    /// <exception cref="IngestException">The contract does not fit the project.</exception>
    public Task<ModelVersion> RegisterAsync(long projectId, string name, ReadOnlyMemory<byte> onnx, ModelContract contract, CancellationToken cancellationToken) =>
        RegisterAsync(projectId, name, onnx, contract, _noParts, cancellationToken);

    /// <summary>Stores the files of a model that is more than one network and registers it as the next version.</summary>
    /// <param name="projectId">The project.</param>
    /// <param name="name">What people call the model.</param>
    /// <param name="onnx">The first file.</param>
    /// <param name="contract">How the model is read; of its parts' files only the names are kept.</param>
    /// <param name="parts">The further files by their role.</param>
    /// <param name="cancellationToken">Stops before anything is registered.</param>
    /// <exception cref="IngestException">The contract does not fit the project, or a file of it is missing.</exception>
    public async Task<ModelVersion> RegisterAsync(
        long projectId, string name, ReadOnlyMemory<byte> onnx, ModelContract contract, IReadOnlyDictionary<string, byte[]> parts, CancellationToken cancellationToken)
    {
        await using MonitoringDbContext context = await contexts.CreateDbContextAsync(cancellationToken);
        Project project = await context.Projects.AsNoTracking().SingleOrDefaultAsync(project => project.Id == projectId, cancellationToken)
            ?? throw new IngestException("project_not_found", $"There is no project {projectId}.");
        if (contract.Task != project.Task)
        {
            throw new IngestException("task_mismatch", $"The model does {contract.Task}, but project \"{project.Slug}\" does {project.Task}.");
        }

        // What a reader of text tells apart are characters: its alphabet, not the project's classes. A project without classes takes those of its first model.
        bool hasClasses = contract.Task != Vision.VisionTask.Text;
        if (hasClasses && contract.Classes.Count == 0)
        {
            throw new IngestException("classes_missing", "The contract names no classes: write them in its \"classes\", in the order of the model's outputs.");
        }

        if (hasClasses && project.ClassNames.Count > 0 && !contract.Classes.SequenceEqual(project.ClassNames))
        {
            throw new IngestException(
                "class_mismatch",
                $"The model's classes ({string.Join(", ", contract.Classes)}) are not the project's ({string.Join(", ", project.ClassNames)}) in the same order. Correct the contract's \"classes\".");
        }

        Dictionary<string, ModelPart> stored = [];
        foreach ((string role, ModelPart part) in contract.Parts ?? new Dictionary<string, ModelPart>())
        {
            if (part.File is not null && !parts.ContainsKey(role) || part.Contract?.Parts is not null)
            {
                throw new IngestException("part_missing", part.Contract?.Parts is null ? $"The file of the model's part \"{role}\" was not sent." : $"The model's part \"{role}\" has parts of its own, which cannot be sent.");
            }

            stored[role] = part.File is null ? part : part with { File = Path.GetFileName(part.File), Sha256 = await blobs.WriteAsync(parts[role], cancellationToken) };
        }

        string sha256 = await blobs.WriteAsync(onnx, cancellationToken);
        string json = (contract with { Sha256 = sha256, Parts = stored.Count > 0 ? stored : null }).ToJson();
        for (int attempt = 0; ; attempt++)
        {
            List<ModelVersion> versions = await context.ModelVersions.Where(version => version.ProjectId == projectId).ToListAsync(cancellationToken);
            if (versions.Find(version => version.Sha256 == sha256 && version.Contract == json) is { } there)
            {
                return there;
            }

            ModelVersion added = new()
            {
                ProjectId = projectId,
                Name = name,
                Number = versions.Select(version => version.Number).DefaultIfEmpty().Max() + 1,
                Sha256 = sha256,
                Contract = json,
                State = ModelVersionState.Active,
                RegisteredAt = clock.GetUtcNow(),
            };
            context.ModelVersions.Add(added);
            LiveNotice notice = new() { ProjectId = projectId, Kind = NoticeKinds.ModelChanged, CreatedAt = clock.GetUtcNow() };
            context.LiveNotices.Add(notice);
            if (hasClasses && project.ClassNames.Count == 0)
            {
                (await context.Projects.SingleAsync(project => project.Id == projectId, cancellationToken)).ClassNames = [.. contract.Classes];
            }

            try
            {
                await context.SaveChangesAsync(cancellationToken);

                // A project that had the same file may have been removed since it was written: see ProjectRemoval.
                await blobs.WriteAsync(onnx, cancellationToken);
                foreach (byte[] part in parts.Values)
                {
                    await blobs.WriteAsync(part, cancellationToken);
                }

                await GroundClasses.LearnAsync(context, projectId, contract.StuffClasses ?? [], clock.GetUtcNow(), cancellationToken);
                return added;
            }
            catch (DbUpdateException) when (attempt < 3)
            {
                // Another registration took the number: take the next one.
                context.ChangeTracker.Clear();
            }
        }
    }

    /// <summary>Records that a version is the one in production from then on.</summary>
    /// <exception cref="IngestException">There is no such version, or it is not active.</exception>
    public async Task<Deployment> DeployAsync(long modelVersionId, DateTimeOffset deployedAt, string note, CancellationToken cancellationToken)
    {
        await using MonitoringDbContext context = await contexts.CreateDbContextAsync(cancellationToken);
        ModelVersion version = await FindAsync(context, modelVersionId, cancellationToken);
        if (version.State != ModelVersionState.Active)
        {
            throw new IngestException("version_not_active", $"v{version.Number} is {version.State}: {version.StateReason ?? "make it active first"}.");
        }

        Deployment deployment = new() { ProjectId = version.ProjectId, ModelVersionId = version.Id, DeployedAt = deployedAt, Note = note };
        context.Deployments.Add(deployment);
        context.LiveNotices.Add(new LiveNotice { ProjectId = version.ProjectId, Kind = NoticeKinds.ModelChanged, SubjectId = version.Id, CreatedAt = clock.GetUtcNow() });
        await context.SaveChangesAsync(cancellationToken);
        return deployment;
    }

    /// <summary>Archives, quarantines or reactivates a version; its history stays.</summary>
    /// <exception cref="IngestException">There is no such version.</exception>
    public async Task SetStateAsync(long modelVersionId, ModelVersionState state, string? reason, CancellationToken cancellationToken)
    {
        await using MonitoringDbContext context = await contexts.CreateDbContextAsync(cancellationToken);
        ModelVersion version = await FindAsync(context, modelVersionId, cancellationToken);
        version.State = state;
        version.StateReason = reason;
        context.LiveNotices.Add(new LiveNotice { ProjectId = version.ProjectId, Kind = NoticeKinds.ModelChanged, SubjectId = version.Id, CreatedAt = clock.GetUtcNow() });
        await context.SaveChangesAsync(cancellationToken);
    }

    private static async Task<ModelVersion> FindAsync(MonitoringDbContext context, long id, CancellationToken cancellationToken) =>
        await context.ModelVersions.SingleOrDefaultAsync(version => version.Id == id, cancellationToken)
            ?? throw new IngestException("version_not_found", $"There is no model version {id}.");
}
