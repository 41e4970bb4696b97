namespace VisionMonitor.Demo.ToyWorld;

/// <summary>SplitMix64 (Steele, Lea, Flood 2014): small, and the same on every runtime, which <see cref="Random"/> does not promise.</summary>
internal sealed class SceneRandom(ulong seed)
{
    private ulong _state = seed;

    public ulong NextBits()
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>Uniform in [0, 1).</summary>
    public double Next() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    public double Between(double low, double high) => low + ((high - low) * Next());

    public int Below(int count) => (int)(Next() * count);

    public bool Chance(double probability) => Next() < probability;

    public T Pick<T>(ReadOnlySpan<T> values) => values[Below(values.Length)];

    /// <summary>Standard normal by Box and Muller.</summary>
    public double NextNormal() => Math.Sqrt(-2 * Math.Log(1 - Next())) * Math.Cos(2 * Math.PI * Next());

    public int PickWeighted(IReadOnlyList<double> weights)
    {
        double left = Next() * weights.Sum();
        int index = 0;
        while (index < weights.Count - 1 && (left -= weights[index]) >= 0)
        {
            index++;
        }

        return index;
    }

    /// <summary>An independent stream, so that asking one question more does not change the answers to all others.</summary>
    public SceneRandom Fork(ulong stream) => new(new SceneRandom(_state ^ (stream * 0xD1342543DE82EF95)).NextBits());
}
