namespace VisionMonitor.Monitoring.DriftDetection.Replay;

/// <summary>Random numbers of one hour of one replay: any hour can be drawn without those before it.</summary>
internal sealed class ReplayRandom(ulong seed, int hour)
{
    private ulong _state = Mix(seed ^ Mix(unchecked((ulong)(hour + 2) * 0x9E3779B97F4A7C15)));

    /// <summary>0 up to but not 1.</summary>
    public double Uniform() => (Next() >> 11) * (1.0 / (1UL << 53));

    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - Uniform())) * Math.Cos(2 * Math.PI * Uniform());

    /// <summary>χ² of so many degrees of freedom.</summary>
    public double Chi(int degrees)
    {
        double sum = 0;
        for (int i = 0; i < degrees; i++)
        {
            double normal = Normal();
            sum += normal * normal;
        }

        return sum;
    }

    public int Below(int count) => (int)(((Next() >> 32) * (ulong)count) >> 32);

    /// <summary>An index with a chance that grows with its step of the running total.</summary>
    public int Pick(double[] cumulative)
    {
        double at = Uniform() * cumulative[^1];
        int index = 0;
        while (index < cumulative.Length - 1 && cumulative[index] <= at)
        {
            index++;
        }

        return index;
    }

    private ulong Next()
    {
        _state = unchecked(_state + 0x9E3779B97F4A7C15);
        return Mix(_state);
    }

    private static ulong Mix(ulong z)
    {
        z = unchecked((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9);
        z = unchecked((z ^ (z >> 27)) * 0x94D049BB133111EB);
        return z ^ (z >> 31);
    }
}
