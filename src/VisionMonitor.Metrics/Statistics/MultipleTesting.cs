namespace VisionMonitor.Metrics.Statistics;

/// <summary>p-values of many classes or slices, adjusted so that each can be compared with the wanted rate.</summary>
public static class MultipleTesting
{
    /// <summary>Holm 1979: keeps the chance of any false alarm; for alerts that wake people.</summary>
    /// <param name="pValues">0 to 1, no NaN; an empty input gives an empty output.</param>
    public static double[] Holm(ReadOnlySpan<double> pValues)
    {
        int[] order = Order(pValues);
        double[] adjusted = new double[order.Length];
        double highest = 0;
        for (int i = 0; i < order.Length; i++)
        {
            highest = Math.Max(highest, Math.Min(1, (order.Length - i) * pValues[order[i]]));
            adjusted[order[i]] = highest;
        }

        return adjusted;
    }

    /// <summary>Benjamini and Hochberg 1995: keeps the expected share of false alarms among the alarms; for dashboards.</summary>
    /// <inheritdoc cref="Holm"/>
    public static double[] BenjaminiHochberg(ReadOnlySpan<double> pValues)
    {
        int[] order = Order(pValues);
        double[] adjusted = new double[order.Length];
        double lowest = 1;
        for (int i = order.Length - 1; i >= 0; i--)
        {
            lowest = Math.Min(lowest, pValues[order[i]] * order.Length / (i + 1));
            adjusted[order[i]] = lowest;
        }

        return adjusted;
    }

    private static int[] Order(ReadOnlySpan<double> pValues)
    {
        double[] values = pValues.ToArray();
        if (Array.Exists(values, p => !(p >= 0 && p <= 1)))
        {
            throw new ArgumentException("A p-value lies between 0 and 1.", nameof(pValues));
        }

        int[] order = [.. Enumerable.Range(0, values.Length)];
        Array.Sort(order, (a, b) => values[a] != values[b] ? values[a].CompareTo(values[b]) : a.CompareTo(b));
        return order;
    }
}
