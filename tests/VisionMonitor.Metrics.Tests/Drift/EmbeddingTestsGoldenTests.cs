using System.Text.Json;
using VisionMonitor.Metrics.Drift;
using VisionMonitor.Metrics.Statistics;

namespace VisionMonitor.Metrics.Tests.Drift;

/// <summary>The tests on embeddings against alibi-detect, scipy, NannyML and clean-fid.</summary>
public sealed class EmbeddingTestsGoldenTests
{
    public static TheoryData<string> Cases => MaximumMeanDiscrepancyTests.Cases;

    [Theory]
    [MemberData(nameof(Cases))]
    public void Frechet_GoldenEmbeddings_EqualsTheNuclearNormForm(string name)
    {
        (float[] baseline, float[] window, int dimension, JsonElement expected) = MaximumMeanDiscrepancyTests.Load(name);
        JsonElement frechet = expected.GetProperty("frechet_ddof1");
        bool isFull = Math.Min(baseline.Length, window.Length) / dimension > dimension && name != "emb_ties";

        double measured = FrechetDistance.From(baseline, dimension).To(window);

        measured.ShouldMatch(frechet.GetProperty("nuclear_norm_recommended"), isFull ? 1e-10 : 1e-6);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Permutation_GivenPermutations_EqualsAlibi(string name)
    {
        (float[] baseline, float[] window, int dimension, JsonElement expected) = MaximumMeanDiscrepancyTests.Load(name);
        int m = baseline.Length / dimension, count = m + (window.Length / dimension);
        int[] permutations = Golden.Array<int>(Golden.Folder("drift", name, "perms.i32"));
        bool[][] dealt = [.. permutations.Chunk(count).Select(order =>
        {
            bool[] marks = new bool[count];
            Array.ForEach(order[m..], row => marks[row] = true);
            return marks;
        })];
        JsonElement permutation = expected.GetProperty("mmd").GetProperty("permutation");
        PairKernel kernel = PairKernel.Gaussian(MedianBandwidth.Within(baseline, dimension));

        DealtDiscrepancies values = PermutationTest.Discrepancies(baseline, window, dimension, kernel, dealt, 2);
        PermutationTest test = PermutationTest.Of(baseline, window, dimension, kernel, dealt);

        JsonElement permuted = permutation.GetProperty("permuted_mmd2_unbiased");
        for (int p = 0; p < dealt.Length; p++)
        {
            values.Unbiased![p + 1].ShouldMatch(permuted[p], 1e-12, $"permutation {p}");
        }

        test.PUnbiased.ShouldMatch(permutation.GetProperty("p_plus1"));
        test.Unbiased.ShouldMatch(expected.GetProperty("mmd").GetProperty("alibi_sigma_from_ref").GetProperty("mmd2_unbiased"), 1e-12);
        test.Biased.ShouldMatch(expected.GetProperty("mmd").GetProperty("alibi_sigma_from_ref").GetProperty("mmd2_biased"), 1e-12);
        (1000 * PermutationTest.Of(baseline, window, dimension, PairKernel.Gaussian(10)).Biased).ShouldMatch(expected.GetProperty("cmmd_sigma10_scale1000_biased_raw"), 1e-9);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Tiles_EnergyAndCubicKernels_EqualTheDirectSums(string name)
    {
        (float[] baseline, float[] window, int dimension, JsonElement expected) = MaximumMeanDiscrepancyTests.Load(name);

        PermutationTest energy = PermutationTest.Of(baseline, window, dimension, PairKernel.Energy, 7, 3);
        PermutationTest cubic = PermutationTest.Of(baseline, window, dimension, PairKernel.Cubic(dimension), 7, 3, 2);

        // A distance of 0 between equal rows is known to 1e-8 only: the root of rounding.
        energy.Biased.ShouldMatch(expected.GetProperty("energy").GetProperty("V_statistic"), 1e-8);
        energy.Unbiased.ShouldMatch(expected.GetProperty("energy").GetProperty("U_statistic"), 1e-8);
        cubic.Biased.ShouldMatch(expected.GetProperty("kid").GetProperty("poly3_full_biased"), 1e-9);
        cubic.Unbiased.ShouldMatch(expected.GetProperty("kid").GetProperty("poly3_full_unbiased"), 1e-9);
        energy.PBiased!.Value.ShouldBeInRange(1.0 / 8, 1);
        PermutationTest.Of(baseline, window, dimension, PairKernel.Cubic(dimension), 7, 3).ShouldBe(cubic);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Dimensions_GoldenEmbeddings_EqualScipy(string name)
    {
        (float[] baseline, float[] window, int dimension, JsonElement expected) = MaximumMeanDiscrepancyTests.Load(name);
        int m = baseline.Length / dimension, n = window.Length / dimension;
        JsonElement ks = expected.GetProperty("ks");

        DimensionTests tests = DimensionTests.Of(baseline, window, dimension, 2);

        double[] adjusted = tests.AdjustedPValues;
        for (int d = 0; d < dimension; d++)
        {
            tests.KolmogorovSmirnov[d].ShouldMatch(ks.GetProperty("statistic")[d], 1e-12, $"KS {d}");
            tests.PValues[d].ShouldMatch(ks.GetProperty("p_asymp")[d], 1e-9, $"p {d}");
            adjusted[d].ShouldMatch(ks.GetProperty("bh_adjusted_p")[d], 1e-9, $"BH {d}");
            tests.Wasserstein[d].ShouldMatch(expected.GetProperty("wasserstein1")[d], 1e-12, $"W {d}");
            tests.PopulationStability[d].ShouldMatch(expected.GetProperty("psi").GetProperty("ref_deciles_eps1e-4")[d], 1e-9, $"PSI {d}");
        }

        tests.BonferroniP.ShouldMatch(ks.GetProperty("bonferroni_min_p"), 1e-9);
        for (int d = 0; d < Math.Min(8, dimension); d++)
        {
            KolmogorovDistribution.TwoSampleAbove(tests.KolmogorovSmirnov[d], m, n).ShouldMatch(ks.GetProperty("p_exact_first8")[d], 1e-9, $"exact {d}");
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void DomainClassifier_GoldenEmbeddings_EqualsTheSolvedRegression(string name)
    {
        (float[] baseline, float[] window, int dimension, JsonElement expected) = MaximumMeanDiscrepancyTests.Load(name);
        double[] scores = Golden.Array<double>(Golden.Folder("drift", name, "domain_oof_prob.f64"));

        DomainClassifier measured = DomainClassifier.Of(baseline, window, dimension, 2);

        measured.Auc.ShouldMatch(expected.GetProperty("domain_classifier").GetProperty("auc_oof"), 1e-9);
        measured.PValue.ShouldMatch(expected.GetProperty("domain_classifier").GetProperty("p_one_sided_normal"), 1e-9);
        double[] all = [.. measured.BaselineScores, .. measured.WindowScores];
        for (int i = 0; i < all.Length; i++)
        {
            all[i].ShouldMatch(scores[i], 1e-7, $"row {i}");
        }

        int[] first = measured.MostSeparating(2);
        measured.WindowScores[first[0]].ShouldBe(measured.WindowScores.Max());
        measured.WindowScores[first[1]].ShouldBeLessThanOrEqualTo(measured.WindowScores[first[0]]);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void PcaReconstruction_GoldenEmbeddings_EqualsNannyMl(string name)
    {
        (float[] baseline, float[] window, int dimension, JsonElement expected) = MaximumMeanDiscrepancyTests.Load(name);
        JsonElement pca = expected.GetProperty("nannyml_pca");
        int chunk = pca.GetProperty("chunk_size").GetInt32();

        PcaReconstruction measured = PcaReconstruction.From(baseline, dimension);

        measured.ComponentCount.ShouldBe(pca.GetProperty("n_components").GetInt32());
        measured.BaselineMean.ShouldMatch(pca.GetProperty("whole_ref_mean_std1")[0], 1e-6);
        measured.BaselineDeviation.ShouldMatch(pca.GetProperty("whole_ref_mean_std1")[1], 1e-6);
        double[] errors = measured.Errors(window);
        errors.Average().ShouldMatch(pca.GetProperty("whole_window_mean_std1")[0], 1e-6);
        double[] chunks = [.. measured.Errors(baseline).Chunk(chunk).Concat(errors.Chunk(chunk)).Select(c => c.Average())];
        for (int c = 0; c < chunks.Length; c++)
        {
            chunks[c].ShouldMatch(pca.GetProperty("chunk_values")[c], 1e-6, $"chunk {c}");
        }
    }

    [Theory]
    [InlineData("null")]
    [InlineData("step1.5_at400")]
    [InlineData("ramp_from300")]
    [InlineData("ar1_null")]
    public void SequentialRules_GoldenStreams_AlarmWhereTheReferenceDoes(string name)
    {
        double[] stream = Golden.Array<double>(Golden.Folder("drift", "sequential", name + ".f64"));
        JsonElement expected = Golden.Json(Golden.Folder("drift", "sequential", "expected.json")).GetProperty("streams").GetProperty(name);
        JsonElement betting = expected.GetProperty("e_process");

        ((double?)ChangeDetection.PageHinkley(stream, 0.2, 20)).ShouldMatch(expected.GetProperty("page_hinkley_frouros"));
        ((double?)ChangeDetection.Cusum(stream, 0.2, 20)).ShouldMatch(expected.GetProperty("cusum_frouros"));
        ((double?)ControlChart.FirstAbove(ControlChart.MovingAverage(stream, 0.2, 0), 3 * Math.Sqrt(0.2 / 1.8))).ShouldMatch(expected.GetProperty("ewma_l0.2_L3_upper"));
        Adwin adwin = new(skipsNewestOfRow: true);
        int? cut = null;
        for (int i = 0; i < stream.Length && cut is null; i++)
        {
            cut = adwin.Add(NormalDistribution.Below(stream[i])) ? i : null;
        }

        ((double?)cut).ShouldMatch(expected.GetProperty("adwin_frouros"));
        for (int i = 0; i < 5; i++)
        {
            BettingProcess.LogEvidence(stream[i]).ShouldMatch(betting.GetProperty("log_e_first5")[i], 1e-10);
        }

        double[] wealth = BettingProcess.LogWealth(stream);
        wealth[^1].ShouldMatch(betting.GetProperty("log_wealth_last"), 1e-9);
        ((double?)ControlChart.FirstAbove(wealth, Math.Log(20))).ShouldMatch(betting.GetProperty("ville_alarm_alpha0.05"));
        ((double?)ControlChart.FirstAbove(BettingProcess.LogCusum(stream), Math.Log(1000))).ShouldMatch(betting.GetProperty("e_cusum_alarm_at_1000"));
        ((double?)ControlChart.FirstAbove(BettingProcess.LogShiryaevRoberts(stream), Math.Log(1000))).ShouldMatch(betting.GetProperty("e_detector_SR_alarm_at_1000"));
    }

    [Theory]
    [InlineData("cls_binary")]
    [InlineData("cls_multi5")]
    public void ChiSquared_GoldenCounts_EqualsScipy(string name)
    {
        JsonElement expected = Golden.Json(Golden.Folder("drift", name, "expected.json")).GetProperty("class_histogram");
        long[] baseline = [.. expected.GetProperty("ref_counts").EnumerateArray().Select(c => c.GetInt64())], window = [.. expected.GetProperty("win_counts").EnumerateArray().Select(c => c.GetInt64())];

        ChiSquaredTest two = ChiSquaredTest.Homogeneity(baseline, window), one = ChiSquaredTest.GoodnessOfFit(baseline, window);

        two.Statistic.ShouldMatch(expected.GetProperty("chi2_contingency"), 1e-12);
        two.PValue.ShouldMatch(expected.GetProperty("chi2_p"), 1e-12);
        two.DegreesOfFreedom.ShouldBe(expected.GetProperty("dof").GetInt32());
        one.Statistic.ShouldMatch(expected.GetProperty("gof_chi2"), 1e-12);
        one.PValue.ShouldMatch(expected.GetProperty("gof_p"), 1e-12);
    }

    /// <summary>Both sides fall in float32 tiles beyond the limit; the values stay those of the direct sums.</summary>
    [Fact]
    public void Tiles_LargeSets_AgreeWithTheDirectSum()
    {
        float[] baseline = new float[1500 * 700], window = new float[1000 * 700];
        for (int i = 0; i < baseline.Length; i++)
        {
            baseline[i] = (float)SplitMix64.Normal(1, (ulong)i);
        }

        for (int i = 0; i < window.Length; i++)
        {
            window[i] = (float)SplitMix64.Normal(2, (ulong)i) + 0.05f;
        }

        PermutationTest tiles = PermutationTest.Of(baseline, window, 700, PairKernel.Gaussian(26), 20, 5, 2);

        MaximumMeanDiscrepancy direct = MaximumMeanDiscrepancy.Of(baseline, window, 700, 26);
        tiles.Biased.ShouldBe(direct.Biased, 2e-7);
        tiles.Unbiased!.Value.ShouldBe(direct.Unbiased!.Value, 2e-7);
        tiles.PUnbiased.ShouldBe(1.0 / 21);
    }
}
