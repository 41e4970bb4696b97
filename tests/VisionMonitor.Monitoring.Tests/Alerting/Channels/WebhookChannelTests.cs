using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using VisionMonitor.Monitoring.Alerting;
using VisionMonitor.Monitoring.Alerting.Channels;

namespace VisionMonitor.Monitoring.Tests.Alerting.Channels;

public sealed class WebhookChannelTests
{
    private const string Secret = "whsec_0123456789abcdef";

    [Fact]
    public async Task DeliverAsync_AFault_PostsWhatAlertmanagerPostsAndMoreSigned()
    {
        await using StubHttpServer server = new();

        (await DeliverAsync(server, SampleMessages.Message())).ShouldBe(new DeliveryResult.Delivered());

        (Dictionary<string, string> headers, byte[] body) = server.Requests.ShouldHaveSingleItem();
        string[] parts = headers[WebhookChannel.SignatureHeader].Split(',');
        byte[] signed = [.. Encoding.UTF8.GetBytes(parts[0][2..] + "."), .. body];
        parts[1].ShouldBe("v1=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), signed)));
        headers["Idempotency-Key"].ShouldBe("alert-12-690845e0-fired-3".Replace("690845e0", SampleMessages.Start.ToUnixTimeSeconds().ToString("x", null)));
        headers["Content-Type"].ShouldBe("application/json; charset=utf-8");
        JsonElement json = JsonDocument.Parse(body).RootElement;
        json.GetProperty("version").GetString().ShouldBe("4");
        json.GetProperty("status").GetString().ShouldBe("firing");
        json.GetProperty("receiver").GetString().ShouldBe("ops");
        json.GetProperty("commonLabels").GetProperty("severity").GetString().ShouldBe("warning");
        JsonElement alert = json.GetProperty("alerts")[0];
        alert.GetProperty("labels").GetProperty("alertname").GetString().ShouldBe("Accuracy too low");
        alert.GetProperty("startsAt").GetDateTimeOffset().ShouldBe(SampleMessages.Start);
        alert.GetProperty("endsAt").GetString().ShouldBe("0001-01-01T00:00:00Z");
        alert.GetProperty("fingerprint").GetString()!.Length.ShouldBe(16);
        alert.GetProperty("visionmonitor").GetProperty("ci").GetProperty("low").GetDouble().ShouldBe(0.76);
        json.GetProperty("images").EnumerateArray().Select(image => image.GetProperty("name").GetString()).ShouldBe(["chart.png", "image-1.jpg", "image-2.jpg"]);
        json.GetProperty("images")[0].GetProperty("data").GetBytesFromBase64().ShouldBe([137, 80, 78, 71]);
    }

    [Fact]
    public async Task DeliverAsync_TheRecovery_KeepsTheFingerprintAndEnds()
    {
        await using StubHttpServer server = new();

        await DeliverAsync(server, SampleMessages.Message());
        await DeliverAsync(server, SampleMessages.Message(IncidentChange.Resolved));

        JsonElement[] alerts = [.. server.Requests.Select(request => JsonDocument.Parse(request.Body).RootElement.GetProperty("alerts")[0])];
        alerts[1].GetProperty("fingerprint").GetString().ShouldBe(alerts[0].GetProperty("fingerprint").GetString());
        alerts[1].GetProperty("status").GetString().ShouldBe("resolved");
        alerts[1].GetProperty("endsAt").GetDateTimeOffset().ShouldBe(SampleMessages.Start.AddMinutes(200));
    }

    [Theory]
    [InlineData("204 No Content", "", "", "Delivered")]
    [InlineData("301 Moved", "Location: https://elsewhere.example/\r\n", "", "Dead")]
    [InlineData("302 Found", "Location: http://127.0.0.1:1/\r\n", "", "Retry")]
    [InlineData("400 Bad Request", "", "no such hook", "Dead")]
    [InlineData("408 Request Timeout", "", "", "Retry")]
    [InlineData("410 Gone", "", "", "Dead")]
    [InlineData("429 Too Many Requests", "Retry-After: 30\r\n", "", "Retry")]
    [InlineData("500 Internal Server Error", "", "", "Retry")]
    [InlineData("503 Service Unavailable", "", "", "Retry")]
    public async Task DeliverAsync_AnAnswer_IsJudged(string status, string headers, string body, string expected)
    {
        await using StubHttpServer server = new() { Answer = StubHttpServer.Status(status, headers, body) };

        DeliveryResult result = await DeliverAsync(server, SampleMessages.Message());

        result.GetType().Name.ShouldBe(expected);
        server.Requests.Count.ShouldBe(1, "redirects are not followed");
        (result as DeliveryResult.Retry)?.After.ShouldBe(status.StartsWith("429", StringComparison.Ordinal) ? TimeSpan.FromSeconds(30) : null);
        (result as DeliveryResult.Dead)?.Reason.ShouldContain(status.Split(' ')[0]);
    }

    [Fact]
    public async Task DeliverAsync_AnEndlessErrorBody_IsReadToItsLimitOnly()
    {
        await using StubHttpServer server = new() { Answer = StubHttpServer.Status("500 Oops", "", new string('x', 10_000_000)) };

        DeliveryResult.Retry retry = (await DeliverAsync(server, SampleMessages.Message())).ShouldBeOfType<DeliveryResult.Retry>();

        retry.Reason.Length.ShouldBeLessThan(300);
    }

    [Fact]
    public async Task DeliverAsync_AReceiverThatHangs_IsGivenUpInTimeAndTriedAgain()
    {
        await using StubHttpServer server = new() { Hangs = true };
        using OutboundNetwork network = SampleMessages.Loopback(TimeSpan.FromMilliseconds(200));

        DeliveryResult result = await new WebhookChannel().DeliverAsync(Settings(server.Url), SampleMessages.Message(), network, SampleMessages.Stop);

        result.ShouldBe(new DeliveryResult.Retry("The receiver did not answer in time."));
    }

    [Fact]
    public async Task DeliverAsync_ToAPrivateAddress_IsRefusedAtTheConnection()
    {
        await using StubHttpServer server = new();
        using OutboundNetwork network = new(new AlertingOptions(), TimeProvider.System);

        DeliveryResult result = await new WebhookChannel().DeliverAsync(Settings(server.Url.Replace("http:", "https:", StringComparison.Ordinal)), SampleMessages.Message(), network, SampleMessages.Stop);

        result.ShouldBeOfType<DeliveryResult.Dead>().Reason.ShouldContain("private or reserved network");
        server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task CheckAsync_SettingsWithFaults_NamesEach()
    {
        using OutboundNetwork network = SampleMessages.Loopback();
        WebhookChannel channel = new();

        (await channel.CheckAsync("""{"url":"http://10.0.0.8/x","secret":"short"}""", network, SampleMessages.Stop)).Count.ShouldBe(2);
        (await channel.CheckAsync("""{"url":"https://127.0.0.1/","secret":"0123456789abcdef","extra":1}""", network, SampleMessages.Stop)).ShouldHaveSingleItem().ShouldContain("cannot be read");
        (await channel.CheckAsync(Settings("http://127.0.0.1:9/"), network, SampleMessages.Stop)).ShouldBeEmpty();
    }

    [Fact]
    public void Describe_Settings_ShowsNoKey()
    {
        string text = new WebhookChannel().Describe(Settings("https://hooks.example.org/services/T0/SECRET?key=1"));

        text.ShouldBe("https://hooks.example.org/…, signed");
    }

    private static string Settings(string url) => new WebhookSettings { Url = url, Secret = Secret }.ToJson();

    private static async Task<DeliveryResult> DeliverAsync(StubHttpServer server, AlertMessage message)
    {
        using OutboundNetwork network = SampleMessages.Loopback();
        return await new WebhookChannel().DeliverAsync(Settings(server.Url), message, network, SampleMessages.Stop);
    }
}
