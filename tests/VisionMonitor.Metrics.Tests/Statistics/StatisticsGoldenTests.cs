using System.Text.Json;
using VisionMonitor.Metrics.Statistics;

namespace VisionMonitor.Metrics.Tests.Statistics;

/// <summary>The small closed formulas against scipy's values.</summary>
public sealed class StatisticsGoldenTests
{
    private static readonly JsonElement Expected = Golden.Json(Golden.Folder("statistics", "stats.json"));

    [Fact]
    public void NewcombeDifference_GoldenCases_EqualsTheReference()
    {
        foreach (JsonElement one in Expected.GetProperty("newcombe_diff").EnumerateArray())
        {
            BootstrapTests.ShouldMatch(
                Proportion.NewcombeDifference(one.GetProperty("k1").GetDouble(), one.GetProperty("n1").GetDouble(), one.GetProperty("k2").GetDouble(), one.GetProperty("n2").GetDouble(), 1 - one.GetProperty("alpha").GetDouble()),
                one.GetProperty("ci"),
                1e-9);
        }
    }

    [Fact]
    public void McNemar_GoldenCases_EqualsScipy()
    {
        foreach (JsonElement one in Expected.GetProperty("mcnemar").EnumerateArray())
        {
            McNemar test = McNemar.Of(one.GetProperty("b").GetInt32(), one.GetProperty("c").GetInt32());
            test.Exact.ShouldMatch(one.GetProperty("exact_p"), 1e-9);
            test.MidP.ShouldMatch(one.GetProperty("mid_p"), 1e-9);
            test.ChiSquare.ShouldMatch(one.GetProperty("chi2"));
            test.ChiSquareP.ShouldMatch(one.GetProperty("chi2_p"), 1e-9);
            test.CorrectedChiSquare.ShouldMatch(one.GetProperty("chi2_cc"));
            test.CorrectedChiSquareP.ShouldMatch(one.GetProperty("chi2_cc_p"), 1e-9);
        }
    }

    [Fact]
    public void SampleSize_GoldenCases_EqualsTheReference()
    {
        JsonElement sizes = Expected.GetProperty("sample_size");
        foreach (JsonElement one in sizes.GetProperty("one_sample_z").EnumerateArray())
        {
            SampleSize.OneSample(Get(one, "p0"), Get(one, "p1"), Get(one, "alpha"), Get(one, "power"), one.GetProperty("one_sided").GetBoolean()).ShouldBe(one.GetProperty("n").GetInt32());
        }

        foreach (JsonElement one in sizes.GetProperty("two_sample_z").EnumerateArray())
        {
            SampleSize.TwoSamples(Get(one, "p1"), Get(one, "p2"), Get(one, "alpha"), Get(one, "power"), one.GetProperty("one_sided").GetBoolean()).ShouldBe(one.GetProperty("n_per_group").GetInt32());
        }

        foreach (JsonElement one in sizes.GetProperty("mcnemar").EnumerateArray())
        {
            SampleSize.Paired(Get(one, "discordant"), Get(one, "diff"), Get(one, "alpha"), Get(one, "power"), one.GetProperty("one_sided").GetBoolean()).ShouldBe(one.GetProperty("n_pairs").GetInt32());
        }
    }

    [Fact]
    public void MinimumDetectableDrop_AtTheSampleSizeOfADrop_IsThatDrop()
    {
        double drop = SampleSize.MinimumDetectableDrop(0.9, SampleSize.OneSample(0.9, 0.88))!.Value;

        drop.ShouldBe(0.02, 1e-5);
        SampleSize.MinimumDetectableDrop(0.5, 1).ShouldBeNull();
    }

    [Fact]
    public void MultipleTesting_GoldenCases_EqualsTheReference()
    {
        JsonElement tests = Expected.GetProperty("multiple_testing");
        double[] p = [.. tests.GetProperty("p").Numbers().Select(v => v!.Value)];
        double[] holm = MultipleTesting.Holm(p), hochberg = MultipleTesting.BenjaminiHochberg(p);
        for (int i = 0; i < p.Length; i++)
        {
            holm[i].ShouldMatch(tests.GetProperty("holm")[i]);
            hochberg[i].ShouldMatch(tests.GetProperty("benjamini_hochberg")[i]);
        }

        Should.Throw<ArgumentException>(() => MultipleTesting.Holm([double.NaN]));
    }

    [Fact]
    public void ControlChart_GoldenSeries_EqualsTheReference()
    {
        JsonElement chart = Expected.GetProperty("control_chart"), cusum = chart.GetProperty("cusum"), average = chart.GetProperty("ewma");
        double target = Get(chart, "target");
        double[] series = [.. chart.GetProperty("series").Numbers().Select(v => v!.Value)];
        double[] sums = ControlChart.Cusum([.. series.Select(x => target - x)], Get(cusum, "k") / 2), averages = ControlChart.MovingAverage(series, Get(average, "lam"), target);
        for (int i = 0; i < series.Length; i++)
        {
            sums[i].ShouldMatch(cusum.GetProperty("values")[i]);
            averages[i].ShouldMatch(average.GetProperty("values")[i]);
        }

        ControlChart.FirstAbove(sums, Get(cusum, "h")).ShouldBe(cusum.GetProperty("first_alarm").GetInt32());
    }

    [Fact]
    public void SignFlip_GoldenConfusions_EqualsTheReference()
    {
        JsonElement golden = Expected.GetProperty("bootstrap_miou").GetProperty("permutation");
        double[][] a = BootstrapTests.Confusions("confusion_a"), b = BootstrapTests.Confusions("confusion_b");
        double[] ones = [.. a.Select(_ => 1.0)];

        double p = SignFlipPermutation.PValue(a.Length, golden.GetProperty("replicates").GetInt32(), golden.GetProperty("seed").GetUInt64(), isSwapped =>
        {
            bool[] swapped = isSwapped.ToArray();
            return BootstrapTests.MeanIntersectionOverUnion([.. a.Select((c, i) => swapped[i] ? b[i] : c)], ones) - BootstrapTests.MeanIntersectionOverUnion([.. a.Select((c, i) => swapped[i] ? c : b[i])], ones);
        }, 2);

        p.ShouldMatch(golden.GetProperty("p"));
    }

    /// <summary>Perfect estimates: the labelled error vanishes and the interval is about that of n + m labels, far narrower than that of n.</summary>
    [Fact]
    public void PredictionPoweredMean_GoldenCases_EqualPpiPy()
    {
        foreach (JsonElement one in Golden.Json(Golden.Folder("statistics", "ppi.json")).GetProperty("cases").EnumerateArray())
        {
            double[] Numbers(string name) => [.. one.GetProperty(name).EnumerateArray().Select(n => n.GetDouble())];
            PredictionPoweredMean mean = PredictionPoweredMean.Of(Numbers("outcomes"), Numbers("estimates"), Numbers("unlabelled"));

            mean.Tuning.ShouldBe(one.GetProperty("tuning").GetDouble(), 1e-12);
            mean.Estimate.ShouldBe(one.GetProperty("estimate").GetDouble(), 1e-12);
            mean.Interval.Low.ShouldBe(one.GetProperty("low").GetDouble(), 1e-9);
            mean.Interval.High.ShouldBe(one.GetProperty("high").GetDouble(), 1e-9);
        }
    }

    [Fact]
    public void PredictionPoweredMean_PerfectAndUselessEstimates_AreWeighedSo()
    {
        double[] labelled = [.. Enumerable.Range(0, 50).Select(i => i % 5 == 0 ? 0.0 : 1.0)], other = [.. Enumerable.Range(0, 5000).Select(i => i % 4 == 0 ? 0.0 : 1.0)];

        PredictionPoweredMean perfect = PredictionPoweredMean.Of(labelled, labelled, other);
        PredictionPoweredMean useless = PredictionPoweredMean.Of(labelled, [.. labelled.Select((_, i) => (double)(i % 2))], other);

        perfect.Estimate.ShouldBe(0.75, 0.01);
        perfect.Interval.Width.ShouldBeLessThan(0.04);
        useless.Estimate.ShouldBe(0.8, 0.05);
        useless.Tuning.ShouldBeLessThan(0.2);
    }

    /// <summary>Weights 1/½ and 1/¼: (2 + 4)² / (4 + 16) = 1.8 effective images.</summary>
    [Fact]
    public void HorvitzThompson_UnequalChances_GivesInverseWeights()
    {
        double[] weights = HorvitzThompson.Weights([0.5, 0.25]);

        weights.ShouldBe([2, 4]);
        HorvitzThompson.EffectiveCount(weights).ShouldBe(1.8, 1e-12);
        Should.Throw<ArgumentException>(() => HorvitzThompson.Weights([0]));
    }

    private static double Get(JsonElement element, string name) => element.GetProperty(name).GetDouble();
}
