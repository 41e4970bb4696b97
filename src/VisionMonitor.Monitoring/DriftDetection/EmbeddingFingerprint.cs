using System.Security.Cryptography;
using System.Text;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Monitoring.DriftDetection;

/// <summary>Names everything that an embedding's numbers depend on: the weights, and the contract with preprocessing and the output that is pooled.</summary>
public static class EmbeddingFingerprint
{
    /// <summary>Grows when the features of a row change their meaning, so that old sketches are not added to new ones.</summary>
    private const int FeatureFormat = 1;

    /// <summary>32 hexadecimal digits.</summary>
    public static string Of(ModelVersion version) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{version.Sha256}\n{version.Contract}\n{FeatureFormat}")))[..32];
}
