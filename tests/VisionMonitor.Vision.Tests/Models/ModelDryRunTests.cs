using SkiaSharp;
using VisionMonitor.Testing;
using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Vision.Tests.Models;

public sealed class ModelDryRunTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("visionmonitor-dry-run-").FullName;

    private static ModelAdmission Admission { get; } = ModelAdmission.ByThisProgram(["models", "inspect-child"]);

    private static string Model => SharedFolder.InRepository("models", "parcel-classifier-v1.onnx");

    private static ModelContract Contract => ModelContract.Read(SharedFolder.InRepository("models", "parcel-classifier-v1.json"));

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task DryRunAsync_GoodAndBadPictures_SaysOfEachWhatCameOfIt()
    {
        string bad = Path.Combine(_folder, "bad.png");
        await File.WriteAllTextAsync(bad, "no picture", Cancelled);
        string good = Draw("good.png");

        DryRunReport report = await Admission.DryRunAsync(Model, Contract, [good, bad], Cancelled);

        report.Code.ShouldBeNull(report.Sentence);
        report.Pictures.Select(picture => (Path.GetFileName(picture.Path), picture.Width, picture.Height, picture.Code)).ShouldBe([("good.png", 200, 100, null), ("bad.png", 0, 0, "unrecognised_format")]);
        using ModelSession session = ModelSession.Open(Model, Contract, new());
        await foreach (ScoredFile scored in new ScoringPipeline(session).RunAsync([good], Cancelled))
        {
            report.Pictures[0].PredictionJson.ShouldBe(scored.Scored!.Prediction.ToJson());
        }

        report.Pictures[0].ReadPrediction().ShouldBeOfType<ClassificationPrediction>().Probabilities.Length.ShouldBe(Contract.Classes.Count);
        Directory.GetFiles(Path.GetTempPath(), "visionmonitor-*.json").ShouldBeEmpty("the contract's file goes with the run");
    }

    [Fact]
    public async Task DryRunAsync_UnderAContractThatCannotBe_IsRefused()
    {
        (await Admission.DryRunAsync(Model, Contract with { Family = "no-such-family" }, [Draw("a.png")], Cancelled)).Code.ShouldBe("invalid_contract");
        DryRunReport wrongFamily = await Admission.DryRunAsync(Model, Contract with { Family = "yolo-detection", Task = VisionTask.Detection }, [Draw("a.png")], Cancelled);
        (wrongFamily.Code ?? wrongFamily.Pictures[0].Code).ShouldNotBeNull();
    }

    [Fact]
    public async Task DryRunAsync_OfAModelThatHangs_EndsAtTheDeadlineWithItsCode()
    {
        ModelAdmission impatient = ModelAdmission.ByThisProgram(["models", "inspect-hang"], new() { LoadTimeout = TimeSpan.FromSeconds(1) });

        (await impatient.DryRunAsync(Model, Contract, [Draw("a.png")], Cancelled)).Code.ShouldBe("load_timeout");
    }

    [Fact]
    public async Task DryRunAsync_OfAModelWhoseProcessDies_HasItsCode()
    {
        ModelAdmission dying = ModelAdmission.ByThisProgram(["models", "inspect-die"]);

        DryRunReport report = await dying.DryRunAsync(Model, Contract, [Draw("a.png")], Cancelled);

        report.Code.ShouldBe("invalid_model");
        report.Sentence!.ShouldContain("died (exit code 139)");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Draw(string name)
    {
        string path = Path.Combine(_folder, name);
        using SKBitmap bitmap = new(200, 100);
        bitmap.Erase(SKColors.SandyBrown);
        using FileStream file = File.Create(path);
        bitmap.Encode(file, SKEncodedImageFormat.Png, 100);
        return path;
    }
}
