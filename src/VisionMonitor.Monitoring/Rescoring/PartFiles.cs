using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision.Models;

namespace VisionMonitor.Monitoring.Rescoring;

/// <summary>The further files of registered models that are more than one network: they lie in the store under the SHA-256 that the contract pins.</summary>
public static class PartFiles
{
    /// <summary>The contract with its parts' files where they lie in the store.</summary>
    /// <exception cref="ModelContractException">A part has no SHA-256, so it is in no store.</exception>
    public static ModelContract Located(ModelContract contract, BlobStore blobs)
    {
        ArgumentNullException.ThrowIfNull(contract);
        return contract.WithFiles((role, part) => blobs.PathOf(part.Sha256 ?? throw new ModelContractException(part.File!, $"its part '{role}' is not stored: it has no SHA-256")));
    }

    /// <summary>The SHA-256 of the further files of versions.</summary>
    /// <param name="context">Where the versions are.</param>
    /// <param name="which">Which versions.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    public static async Task<HashSet<string>> KeysAsync(MonitoringDbContext context, Expression<Func<ModelVersion, bool>> which, CancellationToken cancellationToken)
    {
        // Few models have parts; those without are not read.
        List<string> contracts = await context.ModelVersions.Where(which).Where(version => version.Contract.Contains("\"parts\"")).Select(version => version.Contract).ToListAsync(cancellationToken);
        return [.. contracts.SelectMany(json => ModelContract.Parse(json).Parts?.Values.Select(part => part.Sha256) ?? []).OfType<string>()];
    }
}
