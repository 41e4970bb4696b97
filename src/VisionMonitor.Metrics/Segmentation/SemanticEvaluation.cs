using VisionMonitor.Metrics.Statistics;

namespace VisionMonitor.Metrics.Segmentation;

/// <summary>
/// Semantic segmentation: pixels are pooled over the images, then divided (mmsegmentation, Cityscapes). A truth label out of range
/// drops the pixel, a predicted label out of range is a miss and nobody's false positive; both are counted and reported.
/// </summary>
public sealed class SemanticEvaluation : IEvaluation<LabelMap, LabelMap, SemanticEvidence, SemanticReport>
{
    /// <summary>An evaluation of <paramref name="classCount"/> classes.</summary>
    /// <param name="classCount">1 to 65536; class indices count from 0.</param>
    /// <param name="options">Conventions; the defaults when null.</param>
    public SemanticEvaluation(int classCount, SemanticOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classCount, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(classCount, 1 << 16);
        (ClassCount, Options) = (classCount, options ?? new SemanticOptions());
        if (Options.BoundaryRatio is { } ratio && !(ratio > 0 && ratio <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(options), ratio, "A boundary is as wide as a share of the diagonal, above 0 and at most 1.");
        }
    }

    /// <summary>How many classes.</summary>
    public int ClassCount { get; }

    /// <summary>The conventions.</summary>
    public SemanticOptions Options { get; }

    /// <summary>Compares one image.</summary>
    /// <exception cref="ArgumentException">The two maps differ in size.</exception>
    public SemanticEvidence Compare(LabelMap truth, LabelMap predicted)
    {
        ArgumentNullException.ThrowIfNull(truth);
        ArgumentNullException.ThrowIfNull(predicted);
        if (truth.Width != predicted.Width || truth.Height != predicted.Height)
        {
            throw new ArgumentException($"The truth has {truth.Width} × {truth.Height} pixels, the prediction {predicted.Width} × {predicted.Height}.", nameof(predicted));
        }

        TruthLabels rows = new(ClassCount, Options);
        ConfusionCell[] cells = truth.IsWide || predicted.IsWide
            ? PixelConfusion.OfWide(truth.Widen(), predicted.Widen(), rows)
            : PixelConfusion.OfNarrow(truth.Narrow, predicted.Narrow, rows);
        return new SemanticEvidence(ClassCount, cells, Options.BoundaryRatio is { } ratio ? BoundaryPixels.Compare(truth, predicted, rows, ratio, Options.BoundaryIgnore) : []);
    }

    /// <inheritdoc/>
    public SemanticReport Summarize(ReadOnlySpan<SemanticEvidence> evidence, ReadOnlySpan<double> weights)
    {
        if (!weights.IsEmpty && weights.Length != evidence.Length)
        {
            throw new ArgumentException($"{evidence.Length} images have {weights.Length} weights.", nameof(weights));
        }

        Bootstrap.CheckWeights(weights);
        foreach (SemanticEvidence one in evidence)
        {
            if (one.ClassCount != ClassCount)
            {
                throw new ArgumentException($"Evidence of {one.ClassCount} classes cannot be summarized over {ClassCount}.", nameof(evidence));
            }
        }

        return SemanticSummary.Of(ClassCount, evidence, weights) with { AbsentClasses = Options.AbsentClasses };
    }
}

/// <summary>From a truth label to its row: a class, "class count" for out of range, or −1 for ignored.</summary>
internal readonly struct TruthLabels(int classCount, SemanticOptions options)
{
    public int ClassCount => classCount;

    public int Row(int label)
    {
        int reduced = label;
        if (options.ReduceZeroLabel)
        {
            // mmsegmentation: 0 → 255, x → x − 1, 254 → 255, in this order, so that 255 stays 255.
            reduced = label is 0 or 255 ? 255 : label - 1;
        }

        return reduced == options.IgnoreLabel ? -1 : Math.Min(reduced, classCount);
    }

    public int Column(int label) => Math.Min(label, classCount);
}
