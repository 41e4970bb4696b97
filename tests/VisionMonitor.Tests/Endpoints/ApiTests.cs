using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Tests.Hosting;

namespace VisionMonitor.Tests.Endpoints;

public sealed class ApiTests(DoorFixture fixture) : IClassFixture<DoorFixture>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task OpenApi_OfTheDoor_NamesEveryAddress()
    {
        JsonElement document = await fixture.Admin.GetAsync("/openapi/v1.json", Cancelled).ShouldBeAsync(HttpStatusCode.OK);

        document.GetProperty("openapi").GetString()!.ShouldStartWith("3.1");
        string[] paths = [.. document.GetProperty("paths").EnumerateObject().Select(path => path.Name)];
        paths.ShouldContain("/api/v1/projects/{projectId}/images");
        paths.ShouldContain("/api/v1/runs/{runId}");
        paths.ShouldNotContain("/login");
    }

    [Fact]
    public async Task Docs_Page_LoadsNothingFromElsewhereAndItsScriptsCarryTheNonce()
    {
        HttpResponseMessage answer = await fixture.Admin.GetAsync("/docs", Cancelled);
        if (answer.StatusCode == HttpStatusCode.Redirect || answer.StatusCode == HttpStatusCode.MovedPermanently || answer.StatusCode == HttpStatusCode.Found)
        {
            answer = await fixture.Admin.GetAsync(new Uri(fixture.Door.Address, answer.Headers.Location!), Cancelled);
        }

        string page = await answer.Content.ReadAsStringAsync(Cancelled);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        page.ShouldNotContain("src=\"http");
        page.ShouldNotContain("href=\"http");
        string policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        string nonce = System.Text.RegularExpressions.Regex.Match(policy, "'nonce-([^']+)'").Groups[1].Value;
        nonce.Length.ShouldBeGreaterThan(10);
        page.ShouldContain(nonce.Replace("+", "&#x2B;", StringComparison.Ordinal), Case.Sensitive);
    }

    [Theory]
    [InlineData("""{"slug":"Bad Slug","name":"x","task":"classification","classNames":["a"]}""", "validation_failed")]
    [InlineData("""{"slug":"ok","name":"x","task":"classification","classNames":["a"],"timeZone":"Mars/Olympus"}""", "unknown_time_zone")]
    [InlineData("""{"slug":"ok","name":"x","task":"alchemy","classNames":["a"]}""", "bad_request")]
    [InlineData("""{"slug":"ok","name":"x","task":"classification","classNames":["a"],"operatingConfidence":1e400}""", "bad_request")]
    [InlineData("""{"slug":"ok","slug":"ok2","name":"x","task":"classification","classNames":["a"]}""", "bad_request")]
    [InlineData("""{"name":"x"}""", "bad_request")]
    public async Task PostProject_ThatCannotBe_SaysWhy(string body, string code) =>
        await fixture.Admin.PostAsync("/api/v1/projects", Json(body), Cancelled).ShouldBeProblemAsync(HttpStatusCode.BadRequest, code);

    [Fact]
    public async Task PutStuffClasses_OfAPanopticProject_IsKeptAndOfOthersRefused()
    {
        await fixture.Admin.PutAsync($"/api/v1/projects/{fixture.Project.Id}/stuff-classes", Json("""{"classNames":[]}"""), Cancelled).ShouldBeProblemAsync(HttpStatusCode.Conflict, "task_mismatch");
        JsonElement made = await fixture.Admin.PostAsync("/api/v1/projects", Json("""{"slug":"hub","name":"Hub","task":"panoptic","classNames":["floor","box","wall"],"stuffClassNames":["wall","sea"]}"""), Cancelled).ShouldBeAsync(HttpStatusCode.Created);
        made.GetProperty("stuffClassNames").EnumerateArray().Select(name => name.GetString()).ShouldBe(["wall"]);
        string address = $"/api/v1/projects/{made.GetProperty("id")}";

        await fixture.Admin.PutAsync($"{address}/stuff-classes", Json("""{"classNames":["sea"]}"""), Cancelled).ShouldBeProblemAsync(HttpStatusCode.BadRequest, "unknown_class");
        (await fixture.Admin.PutAsync($"{address}/stuff-classes", Json("""{"classNames":["wall","floor"]}"""), Cancelled)).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        JsonElement changed = await fixture.Admin.GetAsync(address, Cancelled).ShouldBeAsync(HttpStatusCode.OK);
        changed.GetProperty("stuffClassNames").EnumerateArray().Select(name => name.GetString()).ShouldBe(["floor", "wall"]);
    }

    [Fact]
    public async Task PutSecondLooks_OfAProject_IsKept()
    {
        JsonElement made = await fixture.Admin.PostAsync("/api/v1/projects", Json("""{"slug":"twice","name":"Twice","task":"detection","classNames":["a"]}"""), Cancelled).ShouldBeAsync(HttpStatusCode.Created);
        made.GetProperty("hasSecondLooks").GetBoolean().ShouldBeFalse();
        string address = $"/api/v1/projects/{made.GetProperty("id")}";

        (await fixture.Admin.PutAsync($"{address}/second-looks", Json("""{"hasSecondLooks":true}"""), Cancelled)).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        (await fixture.Admin.GetAsync(address, Cancelled).ShouldBeAsync(HttpStatusCode.OK)).GetProperty("hasSecondLooks").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task DeleteProject_WithoutItsName_AsksForIt()
    {
        JsonElement made = await fixture.Admin.PostAsync("/api/v1/projects", Json("""{"slug":"short-lived","name":"Short","task":"detection","classNames":["a"]}"""), Cancelled).ShouldBeAsync(HttpStatusCode.Created);
        string address = $"/api/v1/projects/{made.GetProperty("id")}";

        await fixture.Admin.DeleteAsync(address, Cancelled).ShouldBeProblemAsync(HttpStatusCode.BadRequest, "confirmation_missing");
        await fixture.Admin.DeleteAsync($"{address}?confirm=short-lived", Cancelled).ShouldBeAsync(HttpStatusCode.NoContent);
        await fixture.Admin.GetAsync(address, Cancelled).ShouldBeProblemAsync(HttpStatusCode.NotFound, "project_not_found");

        JsonElement audit = await fixture.Admin.GetAsync("/api/v1/audit", Cancelled).ShouldBeAsync(HttpStatusCode.OK);
        audit.GetProperty("items").EnumerateArray().Select(entry => entry.GetProperty("action").GetString()).ShouldContain("project.deleted");
    }

    [Fact]
    public async Task Schedule_FromMakingToPausing_IsAsAsked()
    {
        string list = $"/api/v1/projects/{fixture.Project.Id}/schedules";
        await fixture.Admin.PostAsync(list, Json("""{"name":"nightly","cron":"never","timeZone":"Europe/Berlin"}"""), Cancelled).ShouldBeProblemAsync(HttpStatusCode.BadRequest, "invalid_schedule");

        JsonElement made = await fixture.Admin.PostAsync(list, Json("""{"name":"nightly","cron":"0 2 * * *","timeZone":"Europe/Berlin","window":"1.00:00:00"}"""), Cancelled).ShouldBeAsync(HttpStatusCode.Created);
        made.GetProperty("window").GetString().ShouldBe("1.00:00:00");
        JsonElement paused = await fixture.Admin.PostAsync($"/api/v1/schedules/{made.GetProperty("id")}/pause", null, Cancelled).ShouldBeAsync(HttpStatusCode.OK);
        paused.GetProperty("isPaused").GetBoolean().ShouldBeTrue();
        await fixture.Admin.DeleteAsync($"/api/v1/schedules/{made.GetProperty("id")}", Cancelled).ShouldBeAsync(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Rule_ThatWouldRecoverWhileBad_IsRefused() =>
        await fixture.Admin.PostAsync(
            $"/api/v1/projects/{fixture.Project.Id}/rules",
            Json("""{"name":"accuracy","metric":"accuracy","direction":"below","threshold":0.8,"recoveryThreshold":0.7}"""), Cancelled)
            .ShouldBeProblemAsync(HttpStatusCode.BadRequest, "invalid_rule");

    [Fact]
    public async Task Run_AskedFor_IsPlannedAndCanBeWatched()
    {
        JsonElement planned = await fixture.Admin.PostAsync($"/api/v1/projects/{fixture.Project.Id}/runs", Json("{}"), Cancelled).ShouldBeAsync(HttpStatusCode.Accepted);

        JsonElement run = await fixture.Admin.GetAsync($"/api/v1/runs/{planned.GetProperty("runId")}", Cancelled).ShouldBeAsync(HttpStatusCode.OK);
        run.GetProperty("run").GetProperty("trigger").GetString().ShouldBe("manual");
        run.GetProperty("imagesTotal").GetInt32().ShouldBe(0);
    }

    [Fact]
    public async Task LabelImport_OfAProjectOfShapes_KeepsTheShapes()
    {
        JsonElement made = await fixture.Admin.PostAsync("/api/v1/projects", Json("""{"slug":"shapes","name":"Shapes","task":"instanceSegmentation","classNames":["box"]}"""), Cancelled).ShouldBeAsync(HttpStatusCode.Created);
        const string Coco = """{"images":[{"id":1,"file_name":"a.jpg","width":100,"height":100}],"categories":[{"id":1,"name":"box"}],"annotations":[{"id":1,"image_id":1,"category_id":1,"bbox":[10,10,20,20],"area":200,"iscrowd":0,"segmentation":[[10,10,30,10,10,30]]}]}""";
        using MultipartFormDataContent form = new() { { new StringContent(Coco), "file", "labels.json" } };

        JsonElement report = await fixture.Admin.PostAsync($"/api/v1/projects/{made.GetProperty("id")}/labels/import", form, Cancelled).ShouldBeAsync(HttpStatusCode.OK);

        // Read as boxes, the file would be refused: its task would not be the project's.
        report.GetProperty("read").GetProperty("imagesNotFound").EnumerateArray().Single().GetString().ShouldBe("a.jpg");
    }

    [Fact]
    public async Task Key_Made_ShowsItsSecretOnce()
    {
        JsonElement made = await fixture.Admin.PostAsync("/api/v1/keys", Json("""{"name":"press line","role":"editor"}"""), Cancelled).ShouldBeAsync(HttpStatusCode.Created);
        string secret = made.GetProperty("secret").GetString()!;

        HttpResponseMessage list = await fixture.Admin.GetAsync("/api/v1/keys", Cancelled);

        (await list.Content.ReadAsStringAsync(Cancelled)).ShouldNotContain(secret);
        JsonElement session = await fixture.Door.Client(secret).GetAsync("/api/v1/session", Cancelled).ShouldBeAsync(HttpStatusCode.OK);
        session.GetProperty("role").GetString().ShouldBe("editor");
    }

    [Fact]
    public async Task Channel_IntoTheMachineItself_IsRefused() =>
        await fixture.Admin.PostAsync(
            "/api/v1/channels",
            Json("""{"name":"inside","kind":"webhook","settings":{"url":"https://127.0.0.1:5432/","secret":"whsec_0123456789abcdef0123456789abcdef"}}"""), Cancelled)
            .ShouldBeProblemAsync(HttpStatusCode.BadRequest, "invalid_channel");

    [Fact]
    public async Task Channel_Made_NeverShowsItsSecretAgain()
    {
        const string secret = "whsec_planted0123456789abcdef0123456789";
        JsonElement made = await fixture.Admin.PostAsync(
            "/api/v1/channels",
            Json($$"""{"name":"out","kind":"webhook","settings":{"url":"https://203.0.114.7/hook","secret":"{{secret}}"} }"""), Cancelled).ShouldBeAsync(HttpStatusCode.Created);

        string list = await fixture.Admin.GetStringAsync("/api/v1/channels", Cancelled);
        list.ShouldContain("203.0.114.7");
        list.ShouldNotContain("planted");
        await using (MonitoringDbContext db = fixture.Door.CreateDbContext())
        {
            db.AlertChannels.Single(channel => channel.Name == "out").ProtectedSettings.ShouldNotContain("planted");
        }

        await fixture.Admin.DeleteAsync($"/api/v1/channels/{made.GetProperty("id")}", Cancelled).ShouldBeAsync(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Body_AsPlainText_IsRefused() =>
        await fixture.Admin.PostAsync("/api/v1/keys", new StringContent("""{"name":"x","role":"admin"}""", Encoding.UTF8, "text/plain"), Cancelled)
            .ShouldBeProblemAsync(HttpStatusCode.UnsupportedMediaType, "unsupported_media_type");

    [Fact]
    public async Task Model_ThatIsNone_IsRefusedByTheProcessThatMayDie()
    {
        string models = $"/api/v1/projects/{fixture.Project.Id}/models";

        await fixture.Admin.PostAsync(models, Answers.Form("<html>login first</html>"u8.ToArray()), Cancelled).ShouldBeProblemAsync(HttpStatusCode.UnsupportedMediaType, "not_a_model");
        JsonElement report = await fixture.Admin.PostAsync($"{models}/inspect", Answers.Form([]), Cancelled).ShouldBeAsync(HttpStatusCode.OK);
        report.GetProperty("code").GetString().ShouldBe("empty_file");
        (await fixture.Admin.GetAsync(models, Cancelled).ShouldBeAsync(HttpStatusCode.OK)).GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Panels_OfAProjectWithoutAnyImage_AnswerAll()
    {
        foreach (string panel in (string[])["panels/overview", "panels/alerts", "panels/jobs"])
        {
            await fixture.Admin.GetAsync($"/api/v1/{panel}", Cancelled).ShouldBeAsync(HttpStatusCode.OK);
        }

        foreach (string panel in (string[])["timeline", "images", "models", "rules", "compare", "jobs"])
        {
            (await fixture.Admin.GetAsync($"/api/v1/projects/{fixture.Project.Id}/panels/{panel}", Cancelled).ShouldBeAsync(HttpStatusCode.OK))
                .ValueKind.ShouldBe(JsonValueKind.Object, panel);
        }

        await fixture.Admin.GetAsync($"/api/v1/projects/{fixture.Project.Id}/panels/confusion", Cancelled).ShouldBeProblemAsync(HttpStatusCode.NotFound, "nothing_compared");
    }

    [Fact]
    public async Task Metrics_AfterACompletedRun_ShowItsQualityAndDrift()
    {
        Project project = await fixture.Door.AddProjectAsync("measured");
        await using (MonitoringDbContext db = fixture.Door.CreateDbContext())
        {
            DateTimeOffset at = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);
            ModelVersion version = new() { ProjectId = project.Id, Name = "parcels", Number = 2, Sha256 = new string('0', 64), Contract = "{}", RegisteredAt = at };
            db.ModelVersions.Add(version);
            await db.SaveChangesAsync(Cancelled);
            Run run = new() { ProjectId = project.Id, Trigger = "manual", State = RunState.Completed, WindowStart = at, WindowEnd = at.AddHours(1), SampleCount = 48, ModelVersionIds = [version.Id], PlannedAt = at, CompletedAt = at, DeadlineAt = at };
            db.Runs.Add(run);
            await db.SaveChangesAsync(Cancelled);
            db.RunMetrics.AddRange(
                new RunMetric { RunId = run.Id, ModelVersionId = version.Id, Metric = MetricNames.Accuracy, Value = 0.875, Low = 0.75, High = 0.9375, Count = 48 },
                new RunMetric { RunId = run.Id, ModelVersionId = version.Id, Metric = MetricNames.Recall, ClassIndex = 1, Value = null, UndefinedBecause = "no truth" });
            db.DriftChecks.Add(new DriftCheck { RunId = run.Id, ModelVersionId = version.Id, State = DriftState.Drifting, Score = 4.5, Limit = 3 });
            await db.SaveChangesAsync(Cancelled);
        }

        await ((Telemetry.SnapshotRefresh)fixture.Door.Services.GetService(typeof(Telemetry.SnapshotRefresh))!).RefreshAsync(Cancelled);
        string text = await fixture.Admin.GetStringAsync("/metrics", Cancelled);

        string Line(string start) => text.Split('\n').First(line => line.StartsWith(start, StringComparison.Ordinal) && line.Contains("project=\"measured\"", StringComparison.Ordinal));
        Line("visionmonitor_quality_ratio{").ShouldContain(" 0.875");
        Line("visionmonitor_quality_ratio{").ShouldContain("version=\"2\"");
        Line("visionmonitor_quality_ci_low_ratio{").ShouldContain(" 0.75");
        Line("visionmonitor_drift_score{").ShouldContain(" 4.5");
        Line("visionmonitor_images_scored_total{").ShouldContain(" 48");
        Line("visionmonitor_job_last_success_timestamp_seconds{").ShouldContain(" 1777636800");
        text.ShouldNotContain("metric=\"recall\"");
    }

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");
}
