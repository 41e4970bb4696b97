using VisionMonitor.Testing;
using VisionMonitor.Vision.Images;
using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Vision.Tests.Models;

public sealed class ScoringPipelineTests
{
    private static readonly ModelContract _contract = new()
    {
        Family = "classifier",
        Task = VisionTask.Classification,
        Input = new() { Name = "input", Width = 32, Height = 32, Mean = [0.485, 0.456, 0.406], Deviation = [0.229, 0.224, 0.225] },
        Outputs = ["logits"],
    };

    [Fact]
    public async Task RunAsync_ManyFiles_GivesTheSameAsOneByOneInOrder()
    {
        using ModelSession session = Open();
        string[] files = [.. ImageFiles.Below(SharedFolder.Require("real", "images", "cifar10_jpg", "test", "cat")).Take(20)];
        List<ScoredFile> scored = await ScoreAsync(session, files);
        scored.Select(file => file.Path).ShouldBe(files);
        for (int index = 0; index < files.Length; index++)
        {
            Prediction alone = session.Score(File.ReadAllBytes(files[index]), ImageLimits.Default, TestContext.Current.CancellationToken).Prediction;
            scored[index].Scored!.Prediction.ToJson().ShouldBe(alone.ToJson());
            (scored[index].Width, scored[index].Height).ShouldBe((32, 32));
        }
    }

    [Fact]
    public async Task RunAsync_BadFiles_AreNamedAndEndNothing()
    {
        using ModelSession session = Open();
        string good = SharedFolder.Require("hostile", "img", "ok", "card.png");
        List<ScoredFile> scored = await ScoreAsync(session, [SharedFolder.Require("hostile", "img", "bad", "trunc_50.jpg"), good, good + ".absent", good]);
        scored.Select(file => file.Code).ShouldBe(["truncated_image", null, "file_not_readable", null]);
        scored[3].Scored!.Prediction.ToJson().ShouldBe(scored[1].Scored!.Prediction.ToJson());
    }

    [Fact]
    public async Task RunAsync_CallerStopsEarly_LeavesTheSessionUsable()
    {
        using ModelSession session = Open();
        string good = SharedFolder.Require("hostile", "img", "ok", "card.png");
        await foreach (ScoredFile file in new ScoringPipeline(session).RunAsync([.. Enumerable.Repeat(good, 50)], TestContext.Current.CancellationToken))
        {
            file.Scored.ShouldNotBeNull();
            break;
        }

        (await ScoreAsync(session, [good])).ShouldHaveSingleItem().Scored.ShouldNotBeNull();
    }

    private static ModelSession Open() => ModelSession.Open(SharedFolder.Require("real", "models", "trained", "cifar10_resnet20_embed.onnx"), _contract);

    private static async Task<List<ScoredFile>> ScoreAsync(ModelSession session, IReadOnlyList<string> files)
    {
        List<ScoredFile> scored = [];
        await foreach (ScoredFile file in new ScoringPipeline(session).RunAsync(files, TestContext.Current.CancellationToken))
        {
            scored.Add(file);
        }

        return scored;
    }
}
