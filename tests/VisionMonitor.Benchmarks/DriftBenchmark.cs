using System.Diagnostics;
using VisionMonitor.Metrics.Drift;

namespace VisionMonitor.Benchmarks;

/// <summary>CPU and wall seconds of drift checks on random embeddings: "drift [rff|ks|pca|frechet|mmd|mmd-large]…". Two threads where a measure takes threads.</summary>
internal static class DriftBenchmark
{
    public static void Run(string[] parts)
    {
        Console.WriteLine("| check | CPU ms, best of rounds | wall ms | rounds |\n|---|---|---|---|");
        if (parts.Contains("rff"))
        {
            RandomFourier(768, 10_000, 2_000);
            RandomFourier(768, 10_000, 10_000);
            RandomFourier(384, 100_000, 10_000);
        }

        float[] baseline = parts.Intersect(["ks", "pca", "mmd"]).Any() ? Rows(10_000, 768, 1) : [], window = Rows(2_000, 768, 2);
        if (parts.Contains("ks"))
        {
            float[][] sorted = DimensionTests.SortedColumns(baseline, 768);
            Report("Kolmogorov–Smirnov with p, and Wasserstein, of 768 dimensions, 10,000 against 2,000, baseline sorted", 30, () => DimensionTests.Of(sorted, window, 768, 2));
        }

        if (parts.Contains("pca"))
        {
            PcaReconstruction? fitted = null;
            Report("PCA of 10,000 × 768, once per baseline", 1, () => fitted = PcaReconstruction.From(baseline, 768));
            Report("PCA reconstruction of 2,000 × 768", 30, () => fitted!.Errors(window));
        }

        if (parts.Contains("frechet"))
        {
            float[] wide = Rows(4_096, 2048, 3), few = wide[..(500 * 2048)];
            FrechetDistance distance = FrechetDistance.From(wide, 2048);
            distance.To(wide);
            Report("Fréchet, 4,096 × 2048 against a prepared baseline", 4, () => distance.To(wide));
            Report("Fréchet, 500 × 2048 against a prepared baseline", 4, () => distance.To(few));
        }

        if (parts.Contains("mmd"))
        {
            double bandwidth = MedianBandwidth.Within(baseline, 768, 1000);
            Report("exact MMD, 10,000 against 2,000 × 768, 100 permutations", 4, () => PermutationTest.Of(baseline, window, 768, PairKernel.Gaussian(bandwidth), 100, 1, 2));
        }

        if (parts.Contains("mmd-large"))
        {
            float[] many = Rows(100_000, 384, 4), some = Rows(10_000, 384, 5);
            double bandwidth = MedianBandwidth.Within(many, 384, 1000);
            Report("exact MMD, 100,000 against 10,000 × 384, 100 permutations", 1, () => PermutationTest.Of(many, some, 384, PairKernel.Gaussian(bandwidth), 100, 1, 2));
        }

        using var process = Process.GetCurrentProcess();
        Console.WriteLine($"peak resident {process.PeakWorkingSet64 >> 20} MB");
    }

    private static void RandomFourier(int dimension, int m, int n)
    {
        float[] window = Rows(n, dimension, 5);
        RandomFourierFeatures features = new(dimension, Math.Sqrt(dimension), 1024);
        double[] baseline = features.Mean(window);
        Report($"RFF-MMD, D = 1024, {m:N0} against {n:N0} × {dimension} (baseline's mean kept, so its size does not matter)", 30, () => RandomFourierFeatures.Discrepancy(baseline, features.Mean(window)));
    }

    private static float[] Rows(int count, int dimension, int seed)
    {
        var random = new Random(seed);
        float[] rows = new float[count * dimension];
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i] = (float)(random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5);
        }

        return rows;
    }

    private static void Report(string name, int rounds, Action work)
    {
        double cpu = double.MaxValue, wall = double.MaxValue;
        using var process = Process.GetCurrentProcess();
        for (int round = 0; round < rounds; round++)
        {
            process.Refresh();
            TimeSpan before = process.TotalProcessorTime;
            long start = Stopwatch.GetTimestamp();
            work();
            wall = Math.Min(wall, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            process.Refresh();
            cpu = Math.Min(cpu, (process.TotalProcessorTime - before).TotalMilliseconds);
        }

        Console.WriteLine($"| {name} | {cpu:F0} | {wall:F0} | {rounds} |");
    }
}
