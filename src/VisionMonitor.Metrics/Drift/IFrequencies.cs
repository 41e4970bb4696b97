namespace VisionMonitor.Metrics.Drift;

/// <summary>Random frequencies ω of a Gaussian kernel.</summary>
internal interface IFrequencies
{
    /// <summary>The dot products of every row with every frequency.</summary>
    /// <param name="rows">Rows × dimension, row-major.</param>
    /// <param name="projections">At least rows × frequencies, row-major.</param>
    void Project(ReadOnlySpan<float> rows, Span<float> projections);
}
