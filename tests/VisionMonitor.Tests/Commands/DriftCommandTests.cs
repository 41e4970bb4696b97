using System.Runtime.InteropServices;
using System.Text.Json;
using VisionMonitor.Metrics.Statistics;
using VisionMonitor.Testing;

namespace VisionMonitor.Tests.Commands;

/// <summary>The command on the golden embeddings, and on files that no comparison can be made of.</summary>
public sealed class DriftCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("visionmonitor-drift-").FullName;

    public static TheoryData<string> Cases => ["emb_cluster", "emb_cov", "emb_mean", "emb_null", "emb_rankdef_unit", "emb_ties", "emb_real_clean"];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Replay_SyntheticWorld_PrintsFalseAlarmsAndDelays()
    {
        (int code, string said, string complained) = await CommandLineTests.RunAsync("drift", "replay", "--replays", "2", "--days", "3", "--seed", "7", "--format", "json");

        code.ShouldBe(0, complained);
        JsonElement report = JsonDocument.Parse(said).RootElement;
        report.GetProperty("replays").GetInt32().ShouldBe(2);
        report.GetProperty("falseAlarmsPer30DaysInterval").GetArrayLength().ShouldBe(2);
        report.GetProperty("shifts").EnumerateArray().Single(shift => shift.GetProperty("name").GetString() == "new class, 10 %").GetProperty("medianHours").GetDouble().ShouldBeLessThanOrEqualTo(24);

        (code, said, _) = await CommandLineTests.RunAsync("drift", "replay", "--replays", "2", "--days", "3", "--seed", "7");
        code.ShouldBe(0);
        said.ShouldContain("false alarms in 30 days, all channels: ");
        (code, _, complained) = await CommandLineTests.RunAsync("drift", "replay", "--autocorrelation", "1");
        code.ShouldBe(2);
        complained.ShouldContain("--autocorrelation");
    }

    [Fact]
    public async Task Replay_OwnEmbeddings_AreTheWorld()
    {
        string Rows(string name, int count, int dimension, ulong seed, double offset) => NpyWriter.Write(
            Path.Combine(_folder, name),
            MemoryMarshal.AsBytes(Enumerable.Range(0, count * dimension).Select(i => (float)(SplitMix64.Normal(seed, (ulong)i) + 1 + (i % dimension == 0 ? offset : 0))).ToArray().AsSpan()).ToArray(), "<f4", count, dimension);

        string healthy = Rows("healthy.npy", 900, 16, 1, 0), blurred = Rows("blurred.npy", 300, 16, 2, 3);
        (int code, string said, string complained) = await CommandLineTests.RunAsync("drift", "replay", "--embeddings", healthy, "--shifted", blurred, "--replays", "3", "--days", "3", "--images-per-hour", "50", "--format", "json");
        code.ShouldBe(0, complained);
        JsonElement report = JsonDocument.Parse(said).RootElement;
        report.GetProperty("world").GetString()!.ShouldStartWith("healthy.npy, 900 × 16, of which 300 are the baseline");
        report.GetProperty("falseAlarms").GetInt32().ShouldBe(0);
        JsonElement[] shifts = [.. report.GetProperty("shifts").EnumerateArray()];
        shifts.Length.ShouldBe(3);
        shifts[1].GetProperty("medianHours").GetDouble().ShouldBeLessThanOrEqualTo(24);
        shifts[^1].GetProperty("name").GetString().ShouldBe("blurred.npy");
        shifts[^1].GetProperty("medianHours").GetDouble().ShouldBeLessThanOrEqualTo(6);

        async Task Refused(string because, params string[] more)
        {
            (code, _, complained) = await CommandLineTests.RunAsync(["drift", "replay", .. more]);
            code.ShouldNotBe(0);
            complained.ShouldContain(because);
        }

        await Refused("blurred.npy: too-few-rows: 300 rows", "--embeddings", blurred);
        await Refused("narrow.npy: wrong-dimension: 8 numbers", "--embeddings", healthy, "--shifted", Rows("narrow.npy", 20, 8, 3, 0));
        await Refused("leave one away", "--embeddings", healthy, "--world", "toy");
        await Refused("--shifted needs --embeddings", "--shifted", blurred);
    }

    [Fact]
    public async Task Doctor_SmallRepeatedBaselineWithTheWindowInside_SaysSoAndFails()
    {
        float[] rows = [.. Enumerable.Range(0, 30 * 4).Select(i => (float)Math.Sin(i * i))];
        rows.AsSpan(0, 4).CopyTo(rows.AsSpan(40));
        string baseline = NpyWriter.Write(Path.Combine(_folder, "a.npy"), MemoryMarshal.AsBytes(rows.AsSpan()).ToArray(), "<f4", 30, 4);
        string window = NpyWriter.Write(Path.Combine(_folder, "b.npy"), MemoryMarshal.AsBytes(rows.AsSpan(20, 8)).ToArray(), "<f4", 2, 4);

        (int code, string said, string complained) = await CommandLineTests.RunAsync("drift", "doctor", "--baseline", baseline, "--window", window, "--format", "json");

        code.ShouldBe(1, complained);
        JsonDocument.Parse(said).RootElement.GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("code").GetString()).ShouldBe(["too-small", "window-inside", "duplicates"]);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Json_GoldenEmbeddings_EqualsTheReferences(string name)
    {
        string source = name == "emb_real_clean" ? SharedFolder.Require("golden", "drift", name) : SharedFolder.InRepository("tests", "golden", "drift", name);
        JsonElement expected = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(source, "expected.json"), TestContext.Current.CancellationToken)).RootElement;
        int dimension = expected.GetProperty("d").GetInt32();
        string baseline = NpyWriter.Write(Path.Combine(_folder, "a.npy"), await File.ReadAllBytesAsync(Path.Combine(source, "ref.f32"), TestContext.Current.CancellationToken), "<f4", expected.GetProperty("m").GetInt32(), dimension);
        string window = NpyWriter.Write(Path.Combine(_folder, "b.npy"), await File.ReadAllBytesAsync(Path.Combine(source, "win.f32"), TestContext.Current.CancellationToken), "<f4", expected.GetProperty("n").GetInt32(), dimension);

        (int code, string said, string complained) = await CommandLineTests.RunAsync("drift", "--baseline", baseline, "--window", window, "--seed", "4", "--format", "json");

        code.ShouldBe(0, complained);
        JsonElement measured = JsonDocument.Parse(said).RootElement;
        JsonElement mmd = expected.GetProperty("mmd").GetProperty("alibi_sigma_from_ref");
        Value("mmdUnbiased").ShouldBe(mmd.GetProperty("mmd2_unbiased").GetDouble(), 1e-10);
        Value("mmdBiased").ShouldBe(mmd.GetProperty("mmd2_biased").GetDouble(), 1e-10);
        Value("energy").ShouldBe(expected.GetProperty("energy").GetProperty("V_statistic").GetDouble(), 1e-10);
        Value("energyUnbiased").ShouldBe(expected.GetProperty("energy").GetProperty("U_statistic").GetDouble(), 1e-10);
        double frechet = expected.GetProperty("frechet_ddof1").GetProperty("nuclear_norm_recommended").GetDouble();
        Value("frechet").ShouldBe(frechet, 1e-6 * Math.Max(1, frechet));
        double kid = expected.GetProperty("kid").GetProperty("poly3_full_unbiased").GetDouble();
        Value("kid").ShouldBe(kid, 1e-9 + (1e-7 * Math.Abs(kid)));
        Value("cmmd").ShouldBe(expected.GetProperty("cmmd_sigma10_scale1000_biased_raw").GetDouble(), 1e-7);
        Value("ksMax").ShouldBe(expected.GetProperty("ks").GetProperty("statistic").EnumerateArray().Max(v => v.GetDouble()), 1e-12);
        Value("ksBonferroniP").ShouldBe(expected.GetProperty("ks").GetProperty("bonferroni_min_p").GetDouble(), 1e-9);
        Value("wasserstein").ShouldBe(expected.GetProperty("wasserstein1").EnumerateArray().Average(v => v.GetDouble()), 1e-9);
        Value("psi").ShouldBe(expected.GetProperty("psi").GetProperty("ref_deciles_eps1e-4").EnumerateArray().Average(v => v.GetDouble()), 1e-8);
        Value("domainAuc").ShouldBe(expected.GetProperty("domain_classifier").GetProperty("auc_oof").GetDouble(), 1e-6);
        measured.GetProperty("domainAuc").GetProperty("p").GetDouble().ShouldBe(expected.GetProperty("domain_classifier").GetProperty("p_one_sided_normal").GetDouble(), 1e-8);
        double rest = expected.GetProperty("nannyml_pca").GetProperty("whole_window_mean_std1")[0].GetDouble();
        Value("pcaReconstruction").ShouldBe(rest, 1e-5 * rest);
        Value("rffMmd").ShouldBe(mmd.GetProperty("mmd2_biased").GetDouble(), 5e-3);
        measured.GetProperty("mmdUnbiased").GetProperty("p").GetDouble().ShouldBeInRange(1.0 / 101, 1);

        double Value(string id) => measured.GetProperty(id).GetProperty("value").GetDouble();
    }

    [Fact]
    public async Task Bandwidth_Given_IsTheOneUsed()
    {
        string source = SharedFolder.InRepository("tests", "golden", "drift", "emb_cov");
        string baseline = NpyWriter.Write(Path.Combine(_folder, "a.npy"), await File.ReadAllBytesAsync(Path.Combine(source, "ref.f32"), TestContext.Current.CancellationToken), "<f4", 500, 20);
        string window = NpyWriter.Write(Path.Combine(_folder, "b.npy"), await File.ReadAllBytesAsync(Path.Combine(source, "win.f32"), TestContext.Current.CancellationToken), "<f4", 100, 20);
        JsonElement expected = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(source, "expected.json"), TestContext.Current.CancellationToken)).RootElement;

        (int code, string said, _) = await CommandLineTests.RunAsync("drift", "--baseline", baseline, "--window", window, "--measures", "mmdBiased,ksMax", "--bandwidth", "3", "--permutations", "0", "--separating", "2", "--format", "json");

        code.ShouldBe(0);
        JsonElement measured = JsonDocument.Parse(said).RootElement;
        measured.EnumerateObject().Select(one => one.Name).ShouldBe(["mmdBiased", "ksMax", "mostSeparating"]);
        measured.GetProperty("mmdBiased").GetProperty("value").GetDouble().ShouldBe(expected.GetProperty("mmd").GetProperty("given_sigma_3").GetProperty("mmd2_biased").GetDouble(), 1e-10);
        measured.GetProperty("mmdBiased").GetProperty("p").ValueKind.ShouldBe(JsonValueKind.Null);
        measured.GetProperty("mostSeparating").GetArrayLength().ShouldBe(2);
    }

    [Theory]
    [InlineData("dimensions-differ", new float[] { 1, 2, 3, 4 }, "<f4", 2, 2, new float[] { 1, 2, 3 }, 1, 3)]
    [InlineData("too-few-rows", new float[] { 1, 2 }, "<f4", 1, 2, new float[] { 1, 2 }, 1, 2)]
    [InlineData("not-finite", new float[] { 1, 2, 3, 4 }, "<f4", 2, 2, new float[] { 1, float.NaN }, 1, 2)]
    [InlineData("no-rows", new float[] { 1, 2, 3, 4 }, "<f4", 2, 2, new float[0], 0, 2)]
    [InlineData("wrong-type", new float[] { 1, 2, 3, 4 }, "<i4", 2, 2, new float[] { 1, 2 }, 1, 2)]
    [InlineData("cut off", new float[] { 1, 2, 3, 4 }, "<f4", 2, 2, new float[] { 1 }, 1, 2)]
    public async Task HostileFiles_AreRefusedWithACode(string problem, float[] a, string type, int m, int d, float[] b, int n, int e)
    {
        string baseline = NpyWriter.Write(Path.Combine(_folder, "a.npy"), MemoryMarshal.AsBytes<float>(a).ToArray(), type, m, d);
        string window = NpyWriter.Write(Path.Combine(_folder, "b.npy"), MemoryMarshal.AsBytes<float>(b).ToArray(), "<f4", n, e);

        (int code, string said, string complained) = await CommandLineTests.RunAsync("drift", "--baseline", baseline, "--window", window, "--format", "json");

        code.ShouldBe(1);
        said.ShouldBeEmpty();
        complained.ShouldContain(problem);
        complained.Trim().Split('\n').Length.ShouldBe(1);
    }

    [Fact]
    public async Task OneImage_GivesNullWhereUndefined()
    {
        string baseline = NpyWriter.Write(Path.Combine(_folder, "a.npy"), MemoryMarshal.AsBytes<float>(new float[] { 1, 2, 3, 5, 4, 4, 0, 1 }).ToArray(), "<f4", 4, 2);
        string window = NpyWriter.Write(Path.Combine(_folder, "b.npy"), MemoryMarshal.AsBytes<float>(new float[] { 1, 2 }).ToArray(), "<f4", 1, 2);

        (int code, string said, string complained) = await CommandLineTests.RunAsync("drift", "--baseline", baseline, "--window", window, "--format", "json");

        code.ShouldBe(0, complained);
        JsonElement measured = JsonDocument.Parse(said).RootElement;
        foreach (string id in (string[])["mmdUnbiased", "frechet", "kid", "domainAuc"])
        {
            measured.GetProperty(id).GetProperty("value").ValueKind.ShouldBe(JsonValueKind.Null, id);
        }

        measured.GetProperty("mmdBiased").GetProperty("value").GetDouble().ShouldBeGreaterThan(0);
    }
}
