using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision.Images;
using VisionMonitor.Vision.Models;

namespace VisionMonitor.Monitoring.Rescoring;

/// <summary>A version that answers for images: an open model, or the reason why it cannot be opened.</summary>
public sealed class VersionScorer : IDisposable
{
    private readonly RentedSession? _rented;
    private readonly string? _unusableBecause;

    private VersionScorer(long versionId, RentedSession? rented, string? unusableBecause) =>
        (VersionId, _rented, _unusableBecause) = (versionId, rented, unusableBecause);

    /// <summary>The version.</summary>
    public long VersionId { get; }

    /// <summary>Opens a version. A model that cannot be used is no exception here: each image of it becomes a counted failure.</summary>
    public static VersionScorer Open(SessionPool pool, ModelVersion version)
    {
        try
        {
            return new VersionScorer(version.Id, pool.Rent(version), null);
        }
        catch (Exception failure) when (failure is ModelContractException or FileNotFoundException or DirectoryNotFoundException)
        {
            return new VersionScorer(version.Id, null, $"model_unusable: {failure.Message}");
        }
    }

    /// <summary>Scores one image.</summary>
    public (ScoredImage? Scored, string? Failure) Score(DecodedImage image, CancellationToken cancellationToken)
    {
        if (_rented is null)
        {
            return (null, _unusableBecause);
        }

        try
        {
            return (_rented.Session.Score(image, cancellationToken), null);
        }
        catch (ModelOutputException failure)
        {
            return (null, $"{failure.Code}: {failure.Message}");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _rented?.Dispose();
}
