namespace VisionMonitor.Metrics.Drift;

/// <summary>All measures of two sets of embeddings, in the order in which they are printed.</summary>
public static class DriftMeasures
{
    /// <summary>Every measure.</summary>
    public static IReadOnlyList<DriftMeasure> All { get; } =
    [
        new("mmdUnbiased", "Maximum mean discrepancy², unbiased", c => new(c.Gaussian.Unbiased, c.Gaussian.PUnbiased)),
        new("mmdBiased", "Maximum mean discrepancy², biased", c => new(c.Gaussian.Biased, c.Gaussian.PBiased)),
        new("energy", "Energy distance, biased", c => new(c.Energy.Biased, c.Energy.PBiased)),
        new("energyUnbiased", "Energy distance, unbiased", c => new(c.Energy.Unbiased, c.Energy.PUnbiased)),
        new("frechet", "Fréchet distance", c => new(c.Frechet)),
        new("kid", "Kernel inception distance", c => new(c.Cubic.Unbiased, c.Cubic.PUnbiased)),
        new("cmmd", "MMD² with σ 10, × 1000", c => new(1000 * c.Wide.Biased, c.Wide.PBiased)),
        new("ksMax", "Kolmogorov–Smirnov, largest dimension", c => new(c.Dimensions.KolmogorovSmirnov.Max(), c.Dimensions.BonferroniP, c.Dimensions.KolmogorovSmirnov)),
        new("ksBonferroniP", "Kolmogorov–Smirnov p, Bonferroni", c => new(c.Dimensions.BonferroniP, c.Dimensions.BonferroniP, c.Dimensions.PValues)),
        new("ksBenjaminiHochbergP", "Kolmogorov–Smirnov p, Benjamini–Hochberg", c => new(c.Dimensions.AdjustedPValues.Min(), c.Dimensions.AdjustedPValues.Min(), c.Dimensions.AdjustedPValues)),
        new("wasserstein", "Wasserstein-1, mean of dimensions", c => new(c.Dimensions.Wasserstein.Average(), null, c.Dimensions.Wasserstein)),
        new("psi", "Population stability index, mean of dimensions", c => new(c.Dimensions.PopulationStability.Average(), null, c.Dimensions.PopulationStability)),
        new("domainAuc", "Domain classifier AUC", c => new(c.Classifier?.Auc, c.Classifier?.PValue)),
        new("pcaReconstruction", "PCA reconstruction error", c => new(c.Reconstruction)),
        new("rffMmd", "MMD² by random Fourier features", c => c.RandomFourier),
    ];
}
