namespace VisionMonitor.Metrics.Classification;

/// <summary>How two confused classes count in Cohen's kappa.</summary>
internal enum KappaDistance
{
    Unequal,
    Linear,
    Quadratic,
}

/// <summary>Agreement beyond chance, from a confusion matrix and its margins.</summary>
internal static class Agreement
{
    /// <summary>Gorodkin's multi-class MCC; 0 where a margin has a single class, as scikit-learn does.</summary>
    public static double Matthews(IReadOnlyList<ClassReport> classes, double total)
    {
        double correct = 0, both = 0, truths = 0, predictions = 0;
        foreach (ClassReport one in classes)
        {
            correct += one.TruePositives;
            both += one.Support * one.Predicted;
            truths += one.Support * one.Support;
            predictions += one.Predicted * one.Predicted;
        }

        double product = ((total * total) - truths) * ((total * total) - predictions);
        return product > 0 ? ((correct * total) - both) / Math.Sqrt(product) : 0;
    }

    /// <summary>1 − observed / expected distance; null where the expected distance is 0 (one class everywhere, or no image).</summary>
    public static double? Kappa(IReadOnlyList<double> confusion, IReadOnlyList<ClassReport> classes, double total, KappaDistance distance)
    {
        double observed = 0, expected = 0;
        int count = classes.Count;
        for (int t = 0; t < count; t++)
        {
            for (int p = 0; p < count; p++)
            {
                int gap = Math.Abs(t - p);
                double cost = distance switch { KappaDistance.Linear => gap, KappaDistance.Quadratic => (double)gap * gap, _ => Math.Min(gap, 1) };
                observed += cost * confusion[(t * count) + p];
                expected += cost * classes[t].Support * classes[p].Predicted;
            }
        }

        return expected > 0 ? 1 - (observed * total / expected) : null;
    }
}
