using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using VisionMonitor.Testing;

namespace VisionMonitor.Tests.Commands;

/// <summary>The command on the golden scores.</summary>
public sealed class EstimateCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("visionmonitor-estimate-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("cls_binary", "all")]
    [InlineData("cls_multi5", "0,1,2,3")]
    [InlineData("cls_real9_clean", "1,4,6,8")]
    public async Task Json_GoldenScores_EqualsTheReferences(string name, string calibration)
    {
        string source = name == "cls_real9_clean" ? SharedFolder.Require("golden", "drift", name) : SharedFolder.InRepository("tests", "golden", "drift", name);
        JsonElement expected = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(source, "expected.json"), TestContext.Current.CancellationToken)).RootElement;

        (int code, string said, string complained) = await CommandLineTests.RunAsync("estimate", "--reference", Csv(source, "ref"), "--window", Csv(source, "win"), "--calibration", calibration, "--format", "json");

        code.ShouldBe(0, complained);
        JsonElement measured = JsonDocument.Parse(said).RootElement;
        bool isBinary = name == "cls_binary";
        JsonElement cbpe = expected.GetProperty(isBinary ? "cbpe_whole_window_isotonic" : "cbpe_whole_window_calibrated");
        Near("cbpe", "accuracy", cbpe.GetProperty("accuracy"));
        Near("cbpe", "f1", cbpe.GetProperty(isBinary ? "f1" : "f1_macro"));
        Near("cbpe", "rocAuc", cbpe.GetProperty(isBinary ? "roc_auc" : "roc_auc_ovr_macro"), 1e-6);
        Near("doc", "accuracy", expected.GetProperty("doc").GetProperty("estimated_accuracy_doc"));
        Near("averageConfidence", "accuracy", expected.GetProperty("doc").GetProperty("estimated_accuracy_avg_conf"));
        Near("atc", "threshold", expected.GetProperty("atc").GetProperty("max_conf").GetProperty("threshold"));
        Near("atcEntropy", "threshold", expected.GetProperty("atc").GetProperty("neg_entropy").GetProperty("threshold"));
        Near("realized", "accuracy", expected.GetProperty("realized_accuracy_win"));
        measured.GetProperty("atc").GetProperty("accuracy").GetDouble().ShouldBe(expected.GetProperty("atc").GetProperty("max_conf").GetProperty("estimated_accuracy_pct").GetDouble() / 100, 1e-12);
        foreach (string method in (string[])["cbpe", "atc", "atcEntropy", "doc", "averageConfidence"])
        {
            JsonElement one = measured.GetProperty(method);
            one.GetProperty("accuracyLow").GetDouble().ShouldBeLessThan(one.GetProperty("accuracy").GetDouble());
            one.GetProperty("accuracyHigh").GetDouble().ShouldBeGreaterThan(one.GetProperty("accuracy").GetDouble());
        }

        measured.GetProperty("trust").GetProperty("flag").GetString().ShouldBeOneOf("ok", "do-not-trust");

        void Near(string method, string number, JsonElement value, double tolerance = 1e-10) => measured.GetProperty(method).GetProperty(number).GetDouble().ShouldBe(value.GetDouble(), tolerance, $"{method}.{number}");
    }

    [Theory]
    [InlineData("p0,p1,y\n0.5,0.5,0\n0.5,NaN,1\n", "not-a-probability: line 3")]
    [InlineData("p0,p1\n0.5,0.5\n", "missing-column")]
    [InlineData("a,b,y\n0.5,0.5,0\n", "missing-column")]
    [InlineData("p0,p1,y\n", "no-rows")]
    [InlineData("", "no-rows")]
    [InlineData("p0,p1,y\n0.5,0.5,2\n", "label 2")]
    [InlineData("p0,p1,y\n0.5,0.5,-1\n", "wrong-label: line 2")]
    [InlineData("p0,p1,y\n0.5,0.5\n", "wrong-shape: line 2")]
    [InlineData("p0,p1,p2,y\n0.5,0.5,0,0\n", "classes-differ")]
    public async Task HostileFiles_AreRefusedWithACode(string text, string problem)
    {
        string reference = Path.Combine(_folder, "r.csv"), window = Path.Combine(_folder, "w.csv");
        await File.WriteAllTextAsync(reference, text, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(window, "score\n0.5\n", TestContext.Current.CancellationToken);

        (int code, string said, string complained) = await CommandLineTests.RunAsync("estimate", "--reference", reference, "--window", window);

        code.ShouldBe(1);
        said.ShouldBeEmpty();
        complained.ShouldContain(problem);
    }

    private string Csv(string source, string side)
    {
        bool isBinary = File.Exists(Path.Combine(source, side + "_score.f64"));
        double[] values = MemoryMarshal.Cast<byte, double>(File.ReadAllBytes(Path.Combine(source, side + (isBinary ? "_score.f64" : "_prob.f64")))).ToArray();
        int[] labels = MemoryMarshal.Cast<byte, int>(File.ReadAllBytes(Path.Combine(source, side + "_y.i32"))).ToArray();
        int width = values.Length / labels.Length;
        string header = isBinary ? "score" : string.Join(',', Enumerable.Range(0, width).Select(c => $"p{c}"));
        string path = Path.Combine(_folder, side + ".csv");
        File.WriteAllLines(path, [header + ",y", .. labels.Select((label, i) => string.Join(',', values[(i * width)..((i + 1) * width)].Select(v => v.ToString("R", CultureInfo.InvariantCulture))) + $",{label}")]);
        return path;
    }
}
