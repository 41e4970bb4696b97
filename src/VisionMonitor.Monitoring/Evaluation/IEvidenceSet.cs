namespace VisionMonitor.Monitoring.Evaluation;

/// <summary>The evidence of a set of images, ready to be summarized under any weights. Immutable; safe on any thread.</summary>
public interface IEvidenceSet
{
    /// <summary>Images in the set.</summary>
    int ImageCount { get; }

    /// <summary>What <see cref="Summarize"/> writes, in this order; the headline comes first.</summary>
    IReadOnlyList<Statistic> Statistics { get; }

    /// <summary>Writes every statistic; NaN where one is not defined.</summary>
    /// <param name="weights">One finite weight of at least 0 per image; empty means 1 for each.</param>
    /// <param name="values">As many numbers as there are statistics.</param>
    void Summarize(ReadOnlySpan<double> weights, Span<double> values);

    /// <summary>As <see cref="Summarize"/>, but only the statistics that are worth an interval, for the thousands of replicates behind it; NaN for the others.</summary>
    void Resample(ReadOnlySpan<double> weights, Span<double> values);

    /// <summary>How well one image was answered, 0 to 1: what decides a win or a loss between versions.</summary>
    double OutcomeOf(int image);

    /// <summary>Which class is taken for which.</summary>
    /// <param name="weights">One weight per image; empty means 1 for each.</param>
    ConfusionMatrix Confusion(ReadOnlySpan<double> weights);
}

/// <summary>One number that a set of evidence gives.</summary>
/// <param name="Metric">An id of <see cref="Storage.MetricNames"/>.</param>
/// <param name="ClassIndex">Class index; −1 for all classes together.</param>
/// <param name="Count">What it rests on: images, or truth objects of the class.</param>
public readonly record struct Statistic(string Metric, int ClassIndex, long Count);

/// <summary>Which class is taken for which: rows are the truth, columns the prediction.</summary>
/// <param name="ClassCount">Classes, without the background.</param>
/// <param name="HasBackground">Whether there is one more row (found where there is nothing) and one more column (missed).</param>
/// <param name="Counts">Weighted counts, row-major.</param>
public sealed record ConfusionMatrix(int ClassCount, bool HasBackground, IReadOnlyList<double> Counts)
{
    /// <summary>Rows and columns.</summary>
    public int Size => ClassCount + (HasBackground ? 1 : 0);

    /// <summary>One cell.</summary>
    public double this[int truthClass, int predictedClass] => Counts[(truthClass * Size) + predictedClass];
}
