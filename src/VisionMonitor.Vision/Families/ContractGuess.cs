using VisionMonitor.Vision.Models;

namespace VisionMonitor.Vision.Families;

/// <summary>What a model's names and shapes suggest, for a person to correct.</summary>
/// <param name="Contract">The suggested contract.</param>
/// <param name="Assumptions">What could not be known from the file and was assumed, one sentence each.</param>
public sealed record ContractGuess(ModelContract Contract, IReadOnlyList<string> Assumptions);
