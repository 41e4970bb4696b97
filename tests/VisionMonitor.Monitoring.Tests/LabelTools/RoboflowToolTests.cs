using System.Text.Json;
using VisionMonitor.Monitoring.LabelTools;
using VisionMonitor.Vision;
using VisionMonitor.Vision.Labels;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Monitoring.Tests.LabelTools;

public sealed class RoboflowToolTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ProbeAsync_AWrongKey_IsSaidWithoutTheKey()
    {
        await using StubRoboflow roboflow = new();
        using ToolBench bench = new();

        LabelToolException failure = (await CvatToolTests.FailureAsync(() => new RoboflowTool().ProbeAsync(roboflow.Settings("rf_wrong"), bench.Http, Token)))!;

        failure.Code.ShouldBe("label_tool_unauthorized");
        failure.Message.ShouldNotContain("rf_wrong");
        new RoboflowTool().Describe(roboflow.Settings()).ShouldBe("127.0.0.1, plant-7/parcels");
        (await new RoboflowTool().CheckAsync("""{"apiKey":"k","workspace":"a/b","project":"","url":"https://127.0.0.1"}""", new ToolBench("127.0.0.1").Network, Token)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task SendAsync_HalfSentAndSentAgain_MakesNoImageAndNoDraftTwice()
    {
        await using StubRoboflow roboflow = new();
        using ToolBench bench = new();
        roboflow.Breaks = request => request.Path.EndsWith("/upload", StringComparison.Ordinal) && roboflow.Images.Count == 1 ? StubAnswer.Plain(500) : null;

        LabelToolException failure = (await CvatToolTests.FailureAsync(() => new RoboflowTool().SendAsync(roboflow.Settings(), bench.Batch(), bench.Remember, bench.Http, Token)))!;
        (failure.Code, failure.IsTransient, roboflow.Images.Count).ShouldBe(("label_tool_failed", true, 1));

        roboflow.Breaks = _ => null;
        (await new RoboflowTool().SendAsync(roboflow.Settings(), bench.Batch(), bench.Remember, bench.Http, Token)).ShouldBe("plant-7/parcels");
        roboflow.Images.Values.ShouldBe(["image-12.jpg", "image-5.jpg"]);
        JsonElement[] drafts = [.. roboflow.Drafts.Values.Select(draft => JsonElement.Parse(draft))];
        drafts[0].GetProperty("annotations")[0].GetProperty("bbox").EnumerateArray().Select(side => side.GetDouble()).ShouldBe([4, 6, 10, 12]);

        // A mask goes as the outline of its pixels (1,1), (2,1) and (2,2).
        drafts[1].GetProperty("annotations")[0].GetProperty("segmentation")[0].EnumerateArray().Select(side => side.GetDouble()).ShouldBe([1, 1, 3, 1, 3, 3, 2, 3, 2, 2, 1, 2]);
        drafts[1].GetProperty("images")[0].GetProperty("file_name").GetString().ShouldBe("image-5.jpg");
        roboflow.Asked.ShouldContain(asked => asked.Contains("/annotate/", StringComparison.Ordinal) && asked.Contains("name=image-12.coco.json", StringComparison.Ordinal) && asked.Contains("prediction=true", StringComparison.Ordinal));
    }

    [Fact]
    public async Task PullAsync_TheNewestVersion_IsExportedWaitedForAndGivenOnce()
    {
        await using StubRoboflow roboflow = new();
        using ToolBench bench = new();
        (await PullAsync(roboflow, bench, "")).ShouldBeEmpty();
        roboflow.Versions[2] = Labels("image-12_jpg.rf.00aa.jpg");
        roboflow.Versions[10] = Labels("image-12_jpg.rf.00bb.jpg");

        (string name, string mark, bool isComplete) = (await PullAsync(roboflow, bench, "")).ShouldHaveSingleItem();

        (name, mark, isComplete).ShouldBe(("image-12.jpg", "10", false));
        (await PullAsync(roboflow, bench, mark)).ShouldBeEmpty();
    }

    private static LabelSet Labels(string name) => new(VisionTask.Detection, ["box", "tube"], [new(name, 48, 48, new DetectionTruth([new(0, new(1, 2, 3, 4))]))]);

    private static async Task<List<(string Name, string Mark, bool IsComplete)>> PullAsync(StubRoboflow roboflow, ToolBench bench, string mark)
    {
        List<(string, string, bool)> pulled = [];
        await foreach (FinishedLabels finished in new RoboflowTool().PullAsync(roboflow.Settings(), "plant-7/parcels", mark, bench.Http, Token))
        {
            using (LabelUpload upload = LabelUpload.Read(finished.FilePath, new LabelOptions()))
            {
                pulled.Add((upload.Labels.Set.Images.Single().OriginalName, finished.Mark, finished.IsComplete));
            }

            File.Delete(finished.FilePath);
        }

        return pulled;
    }
}
