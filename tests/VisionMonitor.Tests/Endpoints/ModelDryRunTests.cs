using System.Net;
using System.Text.Json;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Testing;
using VisionMonitor.Tests.Hosting;

namespace VisionMonitor.Tests.Endpoints;

public sealed class ModelDryRunTests(DoorFixture fixture) : IClassFixture<DoorFixture>
{
    private static readonly byte[] Detector = File.ReadAllBytes(SharedFolder.InRepository("models", "parcel-detector-v2.onnx"));
    private static readonly string Contract = File.ReadAllText(SharedFolder.InRepository("models", "parcel-detector-v2.json"));

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task DryRun_OfAModel_SaysWhatItSeesAndKeepsNothing()
    {
        JsonElement answer = await fixture.Admin.PostAsync($"/api/v1/projects/{fixture.Project.Id}/models/dry-run", Answers.Form(Detector, null, ("contract", Contract)), Cancelled).ShouldBeAsync(HttpStatusCode.OK);

        answer.GetProperty("contract").GetProperty("family").GetString().ShouldBe(JsonElement.Parse(Contract).GetProperty("family").GetString());
        JsonElement[] pictures = [.. answer.GetProperty("pictures").EnumerateArray()];
        pictures.Length.ShouldBe(3);
        pictures.ShouldAllBe(picture => picture.GetProperty("width").GetInt32() == 256 && picture.GetProperty("pictureBase64").GetBytesFromBase64().Length > 1000);
        pictures.Sum(picture => picture.GetProperty("boxes").GetArrayLength()).ShouldBeGreaterThan(0);
        pictures[0].GetProperty("prediction").GetProperty("task").GetString().ShouldBe("detection");
        await using MonitoringDbContext db = fixture.Door.CreateDbContext();
        db.ModelVersions.Any().ShouldBeFalse();
    }

    // The family reads outputs that this model has not: it must not get as far as a run.
    [Fact]
    public async Task Model_WhoseDryRunFails_IsNotRegistered()
    {
        string wrong = Contract.Replace($"\"{JsonElement.Parse(Contract).GetProperty("family").GetString()}\"", "\"no-such-family\"", StringComparison.Ordinal);

        await fixture.Admin.PostAsync($"/api/v1/projects/{fixture.Project.Id}/models/dry-run", Answers.Form(Detector, null, ("contract", wrong)), Cancelled).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "invalid_contract");
        await fixture.Admin.PostAsync($"/api/v1/projects/{fixture.Project.Id}/models", Answers.Form(Detector, null, ("contract", wrong), ("name", "x")), Cancelled).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "invalid_contract");
    }
}
