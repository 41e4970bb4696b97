using System.ComponentModel;
using System.Diagnostics;
using VisionMonitor.Testing;
using VisionMonitor.Vision.Images;
using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Predictions;
using VisionMonitor.Vision.Text;

namespace VisionMonitor.Vision.Tests.Text;

public sealed class TesseractSessionTests
{
    private const string Heading = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n";

    private static readonly ModelContract _contract = ModelContract.Parse("""{ "family": "tesseract", "task": "Text", "tesseract": { "languages": ["eng"] } }""");

    /// <summary>Rows as Tesseract 5.3 writes them: two words make a line, an empty word and a line below the threshold are left out.</summary>
    [Fact]
    public void Read_Table_JoinsWordsToLines()
    {
        const string Table = Heading
            + "1\t1\t0\t0\t0\t0\t0\t0\t200\t100\t-1\t\n"
            + "2\t1\t1\t0\t0\t0\t10\t20\t90\t40\t-1\t\n"
            + "3\t1\t1\t1\t0\t0\t10\t20\t90\t40\t-1\t\n"
            + "4\t1\t1\t1\t1\t0\t10\t20\t90\t12\t-1\t\n"
            + "5\t1\t1\t1\t1\t1\t10\t20\t40\t12\t96.5\tBEWARE\n"
            + "5\t1\t1\t1\t1\t2\t55\t20\t45\t12\t83.5\t개조심\n"
            + "4\t1\t1\t1\t2\t0\t10\t40\t90\t12\t-1\t\n"
            + "5\t1\t1\t1\t2\t1\t10\t40\t90\t12\t95\t \n"
            + "4\t1\t1\t1\t3\t0\t10\t60\t90\t12\t-1\t\n"
            + "5\t1\t1\t1\t3\t1\t10\t60\t90\t12\t20\tnoise\n";
        TextLine line = TesseractTable.Read(Table, 0.25).Lines.ShouldHaveSingleItem();
        (line.Text, line.Confidence).ShouldBe(("BEWARE 개조심", 0.9));
        line.Corners.ShouldBe([10, 20, 100, 20, 100, 32, 10, 32]);
        TesseractTable.Read(Table, 0.2).Lines.Select(read => read.Text).ShouldBe(["BEWARE 개조심", "noise"]);
        TesseractTable.Read(Heading, 0).Lines.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("no table at all\nnor here")]
    [InlineData(Heading + "4\t1\t1\t1\t1\t0\tleft\t20\t90\t12\t-1\t\n")]
    public void Read_OtherText_IsRefused(string table) =>
        Should.Throw<ModelOutputException>(() => TesseractTable.Read(table, 0)).Code.ShouldBe("unexpected_output_shape");

    [Fact]
    public void Open_ProgramMissing_SaysHowToInstallIt()
    {
        ModelContractException refusal = Should.Throw<ModelContractException>(() => new TesseractSession(_contract, new(), "there-is-no-such-program"));
        refusal.Code.ShouldBe("program_not_installed");
        refusal.Message.ShouldContain("apt-get install tesseract-ocr");
    }

    [Fact]
    public void Score_ProgramThatHangsOrFails_IsEndedAndNamed()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("skipped: the stand-in for Tesseract is a script of a Unix shell");
            return;
        }

        string folder = Directory.CreateTempSubdirectory("tesseract").FullName;
        try
        {
            string script = Path.Combine(folder, "stand-in");
            File.WriteAllText(script, "#!/bin/sh\nif [ \"$1\" = --list-langs ]; then echo heading; echo eng; echo osd; exit 0; fi\nif [ \"$4\" = osd ]; then echo 'it is broken' >&2; exit 3; fi\nsleep 20\nprintf '" + Heading.Replace("\t", "\\t", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal) + "'\n");
            File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);
            using DecodedImage image = DecodedImage.FromRgb(1, 1, [0, 0, 0]);
            // It does answer, but long after its limit: a limit that is not kept gives an empty page.
            using TesseractSession hanging = new(_contract with { Tesseract = new() { TimeLimitSeconds = 0.2 } }, new(), script);
            ModelOutputException late = Should.Throw<ModelOutputException>(() => hanging.Score(image));
            (late.Code, late.Message).ShouldBe(("inference_timeout", "Tesseract takes longer than 0.2 s."));
            using TesseractSession failing = new(_contract with { Tesseract = new() { Languages = ["osd"] } }, new(), script);
            Should.Throw<ModelOutputException>(() => failing.Score(image)).Message.ShouldBe("Tesseract ended with 3: it is broken");
            ModelContractException refusal = Should.Throw<ModelContractException>(() => new TesseractSession(_contract with { Tesseract = new() { Languages = ["eng", "chi_sim"] } }, new(), script));
            refusal.Code.ShouldBe("language_not_installed");
            refusal.Message.ShouldContain("apt-get install tesseract-ocr-chi-sim");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("""{ "languages": [] }""")]
    [InlineData("""{ "languages": ["eng; rm"] }""")]
    [InlineData("""{ "languages": ["../eng"] }""")]
    [InlineData("""{ "pageSegmentation": 14 }""")]
    [InlineData("""{ "timeLimitSeconds": 0 }""")]
    public void Parse_ImpossibleSettings_AreRefused(string settings) =>
        Should.Throw<ModelContractException>(() => ModelContract.Parse($$"""{ "family": "tesseract", "task": "Text", "tesseract": {{settings}} }"""));

    [Fact]
    public void Parse_NetworkWithoutInput_IsRefused() =>
        Should.Throw<ModelContractException>(() => ModelContract.Parse("""{ "family": "classifier", "task": "Classification" }""")).Message.ShouldContain("input is missing");

    [Fact]
    public void Score_PrintedPage_IsRead()
    {
        Assert.SkipUnless(IsInstalled(), "skipped: Tesseract is not installed (apt-get install tesseract-ocr)");
        using ModelSession session = ModelSession.Open("tesseract.json", _contract);
        TextPrediction page = (TextPrediction)session.Score(
            File.ReadAllBytes(SharedFolder.Require("real", "images", "ocr", "scenes", "img_12.jpg")), ImageLimits.Default, TestContext.Current.CancellationToken).Prediction;
        TextLine title = page.Lines.First(line => line.Text.Contains("ACKNOWLEDGEMENTS", StringComparison.Ordinal));

        // Where PaddleOCR's models find the same line.
        title.Corners[0].ShouldBe(443, 15);
        title.Corners[1].ShouldBe(175, 20);
        title.Confidence.ShouldBeGreaterThan(0.8);
        page.Lines.ShouldContain(line => line.Text.Contains("thank you for your continuous support", StringComparison.Ordinal));
    }

    private static bool IsInstalled()
    {
        try
        {
            using Process? process = Process.Start(new ProcessStartInfo("tesseract", "--version") { RedirectStandardOutput = true, RedirectStandardError = true });
            process?.WaitForExit();
            return process?.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
