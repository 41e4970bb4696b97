using System.Text.Json;
using VisionMonitor.Metrics.Statistics;

namespace VisionMonitor.Certificate;

/// <summary>Intervals, tests and sample sizes against scipy.</summary>
internal static class StatisticsParity
{
    private const string Tool = "scipy 1.10";

    public static void Run(GoldenSet golden, ParityLedger ledger, CancellationToken cancellationToken)
    {
        if (golden.Folder("statistics", "stats", "segmentation-classification-ocr/stats") is not { } folder)
        {
            return;
        }

        cancellationToken.ThrowIfCancellationRequested();
        JsonElement expected = GoldenSet.Json(Path.Combine(folder, "stats.json"));
        Intervals(expected, ledger);
        if (Path.Combine(folder, "ppi.json") is { } powered && File.Exists(powered))
        {
            PredictionPowered(GoldenSet.Json(powered), ledger.Of("statistics: PPI++ mean", "ppi_py", 1e-9));
        }

        ParityLedger.Account mcNemar = ledger.Of("statistics: McNemar", Tool, 1e-9), sizes = ledger.Of("statistics: sample sizes", Tool, 0), adjusted = ledger.Of("statistics: Holm and Benjamini–Hochberg", "their definitions (float64)");
        foreach (JsonElement one in expected.GetProperty("mcnemar").EnumerateArray())
        {
            McNemar test = McNemar.Of(one.GetProperty("b").GetInt32(), one.GetProperty("c").GetInt32());
            foreach ((string key, double ours) in new[] { ("exact_p", test.Exact), ("mid_p", test.MidP), ("chi2_p", test.ChiSquareP), ("chi2_cc_p", test.CorrectedChiSquareP) })
            {
                mcNemar.Add($"{one.GetProperty("b")}, {one.GetProperty("c")}", ours, GoldenSet.Number(one.GetProperty(key)));
            }
        }

        double Get(JsonElement element, string name) => element.GetProperty(name).GetDouble();
        foreach (JsonElement one in expected.GetProperty("sample_size").GetProperty("one_sample_z").EnumerateArray())
        {
            sizes.Add(one.ToString(), SampleSize.OneSample(Get(one, "p0"), Get(one, "p1"), Get(one, "alpha"), Get(one, "power"), one.GetProperty("one_sided").GetBoolean()), Get(one, "n"));
        }

        JsonElement several = expected.GetProperty("multiple_testing");
        double[] p = [.. several.GetProperty("p").EnumerateArray().Select(v => v.GetDouble())];
        foreach ((string key, double[] ours) in new[] { ("holm", MultipleTesting.Holm(p)), ("benjamini_hochberg", MultipleTesting.BenjaminiHochberg(p)) })
        {
            foreach ((double one, double? theirs) in ours.Zip(GoldenSet.Numbers(several.GetProperty(key))))
            {
                adjusted.Add(key, one, theirs);
            }
        }
    }

    private static void PredictionPowered(JsonElement expected, ParityLedger.Account account)
    {
        int at = 0;
        foreach (JsonElement one in expected.GetProperty("cases").EnumerateArray())
        {
            double[] Of(string name) => [.. one.GetProperty(name).EnumerateArray().Select(n => n.GetDouble())];
            PredictionPoweredMean mean = PredictionPoweredMean.Of(Of("outcomes"), Of("estimates"), Of("unlabelled"));
            foreach ((string key, double ours) in new[] { ("tuning", mean.Tuning), ("estimate", mean.Estimate), ("low", mean.Interval.Low), ("high", mean.Interval.High) })
            {
                account.Add($"case {at}", ours, one.GetProperty(key).GetDouble());
            }

            at++;
        }
    }

    private static void Intervals(JsonElement expected, ParityLedger ledger)
    {
        foreach (JsonElement one in expected.GetProperty("proportion").EnumerateArray())
        {
            (double k, double n, double level) = (one.GetProperty("k").GetDouble(), one.GetProperty("n").GetDouble(), 1 - one.GetProperty("alpha").GetDouble());
            foreach ((string key, Interval? ours) in new[] { ("wilson", Proportion.Wilson(k, n, level)), ("clopper_pearson", Proportion.ClopperPearson(k, n, level)), ("jeffreys", Proportion.Jeffreys(k, n, level)) })
            {
                if (one.TryGetProperty(key, out JsonElement interval))
                {
                    ParityLedger.Account account = ledger.Of("statistics: Wilson, Clopper–Pearson, Jeffreys", Tool, 1e-9);
                    account.Add($"{k} of {n}, {key}", ours?.Low, GoldenSet.Number(interval[0]));
                    account.Add($"{k} of {n}, {key}", ours?.High, GoldenSet.Number(interval[1]));
                }
            }
        }

        foreach (JsonElement one in expected.GetProperty("newcombe_diff").EnumerateArray())
        {
            double Get(string name) => one.GetProperty(name).GetDouble();
            Interval? ours = Proportion.NewcombeDifference(Get("k1"), Get("n1"), Get("k2"), Get("n2"), 1 - Get("alpha"));
            ledger.Of("statistics: Newcombe difference", Tool, 1e-9).Add($"{Get("k1")} and {Get("k2")}", ours?.Low, GoldenSet.Number(one.GetProperty("ci")[0]));
            ledger.Of("statistics: Newcombe difference", Tool, 1e-9).Add($"{Get("k1")} and {Get("k2")}", ours?.High, GoldenSet.Number(one.GetProperty("ci")[1]));
        }
    }
}
