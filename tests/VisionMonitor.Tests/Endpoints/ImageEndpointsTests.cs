using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Testing;
using VisionMonitor.Tests.Hosting;

namespace VisionMonitor.Tests.Endpoints;

public sealed class ImageEndpointsTests(DoorFixture fixture) : IClassFixture<DoorFixture>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private string Images => $"/api/v1/projects/{fixture.Project.Id}/images";

    [Fact]
    public async Task Post_TheSameImageTwice_StoresItOnce()
    {
        byte[] jpeg = TestImages.Jpeg(1, 64);
        string metadata = """{"clientId":"twice-1","capturedAt":"2026-01-02T03:04:05+01:00","camera":"belt 4","truth":{"task":"classification","class":1}}""";

        JsonElement first = await fixture.Admin.PostAsync(Images, Answers.Form(jpeg, metadata), Cancelled).ShouldBeAsync(HttpStatusCode.Created);
        JsonElement second = await fixture.Admin.PostAsync(Images, Answers.Form(jpeg, metadata), Cancelled).ShouldBeAsync(HttpStatusCode.OK);

        second.GetProperty("imageId").GetInt64().ShouldBe(first.GetProperty("imageId").GetInt64());
        JsonElement stored = await fixture.Admin.GetAsync($"{Images}/{first.GetProperty("imageId")}", Cancelled).ShouldBeAsync(HttpStatusCode.OK);
        stored.GetProperty("image").GetProperty("capturedAt").GetDateTimeOffset().ShouldBe(new DateTimeOffset(2026, 1, 2, 2, 4, 5, TimeSpan.Zero));
        stored.GetProperty("image").GetProperty("camera").GetString().ShouldBe("belt 4");
        stored.GetProperty("truth").GetProperty("class").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task Post_TheSameClientIdWithOtherBytes_IsAConflict()
    {
        await fixture.Admin.PostAsync(Images, Answers.Form(TestImages.Jpeg(2, 32), """{"clientId":"conflict"}"""), Cancelled).ShouldBeAsync(HttpStatusCode.Created);

        await fixture.Admin.PostAsync(Images, Answers.Form(TestImages.Jpeg(3, 32), """{"clientId":"conflict"}"""), Cancelled)
            .ShouldBeProblemAsync(HttpStatusCode.Conflict, "client_id_conflict");
    }

    [Fact]
    public async Task Post_ATruncatedJpeg_IsRefusedAndLeavesNothing()
    {
        byte[] whole = TestImages.Jpeg(4, 200);
        byte[] cut = whole[..(whole.Length / 2)];

        await fixture.Admin.PostAsync(Images, Answers.Form(cut, """{"clientId":"cut"}"""), Cancelled)
            .ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "truncated_image");

        await using MonitoringDbContext db = fixture.Door.CreateDbContext();
        (await db.Images.AnyAsync(image => image.ClientId == "cut", Cancelled)).ShouldBeFalse();
        string key = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(cut));
        Directory.EnumerateFiles(fixture.Door.Folder, "*", SearchOption.AllDirectories).ShouldNotContain(path => path.Contains(key, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("not json", HttpStatusCode.BadRequest, "bad_request")]
    [InlineData("""{"camera":"1"}""", HttpStatusCode.BadRequest, "bad_request")]
    [InlineData("""{"clientId":"x","clientId":"y"}""", HttpStatusCode.BadRequest, "bad_request")]
    [InlineData("""{"clientId":""}""", HttpStatusCode.UnprocessableEntity, "invalid_clientid")]
    [InlineData("""{"clientId":"x","capturedAt":"1970-01-01T00:00:00Z"}""", HttpStatusCode.UnprocessableEntity, "captured_at_out_of_range")]
    [InlineData("""{"clientId":"x","truth":{"task":"classification","class":7}}""", HttpStatusCode.UnprocessableEntity, "unknown_class")]
    [InlineData("""{"clientId":"x","prediction":{"task":"classification","probabilities":[1e400,0]}}""", HttpStatusCode.BadRequest, "non_finite_number")]
    public async Task Post_WithMetadataThatCannotBe_SaysWhy(string metadata, HttpStatusCode status, string code) =>
        await fixture.Admin.PostAsync(Images, Answers.Form(TestImages.Jpeg(5, 16), metadata), Cancelled).ShouldBeProblemAsync(status, code);

    [Fact]
    public async Task Post_WithTheFileUnderAnotherName_SaysWhichPartIsMissing()
    {
        using MultipartFormDataContent form = new() { { new ByteArrayContent(TestImages.Jpeg(5, 16)), "image", "a.jpg" }, { new StringContent("""{"clientId":"unnamed"}"""), "metadata" } };

        using HttpResponseMessage answer = await fixture.Admin.PostAsync(Images, form, Cancelled);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        JsonElement problem = JsonElement.Parse(await answer.Content.ReadAsStringAsync(Cancelled));
        (problem.GetProperty("code").GetString(), problem.GetProperty("detail").GetString()).ShouldBe(("bad_request", "Required parameter 'file' was not provided from form file."));
    }

    [Fact]
    public async Task Get_WithALimitThatIsNoNumber_SaysWhich()
    {
        using HttpResponseMessage answer = await fixture.Admin.GetAsync($"{Images}?limit=many", Cancelled);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync(Cancelled)).ShouldContain("'limit'");
    }

    [Fact]
    public async Task Post_TextThatIsNoImage_IsRefused() =>
        await fixture.Admin.PostAsync(Images, Answers.Form("<svg onload=alert(1)>"u8.ToArray(), """{"clientId":"svg"}"""), Cancelled)
            .ShouldBeProblemAsync(HttpStatusCode.UnsupportedMediaType, "unsupported_format");

    [Fact]
    public async Task PostBatch_WithOneBadImage_StoresTheOthersAndSaysWhichWasRefused()
    {
        using MultipartFormDataContent form = new()
        {
            { new ByteArrayContent(TestImages.Jpeg(6, 20)), "file", "a" },
            { new ByteArrayContent([1, 2, 3]), "file", "b" },
            { new ByteArrayContent(TestImages.Jpeg(7, 20)), "file", "c" },
            { new StringContent("""[{"clientId":"batch-a"},{"clientId":"batch-b"},{"clientId":"batch-c"}]"""), "metadata" },
        };

        JsonElement answer = await fixture.Admin.PostAsync($"{Images}/batch", form, Cancelled).ShouldBeAsync(HttpStatusCode.OK);

        answer.EnumerateArray().Select(one => one.GetProperty("outcome").GetString()).ShouldBe(["stored", "refused", "stored"]);
    }

    [Fact]
    public async Task Content_OfAStoredImage_IsTheBytesThatWereSentAndRunsNothing()
    {
        byte[] jpeg = TestImages.Jpeg(8, 300);
        JsonElement sent = await fixture.Admin.PostAsync(Images, Answers.Form(jpeg, """{"clientId":"content"}"""), Cancelled).ShouldBeAsync(HttpStatusCode.Created);
        string address = $"{Images}/{sent.GetProperty("imageId")}";

        HttpResponseMessage content = await fixture.Admin.GetAsync($"{address}/content", Cancelled);
        (await content.Content.ReadAsByteArrayAsync(Cancelled)).ShouldBe(jpeg);
        content.Content.Headers.ContentType!.MediaType.ShouldBe("image/jpeg");
        content.Headers.GetValues("Content-Security-Policy").Single().ShouldBe("default-src 'none'; sandbox");

        using HttpRequestMessage again = new(HttpMethod.Get, $"{address}/content") { Headers = { IfNoneMatch = { content.Headers.ETag! } } };
        (await fixture.Admin.SendAsync(again, Cancelled)).StatusCode.ShouldBe(HttpStatusCode.NotModified);

        HttpResponseMessage thumbnail = await fixture.Admin.GetAsync($"{address}/thumbnail", Cancelled);
        byte[] small = await thumbnail.Content.ReadAsByteArrayAsync(Cancelled);
        Vision.Images.ImageHeader header = Vision.Images.ImageDecoder.ReadHeader(small, Vision.Images.ImageLimits.Default);
        (header.Width, header.Height).ShouldBe((256, 256));
    }

    [Fact]
    public async Task Get_PageByPage_ShowsEveryImageOnce()
    {
        Project own = await fixture.Door.AddProjectAsync("pages");
        for (int index = 0; index < 7; index++)
        {
            // Three share their time of capture: the id then decides.
            string metadata = $$"""{"clientId":"{{index}}","capturedAt":"2026-01-01T00:0{{index / 3}}:00Z"}""";
            await fixture.Admin.PostAsync($"/api/v1/projects/{own.Id}/images", Answers.Form(TestImages.Jpeg((byte)index, 8), metadata), Cancelled).ShouldBeAsync(HttpStatusCode.Created);
        }

        List<string> seen = [];
        string? cursor = null;
        do
        {
            JsonElement page = await fixture.Admin.GetAsync($"/api/v1/projects/{own.Id}/images?limit=2{(cursor is null ? "" : "&cursor=" + cursor)}", Cancelled).ShouldBeAsync(HttpStatusCode.OK);
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(image => image.GetProperty("clientId").GetString()!));
            cursor = page.GetProperty("next").GetString();
        }
        while (cursor is not null);

        seen.ShouldBe(["6", "5", "4", "3", "2", "1", "0"]);
    }

    [Fact]
    public async Task PutLabel_Twice_AddsARevisionOnlyForAChange()
    {
        JsonElement sent = await fixture.Admin.PostAsync(Images, Answers.Form(TestImages.Jpeg(20, 8), """{"clientId":"label"}"""), Cancelled).ShouldBeAsync(HttpStatusCode.Created);
        string address = $"/api/v1/images/{sent.GetProperty("imageId")}/label";
        HttpContent Truth(int index) => new StringContent($$"""{"task":"classification","class":{{index}}}""", System.Text.Encoding.UTF8, "application/json");

        (await fixture.Admin.PutAsync(address, Truth(0), Cancelled).ShouldBeAsync(HttpStatusCode.OK)).GetProperty("revision").GetInt32().ShouldBe(1);
        (await fixture.Admin.PutAsync(address, Truth(0), Cancelled).ShouldBeAsync(HttpStatusCode.OK)).GetProperty("changed").GetBoolean().ShouldBeFalse();
        (await fixture.Admin.PutAsync(address, Truth(1), Cancelled).ShouldBeAsync(HttpStatusCode.OK)).GetProperty("revision").GetInt32().ShouldBe(2);
        await fixture.Admin.PutAsync(address, Truth(9), Cancelled).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "unknown_class");
    }
}
