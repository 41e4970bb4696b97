using System.Security.Cryptography;
using VisionMonitor.Demo.Story;
using VisionMonitor.Demo.ToyWorld;
using VisionMonitor.Metrics.Detection;
using VisionMonitor.Testing;
using VisionMonitor.Vision;
using VisionMonitor.Vision.Images;
using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Demo.Tests;

/// <summary>The files in models/ do on this machine what their cards say, through our own decoding, preparation and reading.</summary>
public sealed class DemoModelsTests
{
    private const int SceneCount = 120;

    public static TheoryData<string> Contracts =>
        [.. Directory.EnumerateFiles(SharedFolder.InRepository("models"), "*.json").Select(path => Path.GetFileName(path))];

    [Theory]
    [MemberData(nameof(Contracts))]
    public void Contract_OfEveryModel_PinsItsFileAndNamesItsProjectsClasses(string file)
    {
        ModelContract contract = ModelContract.Read(Model(file));

        string model = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Model(file.Replace(".json", ".onnx", StringComparison.Ordinal)))));
        contract.Sha256.ShouldBe(model);
        if (DemoChapter.All.SelectMany(chapter => chapter.Projects).SingleOrDefault(demo => file.StartsWith(demo.ModelName + "-v", StringComparison.Ordinal)) is not { } project)
        {
            // A part of another model: that one pins the same file and feeds it the same way.
            ModelPart[] parts = [.. Contracts.Select(row => ModelContract.Read(Model(row.Data))).SelectMany(whole => whole.Parts?.Values ?? []).Where(part => part.File == Path.ChangeExtension(file, ".onnx"))];
            ModelPart part = parts.ShouldHaveSingleItem();
            part.Sha256.ShouldBe(model);
            (part.Contract! with { Sha256 = model, Others = contract.Others }).ToJson().ShouldBe(contract.ToJson());
            return;
        }

        foreach (ModelPart part in contract.Parts?.Values ?? [])
        {
            part.Sha256.ShouldBe(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Model(part.File!)))));
        }

        contract.Task.ShouldBe(project.Task);
        if (contract.Task == VisionTask.Text)
        {
            // A reader's classes are the characters that it tells apart.
            contract.Classes.ShouldAllBe(character => character.Length == 1);
        }
        else
        {
            contract.Classes.ShouldBe(project.ClassNames);
        }
    }

    // Cards say 600 scenes; these are the first 120 of the same series, so three standard errors are at most 0.14 and far less at the top.
    [Theory]
    [InlineData("parcel-classifier-v1", 0.0)]
    [InlineData("parcel-classifier-v1", 0.75)]
    [InlineData("parcel-classifier-v2", 0.0)]
    [InlineData("parcel-classifier-v2", 0.75)]
    public void Classifier_OnHeldOutScenes_ReachesTheTopOneOfItsCard(string name, double smear)
    {
        using ModelSession session = Open(name);
        int right = 0;
        for (int index = 0; index < SceneCount; index++)
        {
            Scene scene = HeldOut(index, smear);
            ScoredImage scored = session.Score(scene.Jpeg, ImageLimits.Default, TestContext.Current.CancellationToken);
            scored.Embedding!.Length.ShouldBe(64);
            right += ((ClassificationPrediction)scored.Prediction).TopClassIndex == (int)scene.MainKind ? 1 : 0;
        }

        double promised = Promised(session, smear, "top1");
        ((double)right / SceneCount).ShouldBe(promised, 3 * Math.Sqrt(Math.Max(promised * (1 - promised), 0.02) / SceneCount));
    }

    [Theory]
    [InlineData("parcel-detector-v1")]
    [InlineData("parcel-detector-v2")]
    public void Detector_OnCleanScenes_PutsItsBestBoxOnTheMainObject(string name)
    {
        using ModelSession session = Open(name);
        int right = 0;
        for (int index = 0; index < SceneCount; index++)
        {
            Scene scene = HeldOut(index, 0);
            ScoredImage scored = session.Score(scene.Jpeg, ImageLimits.Default, TestContext.Current.CancellationToken);
            scored.Embedding!.Length.ShouldBe(64);
            PixelBox main = scene.Truth.Objects[0].Box;
            right += ((DetectionPrediction)scored.Prediction).Boxes.Any(box => box.ClassIndex == (int)scene.MainKind && Overlap(main, box) >= 0.5) ? 1 : 0;
        }

        ((double)right / SceneCount).ShouldBeGreaterThan(0.8);
    }

    [Fact]
    public void SemanticModel_OnCleanScenes_NamesNineOfTenPixels()
    {
        using ModelSession session = Open("parcel-semantic-v1");
        session.Contract.Classes.Take(5).ShouldBe(Enum.GetNames<StuffKind>().Select(name => name.ToLowerInvariant()));
        int[] predicted = new int[256 * 256];
        int right = 0;
        const int scenes = 20;
        for (int index = 0; index < scenes; index++)
        {
            Scene scene = HeldOut(index, 0);
            ScoredImage scored = session.Score(scene.Jpeg, ImageLimits.Default, TestContext.Current.CancellationToken);
            ((SemanticPrediction)scored.Prediction).Map.CopyTo(predicted);
            byte[] truth = scene.Truth.SemanticMap();
            right += truth.Zip(predicted).Count(pair => pair.First == pair.Second);
        }

        ((double)right / (scenes * predicted.Length)).ShouldBeGreaterThan(0.9);
    }

    private static Scene HeldOut(int index, double smear) => ToyWorldCamera.Draw(TrainingExport.Options(9009, index, isVaried: false, smear));

    private static ModelSession Open(string name) => ModelSession.Open(Model(name + ".onnx"), ModelContract.Read(Model(name + ".json")));

    private static string Model(string file) => SharedFolder.InRepository("models", file);

    private static double Promised(ModelSession session, double smear, string metric) =>
        session.Contract.Others!["card"].GetProperty("scoresBySmear").GetProperty(smear.ToString(System.Globalization.CultureInfo.InvariantCulture)).GetProperty(metric).GetDouble();

    private static double Overlap(PixelBox truth, PredictedBox predicted)
    {
        double width = Math.Min(truth.Right, predicted.Box.Right) - Math.Max(truth.Left, predicted.Box.X);
        double height = Math.Min(truth.Bottom, predicted.Box.Bottom) - Math.Max(truth.Top, predicted.Box.Y);
        double inner = Math.Max(width, 0) * Math.Max(height, 0);
        return inner / ((truth.Width * truth.Height) + (predicted.Box.Width * predicted.Box.Height) - inner);
    }
}
