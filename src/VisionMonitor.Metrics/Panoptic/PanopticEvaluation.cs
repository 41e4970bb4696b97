using VisionMonitor.Metrics.Statistics;

namespace VisionMonitor.Metrics.Panoptic;

/// <summary>Panoptic quality (Kirillov et al. 2019), rule for rule as panopticapi counts it.</summary>
public sealed class PanopticEvaluation : IEvaluation<PanopticImage, PanopticImage, PanopticEvidence, PanopticReport>
{
    private const int Void = 0;
    private readonly HashSet<int> _categoryIds;

    /// <summary>An evaluation over the given categories.</summary>
    /// <param name="categories">Their ids must differ.</param>
    /// <param name="options">Conventions; panopticapi's when null.</param>
    public PanopticEvaluation(IReadOnlyList<PanopticCategory> categories, PanopticOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(categories);
        (Categories, Options, _categoryIds) = (categories, options ?? new PanopticOptions(), [.. categories.Select(c => c.Id)]);
        if (_categoryIds.Count != categories.Count)
        {
            throw new ArgumentException("Two categories have the same id.", nameof(categories));
        }
    }

    /// <summary>The categories, in report order.</summary>
    public IReadOnlyList<PanopticCategory> Categories { get; }

    /// <summary>The conventions.</summary>
    public PanopticOptions Options { get; }

    /// <summary>Compares one image.</summary>
    /// <exception cref="ArgumentException">The two maps differ in size.</exception>
    /// <exception cref="PanopticException">A predicted id is in the map and not among the segments, or the reverse, or a segment has an unknown category.</exception>
    public PanopticEvidence Compare(PanopticImage truth, PanopticImage predicted)
    {
        (SegmentOverlaps overlaps, Dictionary<int, PanopticSegment> truths, Dictionary<int, PanopticSegment> predictions) = Overlay(truth, predicted);
        int mismatches = truths.Values.Count(s => s.Area != overlaps.TruthAreas.GetValueOrDefault(s.Id));
        PanopticMatching matching = Matching(overlaps, truths, predictions);
        var tally = new SortedDictionary<int, PanopticCell>();
        foreach (PanopticMatch match in matching.Matches)
        {
            Add(tally, new PanopticCell(truths[match.TruthId].CategoryId, 1, 0, 0, match.IntersectionOverUnion));
        }

        HashSet<int> found = [.. matching.Matches.Select(match => match.TruthId)];
        foreach (PanopticSegment one in truths.Values.Where(one => !one.IsCrowd && !found.Contains(one.Id)))
        {
            Add(tally, new PanopticCell(one.CategoryId, 0, 0, 1, 0));
        }

        foreach (int wrong in matching.WrongIds)
        {
            Add(tally, new PanopticCell(predictions[wrong].CategoryId, 0, 1, 0, 0));
        }

        return new PanopticEvidence([.. tally.Values], mismatches);
    }

    /// <summary>Which predicted segments are right and which are wrong, as <see cref="Compare"/> counts them.</summary>
    /// <inheritdoc cref="Compare"/>
    public PanopticMatching Match(PanopticImage truth, PanopticImage predicted)
    {
        (SegmentOverlaps overlaps, Dictionary<int, PanopticSegment> truths, Dictionary<int, PanopticSegment> predictions) = Overlay(truth, predicted);
        return Matching(overlaps, truths, predictions);
    }

    /// <inheritdoc/>
    public PanopticReport Summarize(ReadOnlySpan<PanopticEvidence> evidence, ReadOnlySpan<double> weights)
    {
        if (!weights.IsEmpty && weights.Length != evidence.Length)
        {
            throw new ArgumentException($"{evidence.Length} images have {weights.Length} weights.", nameof(weights));
        }

        Bootstrap.CheckWeights(weights);
        Dictionary<int, int> places = Categories.Select((c, i) => (c.Id, i)).ToDictionary();
        double[] right = new double[Categories.Count], wrong = new double[Categories.Count], missed = new double[Categories.Count], iou = new double[Categories.Count];
        long images = 0, mismatches = 0;
        for (int i = 0; i < evidence.Length; i++)
        {
            double weight = weights.IsEmpty ? 1 : weights[i];
            images += weight > 0 ? 1 : 0;
            mismatches += weight > 0 ? evidence[i].AreaMismatchCount : 0;
            foreach (PanopticCell cell in evidence[i].Cells)
            {
                // A truth segment of a category that is not listed counts nowhere, as in panopticapi.
                if (places.TryGetValue(cell.CategoryId, out int place))
                {
                    right[place] += weight * cell.TruePositives;
                    wrong[place] += weight * cell.FalsePositives;
                    missed[place] += weight * cell.FalseNegatives;
                    iou[place] += weight * cell.IouSum;
                }
            }
        }

        return new PanopticReport(images, [.. Categories.Select((c, i) => new PanopticClassReport(c, right[i], wrong[i], missed[i], iou[i]))], mismatches);
    }

    private (SegmentOverlaps Overlaps, Dictionary<int, PanopticSegment> Truths, Dictionary<int, PanopticSegment> Predictions) Overlay(PanopticImage truth, PanopticImage predicted)
    {
        ArgumentNullException.ThrowIfNull(truth);
        ArgumentNullException.ThrowIfNull(predicted);
        if (truth.Width != predicted.Width || truth.Height != predicted.Height)
        {
            throw new ArgumentException($"The truth has {truth.Width} × {truth.Height} pixels, the prediction {predicted.Width} × {predicted.Height}.", nameof(predicted));
        }

        var overlaps = new SegmentOverlaps(truth, predicted, Options.BoundaryRatio);
        Dictionary<int, PanopticSegment> predictions = ById(predicted);
        CheckPredictions(overlaps, predictions);
        return (overlaps, ById(truth), predictions);
    }

    private PanopticMatching Matching(SegmentOverlaps overlaps, Dictionary<int, PanopticSegment> truths, Dictionary<int, PanopticSegment> predictions)
    {
        // Above an IoU of one half a segment has at most one partner.
        List<PanopticMatch> matches = [];
        foreach ((int t, int p, long pixels) in overlaps.Pairs)
        {
            if (truths.TryGetValue(t, out PanopticSegment one) && predictions.TryGetValue(p, out PanopticSegment other) && !one.IsCrowd && one.CategoryId == other.CategoryId
                && Iou(overlaps, one, p, pixels) is var iou && iou > 0.5)
            {
                matches.Add(new PanopticMatch(t, p, iou));
            }
        }

        // Of several crowd segments of a category only the last one forgives predictions, as in panopticapi.
        var crowds = new Dictionary<int, int>();
        foreach (PanopticSegment one in truths.Values.Where(one => one.IsCrowd))
        {
            crowds[one.CategoryId] = one.Id;
        }

        HashSet<int> right = [.. matches.Select(match => match.PredictedId)];
        return new PanopticMatching(matches, [.. predictions.Values.Where(other => !right.Contains(other.Id) && !IsForgiven(other)).Select(other => other.Id)]);

        bool IsForgiven(PanopticSegment other)
        {
            long forgiven = overlaps.Pixels(Void, other.Id) + (crowds.TryGetValue(other.CategoryId, out int crowd) ? overlaps.Pixels(crowd, other.Id) : 0);
            return (double)forgiven / overlaps.PredictedAreas[other.Id] > 0.5;
        }
    }

    private double Iou(SegmentOverlaps overlaps, PanopticSegment truth, int predicted, long intersection)
    {
        long truthArea = Options.RecountTruthAreas ? overlaps.TruthAreas[truth.Id] : truth.Area;
        long union = overlaps.PredictedAreas[predicted] + truthArea - intersection - overlaps.Pixels(Void, predicted);
        double iou = (double)intersection / union;
        return Options.BoundaryRatio is null ? iou : Math.Min(iou, overlaps.BoundaryIou(truth.Id, predicted));
    }

    private void CheckPredictions(SegmentOverlaps overlaps, Dictionary<int, PanopticSegment> predictions)
    {
        foreach (int id in overlaps.PredictedAreas.Keys)
        {
            if (id != Void && !predictions.ContainsKey(id))
            {
                throw new PanopticException($"segment {id} is in the predicted map and not in its JSON");
            }
        }

        foreach (PanopticSegment one in predictions.Values)
        {
            if (!overlaps.PredictedAreas.ContainsKey(one.Id))
            {
                throw new PanopticException($"segment {one.Id} is in the JSON of the prediction and not in its map");
            }

            if (!_categoryIds.Contains(one.CategoryId))
            {
                throw new PanopticException($"segment {one.Id} has the unknown category {one.CategoryId}");
            }
        }
    }

    private static Dictionary<int, PanopticSegment> ById(PanopticImage image)
    {
        var segments = new Dictionary<int, PanopticSegment>(image.Segments.Count);
        foreach (PanopticSegment segment in image.Segments)
        {
            segments[segment.Id] = segment;
        }

        return segments;
    }

    private static void Add(SortedDictionary<int, PanopticCell> tally, PanopticCell cell)
    {
        PanopticCell sum = tally.GetValueOrDefault(cell.CategoryId);
        tally[cell.CategoryId] = new PanopticCell(cell.CategoryId, sum.TruePositives + cell.TruePositives, sum.FalsePositives + cell.FalsePositives, sum.FalseNegatives + cell.FalseNegatives, sum.IouSum + cell.IouSum);
    }
}

/// <summary>What becomes of the predicted segments of an image.</summary>
/// <param name="Matches">The right ones with their partners, by truth id.</param>
/// <param name="WrongIds">The ids of those that count against the model. A segment in neither list lies mostly in the void or in a crowd, and counts nowhere.</param>
public sealed record PanopticMatching(IReadOnlyList<PanopticMatch> Matches, IReadOnlyList<int> WrongIds);

/// <summary>A predicted segment and the true one that it matches.</summary>
/// <param name="TruthId">The truth's id.</param>
/// <param name="PredictedId">The prediction's id.</param>
/// <param name="IntersectionOverUnion">Above 0.5, to 1.</param>
public readonly record struct PanopticMatch(int TruthId, int PredictedId, double IntersectionOverUnion);
