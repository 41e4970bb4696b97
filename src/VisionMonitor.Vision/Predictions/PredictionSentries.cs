using VisionMonitor.Metrics.Detection;

namespace VisionMonitor.Vision.Predictions;

/// <summary>
/// Looks at a run's predictions for failures that throw nothing: a damaged export that finds nothing, a head that always says the same, a
/// class that has vanished. Each finding is a stable code with a sentence.
/// </summary>
public static class PredictionSentries
{
    /// <summary>Fewer images say nothing.</summary>
    public const int FewestImages = 20;

    /// <summary>
    /// Findings of a run: <c>no_detections</c>, <c>scores_all_equal</c>, <c>class_never_predicted</c>, <c>label_map_permuted</c>. Empty where nothing is suspicious or there are
    /// fewer than <see cref="FewestImages"/> images.
    /// </summary>
    /// <param name="predictions">One run's predictions.</param>
    /// <param name="classes">Class names by index.</param>
    /// <param name="expectedShares">How often each class occurs in the baseline, 0 to 1; a class below 2 % may well be absent. Null: not looked at.</param>
    public static IReadOnlyList<(string Code, string Sentence)> Judge(
        IReadOnlyList<Prediction> predictions,
        IReadOnlyList<string> classes,
        IReadOnlyList<double>? expectedShares)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        ArgumentNullException.ThrowIfNull(classes);
        if (predictions.Count < FewestImages)
        {
            return [];
        }

        List<(string, string)> findings = [];
        if (predictions.All(prediction => prediction is DetectionPrediction { Boxes.Count: 0 } or InstancePrediction { Instances.Count: 0 }))
        {
            return [("no_detections", $"The model finds nothing on any of {predictions.Count} images.")];
        }

        if (AreScoresEqual(predictions))
        {
            findings.Add(("scores_all_equal", $"All scores of {predictions.Count} images are equal: the model does not look at them."));
        }

        HashSet<int> seen = [.. predictions.SelectMany(ClassesOf)];
        for (int index = 0; expectedShares is not null && index < Math.Min(classes.Count, expectedShares.Count); index++)
        {
            // Where five are expected, chance leaves out all of them in one run of 150 (e^-5).
            bool isExpected = expectedShares[index] >= 0.02 && expectedShares[index] * predictions.Count >= 5;
            if (isExpected && !seen.Contains(index))
            {
                findings.Add(("class_never_predicted", $"'{classes[index]}' is never predicted on {predictions.Count} images; in the baseline it is {expectedShares[index]:P0}."));
            }
        }

        if (expectedShares is not null && IsPermuted([.. predictions.SelectMany(ClassesOf)], expectedShares))
        {
            findings.Add(("label_map_permuted", "The classes occur as often as in the baseline, but under each other's names: perhaps the order of the classes has changed."));
        }

        return findings;
    }

    /// <summary>
    /// Shares far from the baseline's that fit once both are sorted. Total variation is half the sum of the differences; a real change
    /// of what is seen rarely gives the same numbers to other classes.
    /// </summary>
    private static bool IsPermuted(int[] seen, IReadOnlyList<double> expectedShares)
    {
        if (seen.Length < FewestImages)
        {
            return false;
        }

        double[] shares = [.. expectedShares.Select((_, index) => (double)seen.Count(one => one == index) / seen.Length)];
        double sum = expectedShares.Sum();
        double[] expected = [.. expectedShares.Select(share => sum > 0 ? share / sum : 0)];
        double asNamed = Distance(shares, expected);
        double sorted = Distance([.. shares.Order()], [.. expected.Order()]);
        return asNamed >= 0.3 && sorted <= asNamed / 4;

        static double Distance(double[] a, double[] b) => a.Zip(b, (one, other) => Math.Abs(one - other)).Sum() / 2;
    }

    private static bool AreScoresEqual(IReadOnlyList<Prediction> predictions)
    {
        if (predictions.All(prediction => prediction is ClassificationPrediction))
        {
            float[] first = ((ClassificationPrediction)predictions[0]).Probabilities;
            return predictions.All(prediction => ((ClassificationPrediction)prediction).Probabilities.AsSpan().SequenceEqual(first));
        }

        double[] confidences = [.. predictions.OfType<DetectionPrediction>().SelectMany(prediction => prediction.Boxes).Select(box => box.Confidence)];
        return confidences.Length >= FewestImages && confidences.All(confidence => confidence == confidences[0]);
    }

    private static IEnumerable<int> ClassesOf(Prediction prediction) => prediction switch
    {
        ClassificationPrediction classification => [classification.TopClassIndex],
        DetectionPrediction { Boxes: var boxes } => boxes.Select((PredictedBox box) => box.ClassIndex),
        InstancePrediction { Instances: var instances } => instances.Select(instance => instance.Box.ClassIndex),
        _ => [],
    };
}
