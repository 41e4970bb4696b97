using System.Text.Json;
using VisionMonitor.Monitoring.LabelTools;
using VisionMonitor.Vision;
using VisionMonitor.Vision.Labels;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Monitoring.Tests.LabelTools;

public sealed class CvatToolTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("2.17.0", null)]
    [InlineData("2.42.1.dev20260501", null)]
    [InlineData("2.4.3", "cvat_version_unsupported")]
    [InlineData("3.0.0", "cvat_version_unsupported")]
    [InlineData("", "cvat_version_unsupported")]
    public async Task ProbeAsync_AVersion_IsTakenOrRefusedBeforeAnythingElse(string version, string? code)
    {
        await using StubCvat cvat = new() { Version = version };
        using ToolBench bench = new();

        (await FailureAsync(() => new CvatTool().ProbeAsync(cvat.Settings(), bench.Http, Token)))?.Code.ShouldBe(code);

        cvat.Asked[0].ShouldBe("GET /api/server/about");
        cvat.Asked.Count.ShouldBe(code is null ? 2 : 1);
    }

    [Fact]
    public async Task ProbeAsync_AWrongToken_IsSaidWithoutTheToken()
    {
        await using StubCvat cvat = new();
        using ToolBench bench = new();

        LabelToolException failure = (await FailureAsync(() => new CvatTool().ProbeAsync(cvat.Settings("wrong.token"), bench.Http, Token)))!;

        (failure.Code, failure.IsTransient).ShouldBe(("label_tool_unauthorized", false));
        failure.Message.ShouldContain("Invalid token.");
        failure.Message.ShouldNotContain("wrong.token");
    }

    [Fact]
    public async Task CheckAsync_WhatCannotBe_IsSaid()
    {
        using ToolBench closed = new("10.0.0.0/8");
        (await new CvatTool().CheckAsync("""{"url":"http://127.0.0.1:1","token":"t","webhookSecret":"short"}""", closed.Network, Token)).Count.ShouldBe(2);
        (await new CvatTool().CheckAsync("""{"url":"https://10.1.2.3","token":"t"}""", closed.Network, Token)).ShouldBeEmpty();
        (await new CvatTool().CheckAsync("""{"url":"https://10.1.2.3","token":"a b"}""", closed.Network, Token)).Count.ShouldBe(1);
        (await new CvatTool().CheckAsync("""{"url":"https://10.1.2.3","token":"t","other":1}""", closed.Network, Token)).Count.ShouldBe(1);

        // Also where an address was allowed when it was saved: no request leaves.
        await using StubCvat cvat = new();
        (await FailureAsync(() => new CvatTool().ProbeAsync(cvat.Settings(), closed.Http, Token)))!.Code.ShouldBe("label_tool_not_allowed");
        cvat.Asked.ShouldBeEmpty();
    }

    [Fact]
    public async Task SendAsync_ATaskWithDrafts_IsMadeInSpiteOfPassingFailures()
    {
        await using StubCvat cvat = new();
        int failures = 0;
        cvat.Breaks = request => request.Method is "POST" or "PUT" && failures++ % 2 == 0 ? StubAnswer.Plain(503, "busy") : null;
        using ToolBench bench = new();

        string id = await new CvatTool().SendAsync(cvat.Settings(), bench.Batch(), bench.Remember, bench.Http, Token);

        StubTask task = cvat.Tasks.Values.ShouldHaveSingleItem();
        (id, bench.Remembered).ShouldBe(($"{task.Id}", $"{task.Id}"));
        task.Labels.ShouldBe(["box", "tube"]);
        task.Files.ShouldBe(["image-12.jpg", "image-5.jpg"]);
        JsonElement[] shapes = [.. task.Annotations!.Value.GetProperty("shapes").EnumerateArray()];
        shapes.Select(shape => (shape.GetProperty("frame").GetInt32(), shape.GetProperty("label_id").GetInt32(), shape.GetProperty("type").GetString())).ShouldBe([(0, 701, "rectangle"), (1, 700, "mask")]);
        Points(shapes[0]).ShouldBe([4, 6, 14, 18]);

        // Pixels (1,1), (2,1) and (2,2): runs in their own rectangle of 2 × 2, then that rectangle with its last pixels.
        Points(shapes[1]).ShouldBe([0, 2, 1, 1, 1, 1, 2, 2]);
    }

    [Fact]
    public async Task SendAsync_BrokenInTheMiddle_LeavesNoHalfTaskBehindTheNextAttempt()
    {
        await using StubCvat cvat = new();
        using ToolBench bench = new();
        cvat.Breaks = request => request.Headers.ContainsKey("Upload-Multiple") && cvat.Tasks.Values.Single().Files.Count == 1 ? StubAnswer.Plain(502) : null;

        LabelToolException failure = (await FailureAsync(() => new CvatTool().SendAsync(cvat.Settings(), bench.Batch(), bench.Remember, bench.Http, Token)))!;
        (failure.Code, failure.IsTransient).ShouldBe(("label_tool_failed", true));
        string half = bench.Remembered!;
        cvat.Tasks.Values.Single().Files.ShouldBe(["image-12.jpg"]);

        // Once with what was remembered, once as if the process had died before it could remember.
        cvat.Breaks = _ => null;
        await new CvatTool().SendAsync(cvat.Settings(), bench.Batch(half), bench.Remember, bench.Http, Token);
        cvat.Tasks.Values.ShouldHaveSingleItem().Files.Count.ShouldBe(2);
        string again = await new CvatTool().SendAsync(cvat.Settings(), bench.Batch(), bench.Remember, bench.Http, Token);
        cvat.Tasks.Keys.Single().ShouldBe(int.Parse(again, null));
    }

    [Fact]
    public async Task SendAsync_DataThatFail_AreSaidAndTheTaskIsRemoved()
    {
        await using StubCvat cvat = new() { DataStatus = "failed" };
        using ToolBench bench = new();

        LabelToolException failure = (await FailureAsync(() => new CvatTool().SendAsync(cvat.Settings(), bench.Batch(), bench.Remember, bench.Http, Token)))!;

        (failure.Code, failure.IsTransient).ShouldBe(("cvat_data_failed", false));
        failure.Message.ShouldContain("cannot identify image file");
        failure.Message.ShouldNotContain("Traceback");
        cvat.Tasks.ShouldBeEmpty();
    }

    [Fact]
    public async Task SendAsync_IntoAProjectThatLacksALabel_NamesIt()
    {
        await using StubCvat cvat = new() { ProjectLabels = ["box"] };
        using ToolBench bench = new();

        LabelToolException failure = (await FailureAsync(() => new CvatTool().SendAsync(cvat.Settings(project: 3), bench.Batch(), bench.Remember, bench.Http, Token)))!;

        failure.Code.ShouldBe("cvat_label_missing");
        failure.Message.ShouldContain("the label tube");
        cvat.Tasks.ShouldBeEmpty();
    }

    [Fact]
    public async Task PullAsync_FinishedJobsOfManyPages_AreGivenOnceUntilTheyChange()
    {
        await using StubCvat cvat = new();
        using ToolBench bench = new();
        string id = await new CvatTool().SendAsync(cvat.Settings(), bench.Batch(), bench.Remember, bench.Http, Token);
        LabelSet labels = new(VisionTask.Detection, ["box", "tube"], [new("image-12.jpg", 48, 48, new DetectionTruth([new(0, new(1, 2, 3, 4))]))]);
        StubTask task = cvat.Tasks.Values.Single();
        task.Jobs.AddRange([new StubJob(90, labels) { State = "completed" }, new StubJob(91, labels), new StubJob(92, labels) { State = "completed" }]);

        (List<string> sources, string mark, bool isComplete) = await PullAsync(cvat, bench, id, "");
        sources.ShouldBe([$"CVAT task {id}, job 90", $"CVAT task {id}, job 92"]);
        isComplete.ShouldBeFalse();
        (await PullAsync(cvat, bench, id, mark)).Sources.ShouldBeEmpty();

        task.Jobs[0].Updated = "2026-05-02T08:00:00Z";
        task.Jobs[1].State = "completed";
        (sources, mark, isComplete) = await PullAsync(cvat, bench, id, mark);
        sources.ShouldBe([$"CVAT task {id}, job 90", $"CVAT task {id}, job 91"]);
        isComplete.ShouldBeTrue();
        (await PullAsync(cvat, bench, id, mark)).Sources.ShouldBeEmpty();

        cvat.Tasks.Clear();
        (await FailureAsync(() => PullAsync(cvat, bench, id, mark)))!.Code.ShouldBe("cvat_task_gone");
    }

    [Fact]
    public void IsSigned_OnlyBodiesSignedWithTheSecret_AreBelieved()
    {
        const string Settings = """{"url":"https://x","token":"t","webhookSecret":"0123456789abcdef"}""";
        byte[] body = """{"event":"update:job"}"""u8.ToArray();

        // printf '%s' '{"event":"update:job"}' | openssl dgst -sha256 -hmac 0123456789abcdef
        const string Signature = "sha256=6f03f52feb131a6b5322d1710a4aab454be12fba7149d5ac25c9d13bd6aaf62b";
        CvatWebhook.IsSigned(Settings, Signature, body).ShouldBeTrue();
        CvatWebhook.IsSigned(Settings, Signature.Replace("sha256=", "SHA256=", StringComparison.Ordinal), body).ShouldBeFalse();
        CvatWebhook.IsSigned(Settings, Signature[..^1] + (Signature[^1] == '0' ? '1' : '0'), body).ShouldBeFalse();
        CvatWebhook.IsSigned(Settings, Signature, [.. body, (byte)' ']).ShouldBeFalse();
        CvatWebhook.IsSigned(Settings, null, body).ShouldBeFalse();
        CvatWebhook.IsSigned("""{"url":"https://x","token":"t"}""", "sha256=" + Convert.ToHexStringLower(System.Security.Cryptography.HMACSHA256.HashData(Array.Empty<byte>(), body)), body).ShouldBeFalse("without a secret nobody is believed");
        CvatWebhook.IsAboutWork(body).ShouldBeTrue();
        CvatWebhook.IsAboutWork("""{"event":"ping"}"""u8.ToArray()).ShouldBeFalse();
        CvatWebhook.IsAboutWork("[}"u8.ToArray()).ShouldBeFalse();
    }

    private static double[] Points(JsonElement shape) => [.. shape.GetProperty("points").EnumerateArray().Select(number => number.GetDouble())];

    private static async Task<(List<string> Sources, string Mark, bool IsComplete)> PullAsync(StubCvat cvat, ToolBench bench, string id, string mark)
    {
        (List<string> sources, bool isComplete) = ([], false);
        await foreach (FinishedLabels finished in new CvatTool().PullAsync(cvat.Settings(), id, mark, bench.Http, Token))
        {
            using (LabelUpload upload = LabelUpload.Read(finished.FilePath, new LabelOptions()))
            {
                upload.Format.Id.ShouldBe("cvat");
            }

            File.Delete(finished.FilePath);
            sources.Add(finished.Source);
            (mark, isComplete) = (finished.Mark, finished.IsComplete);
        }

        return (sources, mark, isComplete);
    }

    internal static async Task<LabelToolException?> FailureAsync(Func<Task> work)
    {
        try
        {
            await work();
            return null;
        }
        catch (LabelToolException failure)
        {
            return failure;
        }
    }
}
