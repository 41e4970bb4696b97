namespace VisionMonitor.Metrics.Detection;

/// <summary>All judged predictions and objects of a set of images, and what average precision would be if some of them were mended.</summary>
internal sealed class ErrorLedger
{
    private readonly List<JudgedPrediction> _predictions = [];
    private readonly Dictionary<int, double> _objects = [];
    private readonly Dictionary<int, double> _unfound = [];
    private readonly Dictionary<int, double> _unexplained = [];
    private int _missed;

    public void Add(JudgedPrediction prediction) => _predictions.Add(prediction);

    public void AddObject(int classIndex, double weight, bool isFound, bool isExplained)
    {
        Sum(_objects, classIndex, weight);
        if (isFound)
        {
            return;
        }

        Sum(_unfound, classIndex, weight);
        if (!isExplained)
        {
            _missed++;
            Sum(_unexplained, classIndex, weight);
        }
    }

    public ErrorBreakdown Report()
    {
        double? now = Mean(_predictions, _objects);
        double Gain(IEnumerable<JudgedPrediction> predictions, Dictionary<int, double> objects) => Math.Max(0, (Mean(predictions, objects) ?? 0) - (now ?? 0));
        var gains = new Dictionary<DetectionError, double>();
        var counts = new Dictionary<DetectionError, int>();
        foreach (DetectionError error in Enum.GetValues<DetectionError>())
        {
            bool isMissed = error == DetectionError.Missed;
            counts[error] = isMissed ? _missed : _predictions.Count(p => p.Error == error);
            gains[error] = isMissed ? Gain(Mended(error), Less(_unexplained)) : Gain(Mended(error), _objects);
        }

        return new ErrorBreakdown
        {
            AveragePrecision = now,
            Gains = gains,
            Counts = counts,
            FalsePositiveGain = Gain(_predictions.Select(p => p with { Confidence = p.Error is null ? 1 : 0 }), _objects),
            FalseNegativeGain = Gain(Mended(DetectionError.Missed), Less(_unfound)),
        };
    }

    private static void Sum(Dictionary<int, double> sums, int classIndex, double weight) => sums[classIndex] = sums.GetValueOrDefault(classIndex) + weight;

    private Dictionary<int, double> Less(Dictionary<int, double> gone) => _objects.ToDictionary(o => o.Key, o => o.Value - gone.GetValueOrDefault(o.Key));

    /// <summary>
    /// Where TIDE mends, it lists the errors first and the right predictions after them, so that among equal confidences an error comes first.
    /// </summary>
    private IEnumerable<JudgedPrediction> Mended(DetectionError error)
    {
        foreach (JudgedPrediction prediction in _predictions.Where(p => p.Error is not null))
        {
            if (prediction.Error != error)
            {
                yield return prediction;
            }
            else if (prediction.MendedClass >= 0)
            {
                yield return prediction with { ClassIndex = prediction.MendedClass, Error = null };
            }
        }

        foreach (JudgedPrediction prediction in _predictions.Where(p => p.Error is null))
        {
            yield return prediction;
        }
    }

    private static double? Mean(IEnumerable<JudgedPrediction> predictions, Dictionary<int, double> objects)
    {
        ILookup<int, JudgedPrediction> byClass = predictions.ToLookup(p => p.ClassIndex);
        int[] classes = [.. byClass.Select(group => group.Key).Concat(objects.Where(o => o.Value > 0).Select(o => o.Key)).Distinct().Order()];
        return classes.Length == 0 ? null : classes.Sum(c => Average(byClass[c], objects.GetValueOrDefault(c))) / classes.Length;
    }

    /// <summary>TIDE reads the envelope at k / 100, not at numpy's k × 0.01.</summary>
    private static double Average(IEnumerable<JudgedPrediction> predictions, double objects)
    {
        if (!(objects > 0))
        {
            return 0;
        }

        var points = new List<(double Recall, double Precision)>();
        double right = 0, all = 0;
        foreach (JudgedPrediction prediction in predictions.Where(p => p.Weight > 0).OrderByDescending(p => p.Confidence))
        {
            right += prediction.Error is null ? prediction.Weight : 0;
            all += prediction.Weight;
            points.Add((right / objects, right / all));
        }

        for (int i = points.Count - 1; i > 0; i--)
        {
            points[i - 1] = points[i - 1] with { Precision = Math.Max(points[i - 1].Precision, points[i].Precision) };
        }

        double sum = 0;
        for (int k = 0, at = 0; k <= 100; k++)
        {
            while (at < points.Count && points[at].Recall < k / 100.0)
            {
                at++;
            }

            sum += at < points.Count ? points[at].Precision : 0;
        }

        return sum / 101;
    }
}
