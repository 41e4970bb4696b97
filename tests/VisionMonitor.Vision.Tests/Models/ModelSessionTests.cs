using VisionMonitor.Metrics.Detection;
using VisionMonitor.Testing;
using VisionMonitor.Vision.Images;
using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Vision.Tests.Models;

public sealed class ModelSessionTests
{
    private static readonly ModelContract _cifar = new()
    {
        Family = "classifier",
        Task = VisionTask.Classification,
        Input = new() { Name = "input", Width = 32, Height = 32, Mean = [0.485, 0.456, 0.406], Deviation = [0.229, 0.224, 0.225] },
        Outputs = ["logits"],
        EmbeddingOutput = "features",
    };

    [Fact]
    public void Score_CifarResnet_IsRightAsOftenAsKnownAndGivesItsEmbedding()
    {
        using ModelSession session = ModelSession.Open(SharedFolder.Require("real", "models", "trained", "cifar10_resnet20_embed.onnx"), _cifar);
        string[] folders = [.. Directory.GetDirectories(SharedFolder.Require("real", "images", "cifar10_jpg", "test")).Order(StringComparer.Ordinal)];
        folders.Length.ShouldBe(10);
        int right = 0;
        for (int classIndex = 0; classIndex < folders.Length; classIndex++)
        {
            foreach (string file in Directory.GetFiles(folders[classIndex]))
            {
                ScoredImage scored = session.Score(File.ReadAllBytes(file), ImageLimits.Default, TestContext.Current.CancellationToken);
                right += ((ClassificationPrediction)scored.Prediction).TopClassIndex == classIndex ? 1 : 0;
                scored.Embedding!.Length.ShouldBe(64);
            }
        }

        // 0.804 is known of 1,000 images; these are the first 500 of them.
        right.ShouldBeInRange(395, 405);
    }

    [Fact]
    public void Score_YoloV8OnBus_FindsTheKnownBoxes()
    {
        using ModelSession session = ModelSession.Open(SharedFolder.Require("real", "models", "trained", "yolov8n_int8_a.onnx"), new()
        {
            Family = "yolo-detection",
            Task = VisionTask.Detection,
            Input = new() { Name = "images", Width = 640, Height = 640, Resize = ResizeKind.LetterboxCentred },
        });
        ScoredImage scored = session.Score(File.ReadAllBytes(SharedFolder.Require("real", "images", "yolo", "bus.jpg")), ImageLimits.Default, TestContext.Current.CancellationToken);
        KnownBoxes.AssertFound(((DetectionPrediction)scored.Prediction).Boxes,
        [
            (0, 0.910, [673, 381, 810, 879]), (0, 0.898, [221, 407, 343, 856]), (0, 0.885, [50, 398, 242, 904]), (5, 0.830, [34, 230, 796, 774]),
        ]);
        scored.Times.DecodeMilliseconds!.Value.ShouldBeGreaterThan(0);
        scored.Times.InferMilliseconds.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void Constructor_OtherFileThanPinned_IsRefused()
    {
        string path = SharedFolder.Require("real", "models", "trained", "cifar10_resnet20_embed.onnx");
        Should.Throw<ModelContractException>(() => ModelSession.Open(path, _cifar with { Sha256 = new('0', 64) })).Message.ShouldContain("another file");
        using ModelSession right = ModelSession.Open(path, _cifar with { Sha256 = "0091469923341AA58512DB9D853EDAD24305B217EF03F8734EA006E7B0B7E66C" });
    }

    [Fact]
    public void Constructor_WrongNames_SaysWhichThereAre()
    {
        string path = SharedFolder.Require("real", "models", "trained", "cifar10_resnet20_embed.onnx");
        Should.Throw<ModelContractException>(() => ModelSession.Open(path, _cifar with { Input = _cifar.Input with { Name = "x" } })).Message.ShouldContain("no input 'x'; it has input");
        Should.Throw<ModelContractException>(() => ModelSession.Open(path, _cifar with { Outputs = ["y"] })).Message.ShouldContain("no output 'y'");
        Should.Throw<ModelContractException>(() => ModelSession.Open(path, _cifar with { Family = "z" })).Message.ShouldContain("family 'z'");
    }

    [Fact]
    public void Score_NotANumber_IsRefusedWithItsCode()
    {
        using ModelSession session = ModelSession.Open(SharedFolder.Require("hostile", "onnx", "nan_output.onnx"), NanContract());
        using DecodedImage image = DecodedImage.FromRgb(4, 4, new byte[48]);
        Should.Throw<ModelOutputException>(() => session.Score(image)).Code.ShouldBe("non_finite_output");
    }

    private static ModelContract NanContract()
    {
        using Microsoft.ML.OnnxRuntime.InferenceSession bare = new(SharedFolder.Require("hostile", "onnx", "nan_output.onnx"));
        (string name, Microsoft.ML.OnnxRuntime.NodeMetadata input) = bare.InputMetadata.First();
        return new()
        {
            Family = "classifier",
            Task = VisionTask.Classification,
            Input = new() { Name = name, Width = Math.Max(1, input.Dimensions[^1]), Height = Math.Max(1, input.Dimensions[^2]) },
        };
    }
}
