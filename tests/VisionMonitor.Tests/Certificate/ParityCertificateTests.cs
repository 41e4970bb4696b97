using System.Text.RegularExpressions;
using VisionMonitor.Certificate;
using VisionMonitor.Hosting;

namespace VisionMonitor.Tests.Certificate;

public sealed class ParityCertificateTests
{
    [Fact]
    public void Issue_TheShippedSet_IsEqualInEveryLine()
    {
        List<string> steps = [];

        var certificate = ParityCertificate.Issue(GoldenSet.Shipped, (step, _) => steps.Add(step), TestContext.Current.CancellationToken);

        certificate.Lines.Where(line => !line.IsWithin).ShouldBeEmpty();
        steps.ShouldBe(ParityCertificate.Checks.Select(check => check.Name));
        foreach (string tool in (string[])["pycocotools", "mmsegmentation", "panopticapi", "scikit-learn", "jiwer", "scipy", "lvis-api", "ppi_py"])
        {
            certificate.Lines.ShouldContain(line => line.Tool.StartsWith(tool, StringComparison.Ordinal) && line.NumberCount > 0, tool);
        }
    }

    [Fact]
    public void Issue_TheSharedSet_AddsTideLrpAndVoc()
    {
        var certificate = ParityCertificate.Issue(new GoldenSet(VisionMonitor.Testing.SharedFolder.Require("golden")), null, TestContext.Current.CancellationToken);

        certificate.Lines.Where(line => !line.IsWithin).ShouldBeEmpty();
        foreach (string tool in (string[])["TIDE", "LRP", "Padilla"])
        {
            certificate.Lines.ShouldContain(line => line.Tool.StartsWith(tool, StringComparison.Ordinal) && line.NumberCount > 0, tool);
        }
    }

    [Fact]
    public void Issue_ASetWithOneNumberChanged_NamesTheCase()
    {
        string folder = Directory.CreateTempSubdirectory("visionmonitor-golden-").FullName;
        string to = Directory.CreateDirectory(Path.Combine(folder, "segmentation", "s01_basic")).FullName;
        foreach (string file in Directory.EnumerateFiles(Path.Combine(GoldenSet.Shipped.Root, "segmentation", "s01_basic")))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }

        ParityCertificate.Issue(new GoldenSet(folder), null, TestContext.Current.CancellationToken).IsGood.ShouldBeTrue();
        string expected = Path.Combine(to, "expected.json"), text = File.ReadAllText(expected);
        string changed = Regex.Replace(text, "(\"fwIoU\": ?0\\.)([0-9])", number => number.Groups[1].Value + (number.Groups[2].Value == "1" ? "2" : "1"));
        changed.ShouldNotBe(text);
        File.WriteAllText(expected, changed);

        var certificate = ParityCertificate.Issue(new GoldenSet(folder), null, TestContext.Current.CancellationToken);

        Directory.Delete(folder, recursive: true);
        certificate.IsGood.ShouldBeFalse();
        certificate.Lines.Single(line => !line.IsWithin).WorstCase.ShouldBe("s01_basic");
    }

    [Fact]
    public void Issue_AFolderWithoutCases_SaysSo()
    {
        string folder = Directory.CreateTempSubdirectory("visionmonitor-golden-").FullName;

        Should.Throw<StartException>(() => ParityCertificate.Issue(new GoldenSet(folder), null, TestContext.Current.CancellationToken)).Message.ShouldContain("no golden cases");

        Directory.Delete(folder);
    }

    [Fact]
    public void Ledger_UndefinedOnOneSideOnly_IsNeverWithin()
    {
        var ledger = new ParityLedger();
        ledger.Of("m", "t").Add("both", null, double.NaN);
        ledger.Lines[0].LargestDifference.ShouldBe(0);

        ledger.Of("m", "t").Add("one", 0.5, null);

        ledger.Lines.ShouldHaveSingleItem().ShouldBe(new ParityLine("m", "t", 2, 2, double.PositiveInfinity, 1e-12, "one"));
        ledger.Lines[0].IsWithin.ShouldBeFalse();
    }
}
