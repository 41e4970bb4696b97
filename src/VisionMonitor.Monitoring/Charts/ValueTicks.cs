using System.Globalization;

namespace VisionMonitor.Monitoring.Charts;

/// <summary>Round numbers along an axis: steps of 1, 2 or 5 times a power of ten, all inside the range.</summary>
public static class ValueTicks
{
    /// <summary>The step that gives about <paramref name="wanted"/> ticks over a range.</summary>
    /// <returns>1 for an empty range.</returns>
    public static double Step(double range, int wanted)
    {
        if (!(range > 0) || wanted < 1)
        {
            return 1;
        }

        double raw = range / wanted;
        double magnitude = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        double normalized = raw / magnitude;
        double rounded = normalized <= 1.5 ? 1 : normalized <= 3.5 ? 2 : normalized <= 7.5 ? 5 : 10;
        return rounded * magnitude;
    }

    /// <summary>A range that ends on ticks and holds all values, with a little room above and below.</summary>
    /// <param name="low">Smallest value.</param>
    /// <param name="high">Largest value.</param>
    /// <param name="wanted">About how many ticks.</param>
    public static (double Low, double High) Widen(double low, double high, int wanted)
    {
        if (high < low)
        {
            (low, high) = (high, low);
        }

        if (high - low < 1e-9 * Math.Max(1, Math.Abs(high)))
        {
            double half = low == 0 ? 0.5 : Math.Abs(low) * 0.1;
            (low, high) = (low - half, high + half);
        }

        double step = Step(high - low, wanted);
        return (Math.Floor(low / step) * step, Math.Ceiling(high / step) * step);
    }

    /// <summary>The ticks of a range and their texts, all with the same number of decimals.</summary>
    public static IReadOnlyList<Tick> Between(double low, double high, int wanted)
    {
        double step = Step(high - low, wanted);
        int decimals = Math.Clamp((int)Math.Ceiling(-Math.Log10(step) - 1e-9), 0, 9);
        string format = $"F{decimals}";
        List<Tick> ticks = [];
        long first = (long)Math.Ceiling((low / step) - 1e-6);
        for (long index = first; ticks.Count < 20; index++)
        {
            double value = index * step;
            if (value > high + (step * 1e-6))
            {
                break;
            }

            string text = decimals == 0 && Math.Abs(value) >= 10_000
                ? value.ToString("#,0", CultureInfo.InvariantCulture).Replace(',', '\u202f')
                : value.ToString(format, CultureInfo.InvariantCulture);
            ticks.Add(new Tick(value, text));
        }

        return ticks;
    }
}

/// <summary>One tick of an axis.</summary>
/// <param name="Value">Where it stands, in the axis' own unit.</param>
/// <param name="Text">What is written there.</param>
public readonly record struct Tick(double Value, string Text);
