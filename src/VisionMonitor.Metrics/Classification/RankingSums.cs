namespace VisionMonitor.Metrics.Classification;

/// <summary>The areas of a ranking, summed over its groups of equal scores from the highest.</summary>
internal struct RankingSums
{
    private double _positives, _negatives, _area, _precisions;

    /// <summary>Adds the next group of equal scores.</summary>
    /// <param name="positives">Weight of its positives.</param>
    /// <param name="negatives">Weight of its negatives.</param>
    public void Add(double positives, double negatives)
    {
        _area += negatives * (_positives + (positives / 2));
        _positives += positives;
        _negatives += negatives;
        _precisions += positives > 0 ? positives * (_positives / (_positives + _negatives)) : 0;
    }

    /// <summary>Area under the ROC curve, and average precision; null where a side without weight leaves it undefined.</summary>
    public readonly (double? RocAuc, double? AveragePrecision) Areas =>
        (_positives > 0 && _negatives > 0 ? _area / (_positives * _negatives) : null, _positives > 0 ? _precisions / _positives : null);
}
