using System.Text.Json;
using VisionMonitor.Metrics.Drift;

namespace VisionMonitor.Metrics.Tests.Drift;

public sealed class MaximumMeanDiscrepancyTests
{
    public static TheoryData<string> Cases => ["emb_cluster", "emb_cov", "emb_mean", "emb_null", "emb_rankdef_unit", "emb_ties"];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Of_GoldenEmbeddings_EqualsAlibiAndEvidently(string name)
    {
        (float[] baseline, float[] window, int dimension, JsonElement expected) = Load(name);
        JsonElement mmd = expected.GetProperty("mmd");

        Check("alibi_sigma_from_ref", MedianBandwidth.Within(baseline, dimension));
        Check("alibi_sigma_from_ref_vs_win", MedianBandwidth.Between(baseline, window, dimension));
        Check("given_sigma_3", 3);
        Check("evidently_gamma", MedianBandwidth.BetweenEvidently(baseline, window, dimension));

        void Check(string key, double bandwidth)
        {
            JsonElement one = mmd.GetProperty(key);
            (1 / (2 * bandwidth * bandwidth)).ShouldMatch(one.GetProperty("gamma"), 1e-12, key);
            MaximumMeanDiscrepancy measured = MaximumMeanDiscrepancy.Of(baseline, window, dimension, bandwidth);
            measured.Biased.ShouldMatch(one.GetProperty("mmd2_biased"), 1e-12, key);
            measured.Unbiased.ShouldMatch(one.GetProperty("mmd2_unbiased"), 1e-12, key);
        }
    }

    /// <summary>One row each at distance 2 with σ 1: k = e⁻², biased MMD² = 1 + 1 − 2e⁻²; no unbiased value.</summary>
    [Fact]
    public void Of_OneRowEach_IsTheValueByHand()
    {
        MaximumMeanDiscrepancy measured = MaximumMeanDiscrepancy.Of([0f], [2f], 1, 1);

        measured.Biased.ShouldBe(2 - (2 * Math.Exp(-2)), 1e-15);
        measured.Unbiased.ShouldBeNull();
    }

    [Fact]
    public void Of_NaN_Throws() => Should.Throw<ArgumentException>(() => MaximumMeanDiscrepancy.Of([float.NaN], [2f], 1, 1));

    /// <summary>8192 features: the noise of the approximation is about 1/√8192 of the value.</summary>
    [Fact]
    public void RandomFourierDiscrepancy_ManyFeatures_ApproachesTheBiasedValue()
    {
        (float[] baseline, float[] window, int dimension, _) = Load("emb_mean");
        double bandwidth = MedianBandwidth.Within(baseline, dimension);
        var features = new RandomFourierFeatures(dimension, bandwidth, 8192, 3);

        double approximate = RandomFourierFeatures.Discrepancy(features.Mean(baseline), features.Mean(window));

        approximate.ShouldBe(MaximumMeanDiscrepancy.Of(baseline, window, dimension, bandwidth).Biased, 5e-4);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(30)]
    [InlineData(1024)]
    public void Transform_AnyFeatureCount_EqualsCosinesOfTheProjection(int featureCount)
    {
        // The frequencies are recovered from the features of unit vectors: φ(0) is all cosines 1 and sines 0.
        var features = new RandomFourierFeatures(5, 2, featureCount, 8);
        float[] zero = new float[featureCount], rows = new float[7 * 5], all = new float[7 * featureCount], single = new float[featureCount];
        features.Transform(new float[5], zero);
        zero.AsSpan(0, featureCount / 2).ToArray().ShouldAllBe(c => Math.Abs(c - Math.Sqrt(2.0 / featureCount)) < 1e-6);
        zero.AsSpan(featureCount / 2).ToArray().ShouldAllBe(s => s == 0);
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i] = (i % 11) - 5;
        }

        features.Transform(rows, all);
        for (int r = 0; r < 7; r++)
        {
            features.Transform(rows.AsSpan(r * 5, 5), single);
            single.ShouldBe(all[(r * featureCount)..((r + 1) * featureCount)]);
            single.Sum(v => (double)v * v).ShouldBe(1, 1e-5);
        }
    }

    internal static (float[] Baseline, float[] Window, int Dimension, JsonElement Expected) Load(string name)
    {
        JsonElement expected = Golden.Json(Golden.Folder("drift", name, "expected.json"));
        return (Golden.Array<float>(Golden.Folder("drift", name, "ref.f32")), Golden.Array<float>(Golden.Folder("drift", name, "win.f32")), expected.GetProperty("d").GetInt32(), expected);
    }
}
