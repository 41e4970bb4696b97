using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using VisionMonitor.Monitoring.Rescoring;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Testing;
using VisionMonitor.Tests.Hosting;
using VisionMonitor.Vision;
using VisionMonitor.Vision.Images;
using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Tests.Endpoints;

/// <summary>A model of several files through the door: PaddleOCR's finder, reader and judge of direction.</summary>
public sealed class ModelPartsTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Register_ModelOfSeveralFiles_IsScoredLikeAnyOther()
    {
        byte[] detection = Shared("ppocr_en_PP-OCRv3_det_infer"), recognition = Shared("ppocr_en_number_mobile_v2.0_rec_infer"), direction = Shared("ppocr_ch_ppocr_mobile_v2.0_cls_infer");
        string[] dictionary = File.ReadAllLines(SharedFolder.Require("real", "images", "ocr", "dicts", "en_dict.txt"));
        await using OpenDoor door = await OpenDoor.StartAsync();
        using HttpClient admin = await door.AsAsync(Role.Admin);
        Project project = await door.AddProjectAsync();
        await using (MonitoringDbContext db = door.CreateDbContext())
        {
            db.Attach(project).Entity.Task = VisionTask.Text;
            await db.SaveChangesAsync(Cancelled);
        }

        string models = $"/api/v1/projects/{project.Id}/models";
        JsonElement report = await admin.PostAsync($"{models}/inspect", Whole(), Cancelled).ShouldBeAsync(HttpStatusCode.OK);
        ModelContract contract = ModelContract.Parse(report.GetProperty("guess").GetProperty("contract").GetRawText());
        (contract.Family, contract.Parts!["recognition"].File).ShouldBe(("text-lines", "rec.onnx"));

        // A place on our own disk is no place for a stranger's part.
        string stolen = (contract with { Classes = dictionary, Parts = new Dictionary<string, ModelPart> { ["recognition"] = contract.Parts["recognition"] with { File = "/etc/passwd" } } }).ToJson();
        await admin.PostAsync($"{models}/dry-run", Answers.Form(detection, null, ("contract", stolen)), Cancelled).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "invalid_contract");

        string agreed = (contract with { Classes = dictionary }).ToJson();
        JsonElement registered = await admin.PostAsync(models, Whole(("contract", agreed), ("name", "reader")), Cancelled).ShouldBeAsync(HttpStatusCode.Created);
        registered.GetProperty("contract").GetProperty("parts").GetProperty("direction").GetProperty("file").GetString().ShouldBe("cls.onnx");
        await using MonitoringDbContext stored = door.CreateDbContext();
        using SessionPool pool = new(door.Services.GetRequiredService<BlobStore>());
        using RentedSession rented = pool.Rent(stored.ModelVersions.Single(version => version.ProjectId == project.Id));
        byte[] scene = File.ReadAllBytes(SharedFolder.Require("real", "images", "ocr", "scenes", "1997.png"));
        ((TextPrediction)rented.Session.Score(scene, ImageLimits.Default, Cancelled).Prediction).Lines.ShouldHaveSingleItem().Text.ShouldBe("1997");

        MultipartFormDataContent Whole(params (string, string)[] fields) =>
            Answers.Form(detection, null, fields).WithFile("recognition", "rec.onnx", recognition).WithFile("direction", "cls.onnx", direction);
    }

    private static byte[] Shared(string model) => File.ReadAllBytes(SharedFolder.Require("real", "models", "trained", model + ".onnx"));
}
