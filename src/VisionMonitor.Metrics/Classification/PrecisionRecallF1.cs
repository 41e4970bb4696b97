namespace VisionMonitor.Metrics.Classification;

/// <summary>Precision, recall and F1, or an average of each over classes; <see langword="null"/> where one is undefined.</summary>
/// <param name="Precision">0 to 1.</param>
/// <param name="Recall">0 to 1.</param>
/// <param name="F1">0 to 1; of averages it is the average of the classes' F1, not F1 of the averages.</param>
public readonly record struct PrecisionRecallF1(double? Precision, double? Recall, double? F1)
{
    /// <summary>From weighed counts: precision is right / predicted, recall right / support, F1 2 · right / (support + predicted); null over a count of 0.</summary>
    /// <param name="right">What was predicted and is so, at least 0.</param>
    /// <param name="support">What is so, at least <paramref name="right"/>.</param>
    /// <param name="predicted">What was predicted, at least <paramref name="right"/>.</param>
    public static PrecisionRecallF1 Of(double right, double support, double predicted) => new(
        predicted > 0 ? right / predicted : null, support > 0 ? right / support : null, support + predicted > 0 ? 2 * right / (support + predicted) : null);

    /// <summary>Writes the three in this order, NaN where one is undefined.</summary>
    /// <param name="values">Room for three numbers at least.</param>
    public void CopyTo(Span<double> values) => (values[0], values[1], values[2]) = (Precision ?? double.NaN, Recall ?? double.NaN, F1 ?? double.NaN);
}
