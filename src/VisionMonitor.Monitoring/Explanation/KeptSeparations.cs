using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace VisionMonitor.Monitoring.Explanation;

/// <summary>Separations that were already made, by the images and embeddings that they are of: the eigenvectors behind a map take longer than everything else on its page.</summary>
public static class KeptSeparations
{
    private static readonly Recent<string, Lazy<WindowSeparation?>> _kept = new(64);

    /// <summary>The separation, made if it is not kept.</summary>
    /// <inheritdoc cref="WindowSeparation.Of"/>
    public static WindowSeparation? Of(IReadOnlyList<long> baselineIds, float[] baseline, IReadOnlyList<long> windowIds, float[] window, int dimension)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(MemoryMarshal.AsBytes<long>((long[])[dimension, baselineIds.Count, .. baselineIds, .. windowIds]));
        hash.AppendData(MemoryMarshal.AsBytes(baseline.AsSpan()));
        hash.AppendData(MemoryMarshal.AsBytes(window.AsSpan()));
        return _kept.GetOrKeep(
            Convert.ToHexString(hash.GetHashAndReset()),
            _ => new Lazy<WindowSeparation?>(() => WindowSeparation.Of(baselineIds, baseline, windowIds, window, dimension))).Value;
    }
}
