using System.Text.Json;
using VisionMonitor.Metrics.Drift;
using VisionMonitor.Metrics.Statistics;

namespace VisionMonitor.Metrics.Tests.Drift;

public sealed class DriftMeasureTests
{
    public static TheoryData<string> Cases => MaximumMeanDiscrepancyTests.Cases;

    [Theory]
    [MemberData(nameof(Cases))]
    public void Energy_GoldenEmbeddings_EqualsTheReference(string name)
    {
        (float[] baseline, float[] window, int dimension, JsonElement expected) = MaximumMeanDiscrepancyTests.Load(name);
        JsonElement energy = expected.GetProperty("energy");

        EnergyDistance measured = EnergyDistance.Of(baseline, window, dimension);

        measured.Biased.ShouldMatch(energy.GetProperty("V_statistic"), 1e-10);
        measured.Unbiased.ShouldMatch(energy.GetProperty("U_statistic"), 1e-10);
        for (int d = 0; d < 4; d++)
        {
            Univariate.Energy(Column(baseline, dimension, d), Column(window, dimension, d)).ShouldMatch(energy.GetProperty("scipy_1d_first4dims_sqrtV")[d], 1e-9);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void KernelInception_GoldenEmbeddings_EqualsTheReference(string name)
    {
        (float[] baseline, float[] window, int dimension, JsonElement expected) = MaximumMeanDiscrepancyTests.Load(name);

        KernelInceptionDistance measured = KernelInceptionDistance.Of(baseline, window, dimension);

        measured.Unbiased.ShouldMatch(expected.GetProperty("kid").GetProperty("poly3_full_unbiased"), 1e-9);
        measured.Biased.ShouldMatch(expected.GetProperty("kid").GetProperty("poly3_full_biased"), 1e-9);
        int size = expected.GetProperty("kid").GetProperty("subset_size").GetInt32();
        int[][] first = [.. Golden.Array<int>(Golden.Folder("drift", name, "kid_subset_ref.i32")).Chunk(size)], second = [.. Golden.Array<int>(Golden.Folder("drift", name, "kid_subset_win.i32")).Chunk(size)];
        KernelInceptionDistance.OfSubsets(baseline, window, dimension, [.. first.Zip(second)]).ShouldMatch(expected.GetProperty("kid").GetProperty("mean_cleanfid"), 1e-9);
        KernelInceptionDistance.OfSubsets(baseline, window, dimension, 1, int.MaxValue, 1).ShouldBe(KernelInceptionDistance.OfSubsets(baseline, window, dimension, 1, int.MaxValue, 1));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Univariate_GoldenDimensions_EqualsScipy(string name)
    {
        (float[] baseline, float[] window, int dimension, JsonElement expected) = MaximumMeanDiscrepancyTests.Load(name);
        for (int d = 0; d < dimension; d++)
        {
            double[] x = Column(baseline, dimension, d), y = Column(window, dimension, d);
            Univariate.KolmogorovSmirnov(x, y).ShouldMatch(expected.GetProperty("ks").GetProperty("statistic")[d], what: $"KS of {d}");
            Univariate.Wasserstein(x, y).ShouldMatch(expected.GetProperty("wasserstein1")[d], 1e-9, $"Wasserstein of {d}");
            Univariate.PopulationStability(x, y).ShouldMatch(expected.GetProperty("psi").GetProperty("ref_deciles_eps1e-4")[d], 1e-9, $"PSI of {d}");
        }

        int tested = expected.GetProperty("cramer_von_mises_first8").GetArrayLength();
        for (int d = 0; d < tested; d++)
        {
            Univariate.CramerVonMises(Column(baseline, dimension, d), Column(window, dimension, d)).ShouldMatch(expected.GetProperty("cramer_von_mises_first8")[d].GetProperty("stat"), 1e-9, $"CvM of {d}");
            CramerVonMisesDistribution.TwoSampleAbove(Univariate.CramerVonMises(Column(baseline, dimension, d), Column(window, dimension, d)), baseline.Length / dimension, window.Length / dimension)
                .ShouldMatch(expected.GetProperty("cramer_von_mises_first8")[d].GetProperty("p_asymptotic"), 1e-8, $"p of CvM of {d}");
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Histograms_GoldenBins_EqualsScipy(string name)
    {
        JsonElement expected = MaximumMeanDiscrepancyTests.Load(name).Expected;
        foreach (JsonElement one in expected.GetProperty("hist10_first4").EnumerateArray())
        {
            double[] p = [.. one.GetProperty("p").Numbers().Select(v => v!.Value)], q = [.. one.GetProperty("q").Numbers().Select(v => v!.Value)];
            HistogramDistance.JensenShannon(p, q).ShouldMatch(one.GetProperty("js_distance_base2"), 1e-9);
            HistogramDistance.Hellinger(p, q).ShouldMatch(one.GetProperty("hellinger"), 1e-9);
            HistogramDistance.TotalVariation(p, q).ShouldMatch(one.GetProperty("tv"), 1e-9);
        }
    }

    /// <summary>The textbook chart on the golden streams: limit 5, slack ½.</summary>
    [Theory]
    [InlineData("null")]
    [InlineData("step1.5_at400")]
    [InlineData("ramp_from300")]
    [InlineData("ar1_null")]
    public void Cusum_GoldenStreams_EqualsTheReference(string name)
    {
        double[] stream = Golden.Array<double>(Golden.Folder("drift", "sequential", name + ".f64"));
        JsonElement expected = Golden.Json(Golden.Folder("drift", "sequential", "expected.json")).GetProperty("streams").GetProperty(name);
        foreach ((string key, double slack, double limit) in new[] { ("cusum_textbook_k0.5_h5", 0.5, 5.0), ("cusum_textbook_k0.25_h8", 0.25, 8.0) })
        {
            double[] sums = ControlChart.Cusum(stream, slack);
            ((double?)ControlChart.FirstAbove(sums, limit)).ShouldMatch(expected.GetProperty(key).GetProperty("first_alarm"));
            sums[^1].ShouldMatch(expected.GetProperty(key).GetProperty("S_last"), 1e-9);
        }
    }

    /// <summary>An independent oracle, image by image instead of sum by sum: each window image less the mean of its class, or of all where the baseline lacks the class.</summary>
    [Fact]
    public void ClassMixAdjustment_ThreeClassesOneUnknown_EqualsTheOracle()
    {
        double[][] baseline = [[3, 1], [9, 9], [0, 0]], window = [[2, 2], [4, 5], [6, 1]];
        long[] baselineCounts = [2, 3, 0], windowCounts = [1, 2, 1];

        double[] difference = ClassMixAdjustment.Difference(baseline, baselineCounts, window, windowCounts);

        difference[0].ShouldBe(0.525, 1e-12);
        difference[1].ShouldBe(-0.125, 1e-12);
        ClassMixAdjustment.Discrepancy(baseline, baselineCounts, window, windowCounts).ShouldBe(0.29125, 1e-12);
        ClassMixAdjustment.HotellingSquare(difference, [3.44, 2], 5, 4).ShouldBe(0.19541343669250646, 1e-12);
    }

    [Fact]
    public void EqualSamples_AreNoDistanceApart()
    {
        double[] values = [1, 2, 2, 5];

        Univariate.KolmogorovSmirnov(values, values).ShouldBe(0);
        Univariate.Wasserstein(values, values).ShouldBe(0);
        Univariate.PopulationStability(values, values).ShouldBe(0);
        Should.Throw<ArgumentException>(() => Univariate.Wasserstein([double.NaN], values));
        Should.Throw<ArgumentException>(() => Univariate.Wasserstein([], values));
        Should.Throw<ArgumentException>(() => HistogramDistance.Hellinger([0, 0], [1, 0]));
    }

    internal static double[] Column(float[] rows, int dimension, int column) => [.. Enumerable.Range(0, rows.Length / dimension).Select(i => (double)rows[(i * dimension) + column])];
}
