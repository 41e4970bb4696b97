using VisionMonitor.Metrics.Statistics;

namespace VisionMonitor.Metrics.Text;

/// <summary>
/// Text detection as ICDAR 2015 and PaddleOCR count it: self-intersecting polygons are dropped, truths take the first prediction
/// with IoU above the threshold in file order, a prediction mostly inside one ignored truth does not count, precision and recall
/// are pooled over the images.
/// </summary>
public sealed class TextDetectionEvaluation : IEvaluation<IReadOnlyList<TextRegion>, IReadOnlyList<TextRegion>, TextDetectionEvidence, TextDetectionReport>
{
    /// <summary>The match of a prediction that fits no truth.</summary>
    public const int Unmatched = -1;

    /// <summary>The match of a prediction that lies mostly in one ignored truth: it counts neither for nor against.</summary>
    public const int Forgiven = -2;

    private const double IgnoredShare = 0.5;
    private readonly TextEvaluation _reading;

    /// <summary>An evaluation.</summary>
    /// <param name="iouThreshold">A match needs a strictly larger IoU; 0 to 1.</param>
    /// <param name="reading">How texts are compared end to end; NFC code points when null.</param>
    public TextDetectionEvaluation(double iouThreshold = 0.5, TextOptions? reading = null)
    {
        if (!(iouThreshold >= 0 && iouThreshold < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(iouThreshold), iouThreshold, "An IoU threshold lies between 0 and 1.");
        }

        (IouThreshold, _reading) = (iouThreshold, new TextEvaluation(reading));
    }

    /// <summary>A match needs a strictly larger IoU.</summary>
    public double IouThreshold { get; }

    /// <inheritdoc/>
    public TextDetectionEvidence Compare(IReadOnlyList<TextRegion> truth, IReadOnlyList<TextRegion> predicted)
    {
        ArgumentNullException.ThrowIfNull(truth);
        ArgumentNullException.ThrowIfNull(predicted);
        Place[] truths = Places(truth), predictions = Places(predicted);
        int[] matches = Match(truths, predictions);
        List<(int Truth, int Predicted)> pairs = [.. matches.Index().Where(match => match.Item >= 0).Select(match => (match.Item, match.Index)).Order()];
        int read = pairs.Count(pair => IsRead(truths[pair.Truth].Region.Text, predictions[pair.Predicted].Region.Text));
        bool hasTexts = truth.Any(r => r.Text is not null) || predicted.Any(r => r.Text is not null);
        return new TextDetectionEvidence(pairs, truths.Count(t => !t.Region.IsIgnored), matches.Count(match => match != Forgiven), hasTexts ? read : null);
    }

    /// <summary>What became of each predicted place: the index of the truth that it was matched with, <see cref="Unmatched"/> or <see cref="Forgiven"/>.</summary>
    /// <param name="truth">The truth places of one image; a self-intersecting one matches nothing.</param>
    /// <param name="predicted">The predicted places; a self-intersecting one is unmatched.</param>
    public int[] Match(IReadOnlyList<TextRegion> truth, IReadOnlyList<TextRegion> predicted)
    {
        ArgumentNullException.ThrowIfNull(truth);
        ArgumentNullException.ThrowIfNull(predicted);
        Place[] truths = Places(truth), predictions = Places(predicted);
        int[] outcomes = new int[predicted.Count];
        Array.Fill(outcomes, Unmatched);
        foreach ((int index, int match) in Match(truths, predictions).Index())
        {
            outcomes[predictions[index].Index] = match >= 0 ? truths[match].Index : match;
        }

        return outcomes;
    }

    /// <inheritdoc/>
    public TextDetectionReport Summarize(ReadOnlySpan<TextDetectionEvidence> evidence, ReadOnlySpan<double> weights)
    {
        if (!weights.IsEmpty && weights.Length != evidence.Length)
        {
            throw new ArgumentException($"{evidence.Length} images have {weights.Length} weights.", nameof(weights));
        }

        Bootstrap.CheckWeights(weights);
        (long images, double matched, double truths, double predictions, double read, bool hasTexts) = (0L, 0.0, 0.0, 0.0, 0.0, false);
        for (int i = 0; i < evidence.Length; i++)
        {
            double weight = weights.IsEmpty ? 1 : weights[i];
            images += weight > 0 ? 1 : 0;
            matched += weight * evidence[i].Pairs.Count;
            truths += weight * evidence[i].TruthCount;
            predictions += weight * evidence[i].PredictedCount;
            read += weight * (evidence[i].ReadCount ?? 0);
            hasTexts |= evidence[i].ReadCount is not null;
        }

        return new TextDetectionReport(images, matched, truths, predictions, hasTexts ? read : null);
    }

    // Truths in their order take the first prediction that fits; what lies in an ignored truth fits none.
    private int[] Match(Place[] truths, Place[] predictions)
    {
        int[] matches = Array.ConvertAll(predictions, p => Array.Exists(truths, t => t.Region.IsIgnored && p.Area > 0 && SimplePolygon.IntersectionArea(t.Points, p.Points) / p.Area > IgnoredShare) ? Forgiven : Unmatched);
        for (int t = 0; t < truths.Length; t++)
        {
            for (int p = 0; p < predictions.Length && !truths[t].Region.IsIgnored; p++)
            {
                if (matches[p] == Unmatched && SimplePolygon.IntersectionOverUnion(truths[t].Points, predictions[p].Points) > IouThreshold)
                {
                    matches[p] = t;
                    break;
                }
            }
        }

        return matches;
    }

    private bool IsRead(string? truth, string? predicted) => truth is not null && predicted is not null && _reading.Compare(truth, predicted).IsExact;

    private static Place[] Places(IReadOnlyList<TextRegion> regions)
    {
        var places = new List<Place>(regions.Count);
        foreach ((int index, TextRegion region) in regions.Index())
        {
            double[] points = [.. region.Points];
            if (points.Length % 2 != 0 || points.Length < 6 || !Array.TrueForAll(points, double.IsFinite))
            {
                throw new ArgumentException($"A text region needs at least 3 points with finite x and y, not {points.Length} numbers.", nameof(regions));
            }

            if (SimplePolygon.IsValid(points))
            {
                places.Add(new Place(index, region, points, SimplePolygon.Area(points)));
            }
        }

        return [.. places];
    }

    private sealed record Place(int Index, TextRegion Region, double[] Points, double Area);
}
