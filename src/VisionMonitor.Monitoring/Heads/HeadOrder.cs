using System.ComponentModel.DataAnnotations;

namespace VisionMonitor.Monitoring.Heads;

/// <summary>What kind of head is wanted.</summary>
public sealed record HeadOrder
{
    /// <summary>Multinomial logistic regression.</summary>
    public const string Logistic = "logistic";

    /// <summary>Votes of the nearest labelled images.</summary>
    public const string Neighbours = "neighbours";

    /// <summary><see cref="Logistic"/> or <see cref="Neighbours"/>.</summary>
    [Required, AllowedValues(Logistic, Neighbours)]
    public string Kind { get; init; } = Logistic;

    /// <summary>How many images vote.</summary>
    [Range(1, 1000)]
    public int NeighbourCount { get; init; } = 5;

    /// <summary>Whether every class weighs the same; otherwise every image does.</summary>
    public bool IsBalanced { get; init; } = true;

    /// <summary>Folds of the cross-validation.</summary>
    [Range(2, 100)]
    public int FoldCount { get; init; } = 5;

    /// <summary>Deals the images out over the folds.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The new version's name; null: the embedder's with the kind.</summary>
    [StringLength(200)]
    public string? Name { get; init; }
}
