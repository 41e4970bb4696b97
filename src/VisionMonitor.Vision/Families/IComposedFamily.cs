using VisionMonitor.Vision.Models;

namespace VisionMonitor.Vision.Families;

/// <summary>Models that are something else than one network: each further file has a role, and the contract says which.</summary>
public interface IComposedFamily
{
    /// <summary>The name in contracts.</summary>
    string Id { get; }

    /// <summary>What the whole model answers.</summary>
    VisionTask Task { get; }

    /// <summary>The family of the first network by itself; null where there is no network at all.</summary>
    string? FirstFamily { get; }

    /// <summary>The roles of the further files.</summary>
    IReadOnlyList<PartRole> Roles { get; }

    /// <summary>Completes a contract whose parts are set: classes, thresholds and what else can be known from the parts; pure.</summary>
    ModelContract Complete(ModelContract contract);

    /// <summary>Opens the files.</summary>
    /// <exception cref="ModelContractException">The contract and the files do not fit.</exception>
    ModelSession Open(string modelPath, ModelContract contract, SessionOptions options);
}
