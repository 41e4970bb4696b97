using System.Text.Json;
using VisionMonitor.Metrics.Statistics;

namespace VisionMonitor.Metrics.Tests.Statistics;

public sealed class BootstrapTests
{
    private static readonly JsonElement Expected = Golden.Json(Golden.Folder("statistics", "stats.json")).GetProperty("bootstrap_miou");
    private static readonly double[][] A = Confusions("confusion_a");
    private static readonly double[][] B = Confusions("confusion_b");
    private static readonly double[] Ones = [.. A.Select(_ => 1.0)];
    private static readonly ulong Seed = Expected.GetProperty("seed").GetUInt64();
    private static readonly int Replicates = Expected.GetProperty("replicates").GetInt32();

    [Fact]
    public void Replicates_GoldenSeed_GivesTheSameReplicates()
    {
        double[] replicates = Bootstrap.Replicates(Ones, Replicates, Seed, 1, (w, s) => s[0] = MeanIntersectionOverUnion(A, w));

        for (int i = 0; i < 10; i++)
        {
            replicates[i].ShouldMatch(Expected.GetProperty("first10_a")[i]);
        }
    }

    [Fact]
    public void Percentile_GoldenConfusions_EqualsTheReference() =>
        ShouldMatch(Bootstrap.Percentile(Ones, Replicates, Seed, 1, (w, s) => s[0] = MeanIntersectionOverUnion(A, w))[0], Expected.GetProperty("percentile_ci_a"), 1e-12);

    [Fact]
    public void BiasCorrectedAccelerated_GoldenConfusions_EqualsTheReference() =>
        ShouldMatch(Bootstrap.BiasCorrectedAccelerated(Ones, Replicates, Seed, 1, (w, s) => s[0] = MeanIntersectionOverUnion(A, w))[0], Expected.GetProperty("bca_a").GetProperty("ci"), 1e-9);

    [Fact]
    public void PairedCompare_GoldenConfusions_EqualsTheReference()
    {
        PairedDifference difference = PairedBootstrap.Compare(
            Ones, Replicates, Seed, 1, (w, s) => s[0] = MeanIntersectionOverUnion(B, w), (w, s) => s[0] = MeanIntersectionOverUnion(A, w))[0]!.Value;

        difference.Difference.ShouldMatch(Expected.GetProperty("diff"));
        ShouldMatch(difference.Interval, Expected.GetProperty("percentile_ci_diff"), 1e-12);

        // The file has 2·1/2000 without the +1 that keeps a p-value valid.
        difference.PValue.ShouldBe(2.0 * 2 / 2001, 1e-15);
        Expected.GetProperty("p_two_sided_boot").GetDouble().ShouldBe(2.0 * 1 / 2000);
    }

    [Fact]
    public void Replicates_OneAndFourThreads_AreTheSameBytes()
    {
        double[] weights = [.. Enumerable.Range(1, 50).Select(i => i / 7.0)];
        Action<ReadOnlySpan<double>, Span<double>> summarize = (w, s) => (s[0], s[1]) = (w[0] / Sum(w), Sum(w));

        double[] one = Bootstrap.Replicates(weights, 300, 9, 2, summarize), four = Bootstrap.Replicates(weights, 300, 9, 2, summarize, 4);

        one.ShouldBe(four);
        Bootstrap.Replicates(weights, 300, 10, 2, summarize).ShouldNotBe(one);
    }

    [Fact]
    public void Replicates_WeightsOf1_SumToTheNumberOfImages() =>
        Bootstrap.Replicates([1, 1, 1, 1, 1], 100, 3, 1, (w, s) => s[0] = Sum(w)).ShouldAllBe(sum => sum == 5);

    /// <summary>95 % of the intervals of a mean of 40 uniform numbers hold 1/2; of 400 seeds 380 ± 3·√(400·.95·.05) = 367 to 393.</summary>
    [Fact]
    public void Percentile_MeanOfUniformNumbers_CoversTheTruth()
    {
        int covered = 0;
        for (ulong seed = 0; seed < 400; seed++)
        {
            double[] values = [.. Enumerable.Range(0, 40).Select(i => SplitMix64.Uniform(1000 + seed, (ulong)i))];
            Interval interval = Bootstrap.Percentile([.. values.Select(_ => 1.0)], 300, seed, 1, (w, s) =>
            {
                double sum = 0;
                for (int i = 0; i < w.Length; i++)
                {
                    sum += w[i] * values[i];
                }

                s[0] = sum / Sum(w);
            })[0]!.Value;
            covered += interval.Contains(0.5) ? 1 : 0;
        }

        covered.ShouldBeInRange(361, 393);
    }

    [Fact]
    public void Percentile_NoImageOrUndefinedStatistic_IsNull()
    {
        Bootstrap.Percentile([], 10, 1, 2, (_, _) => { }).ShouldBe([null, null]);
        Bootstrap.Percentile([1, 1], 10, 1, 1, (_, s) => s[0] = double.NaN).ShouldBe([null]);
        PairedBootstrap.Compare([1, 1], 10, 1, 1, (_, s) => s[0] = 1, (_, s) => s[0] = double.NaN).ShouldBe([null]);
    }

    [Fact]
    public void Percentile_WeightNaN_Throws() => Should.Throw<ArgumentException>(() => Bootstrap.Percentile([double.NaN], 10, 1, 1, (_, _) => { }));

    [Fact]
    public void PairedCompare_EqualSides_DiffersByNothing()
    {
        PairedDifference difference = PairedBootstrap.Compare([1, 1, 1], 200, 1, 1, (w, s) => s[0] = w[0], (w, s) => s[0] = w[0])[0]!.Value;

        difference.ShouldBe(new PairedDifference(0, new Interval(0, 0), 1));
    }

    internal static void ShouldMatch(Interval? actual, JsonElement expected, double tolerance)
    {
        actual!.Value.Low.ShouldMatch(expected[0], tolerance);
        actual.Value.High.ShouldMatch(expected[1], tolerance);
    }

    internal static double[][] Confusions(string name) =>
        [.. Expected.GetProperty(name).EnumerateArray().Select(image => image.EnumerateArray().SelectMany(row => row.EnumerateArray()).Select(c => c.GetDouble()).ToArray())];

    internal static double MeanIntersectionOverUnion(double[][] confusions, ReadOnlySpan<double> weights)
    {
        double[] pooled = new double[36];
        for (int i = 0; i < confusions.Length; i++)
        {
            for (int c = 0; c < pooled.Length; c++)
            {
                pooled[c] += weights[i] * confusions[i][c];
            }
        }

        double sum = 0, present = 0;
        for (int c = 0; c < 6; c++)
        {
            double union = -pooled[(c * 6) + c];
            for (int o = 0; o < 6; o++)
            {
                union += pooled[(c * 6) + o] + pooled[(o * 6) + c];
            }

            sum += union > 0 ? pooled[(c * 6) + c] / union : 0;
            present += union > 0 ? 1 : 0;
        }

        return sum / present;
    }

    private static double Sum(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double value in values)
        {
            sum += value;
        }

        return sum;
    }
}
