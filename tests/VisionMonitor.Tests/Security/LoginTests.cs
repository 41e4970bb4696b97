using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using VisionMonitor.Endpoints;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Security;
using VisionMonitor.Tests.Hosting;

namespace VisionMonitor.Tests.Security;

public sealed class LoginTests
{
    [Fact]
    public async Task LoginLink_OpenedTwice_OpensOnce()
    {
        await using OpenDoor door = await OpenDoor.StartAsync();
        IssuedKey token = await door.IssueAsync(new KeyOrder("link", Role.Admin, IsOneTime: true));
        HttpClient browser = door.Anonymous();

        HttpResponseMessage first = await browser.GetAsync($"/login?token={token.Secret}&returnUrl=/projects", TestContext.Current.CancellationToken);
        HttpResponseMessage second = await browser.GetAsync($"/login?token={token.Secret}", TestContext.Current.CancellationToken);

        first.StatusCode.ShouldBe(HttpStatusCode.Found);
        first.Headers.Location!.OriginalString.ShouldBe("/projects");
        string cookie = first.Headers.GetValues("Set-Cookie").Single(value => value.StartsWith("visionmonitor=", StringComparison.Ordinal));
        cookie.ShouldContain("httponly");
        cookie.ShouldContain("samesite=lax");
        second.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task LoginLink_OfAWrongToken_OpensNothing()
    {
        await using OpenDoor door = await OpenDoor.StartAsync();

        HttpResponseMessage answer = await door.Anonymous().GetAsync("/login?token=vmk_wrong", TestContext.Current.CancellationToken);

        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        answer.Headers.TryGetValues("Set-Cookie", out IEnumerable<string>? cookies);
        (cookies ?? []).ShouldNotContain(value => value.StartsWith("visionmonitor=", StringComparison.Ordinal));
    }

    [Fact]
    public async Task OneTimeToken_AsABearer_IsRefused()
    {
        await using OpenDoor door = await OpenDoor.StartAsync();
        IssuedKey token = await door.IssueAsync(new KeyOrder("link", Role.Admin, IsOneTime: true));

        (await door.Client(token.Secret).GetAsync("/api/v1/projects", TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("/projects", true)]
    [InlineData("//evil.example", false)]
    [InlineData("/\\evil.example", false)]
    [InlineData("https://evil.example", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    [InlineData("/a\r\nSet-Cookie: x", false)]
    public void IsOwnPath_OfAReturnAddress_AcceptsOurOwnOnly(string? url, bool expected) => LoginEndpoints.IsOwnPath(url).ShouldBe(expected);

    [Fact]
    public async Task Key_Revoked_ClosesItsLoginsAtOnce()
    {
        await using OpenDoor door = await OpenDoor.StartAsync();
        IssuedKey key = await door.IssueAsync(new KeyOrder("person", Role.Admin));
        HttpClient browser = await SignInAsync(door, key.Secret);
        (await browser.GetAsync("/api/v1/projects", TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.OK);

        HttpClient admin = await door.AsAsync(Role.Admin);
        (await admin.DeleteAsync($"/api/v1/keys/{key.Key.Id}", TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        (await browser.GetAsync("/api/v1/projects", TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await door.Client(key.Secret).GetAsync("/api/v1/projects", TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Change_ByCookie_NeedsTheTokenOfOurOwnPage()
    {
        await using OpenDoor door = await OpenDoor.StartAsync();
        HttpClient browser = await SignInAsync(door, (await door.IssueAsync(new KeyOrder("person", Role.Admin))).Secret);
        object order = new { slug = "parcels", name = "Parcels", task = "classification", classNames = new[] { "box" } };

        HttpResponseMessage forged = await browser.PostAsJsonAsync("/api/v1/projects", order, TestContext.Current.CancellationToken);
        HttpResponseMessage session = await browser.GetAsync("/api/v1/session", TestContext.Current.CancellationToken);
        string proof = Regex.Match(await session.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), "\"antiforgeryToken\":\"([^\"]+)\"").Groups[1].Value;
        browser.DefaultRequestHeaders.Add("X-CSRF-TOKEN", proof);
        browser.DefaultRequestHeaders.Add("Cookie", session.Headers.GetValues("Set-Cookie").Single().Split(';')[0]);
        HttpResponseMessage own = await browser.PostAsJsonAsync("/api/v1/projects", order, TestContext.Current.CancellationToken);

        forged.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await forged.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("antiforgery_failed");
        own.StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Socket_FromAForeignPage_IsRefused()
    {
        await using OpenDoor door = await OpenDoor.StartAsync();
        HttpClient browser = await SignInAsync(door, (await door.IssueAsync(new KeyOrder("person", Role.Admin))).Secret);

        using HttpRequestMessage foreign = new(HttpMethod.Post, "/hubs/live/negotiate?negotiateVersion=1") { Headers = { { "Origin", "http://evil.example" } } };
        using HttpRequestMessage own = new(HttpMethod.Post, "/hubs/live/negotiate?negotiateVersion=1") { Headers = { { "Origin", door.Address.GetLeftPart(UriPartial.Authority) } } };

        (await browser.SendAsync(foreign, TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await browser.SendAsync(own, TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Database_AfterKeysWereIssued_HoldsNoSecret()
    {
        await using OpenDoor door = await OpenDoor.StartAsync();
        IssuedKey key = await door.IssueAsync(new KeyOrder("person", Role.Admin));

        await using MonitoringDbContext db = door.CreateDbContext();
        ApiKey row = db.ApiKeys.Single(one => one.Id == key.Key.Id);
        row.KeyHash.ShouldNotContain(key.Secret);
        row.Prefix.Length.ShouldBeLessThan(12);
        key.Secret.Length.ShouldBe("vmk_".Length + 43);
    }

    [Fact]
    public async Task Answer_Always_CarriesTheSecurityHeaders()
    {
        await using OpenDoor door = await OpenDoor.StartAsync();

        HttpResponseMessage answer = await door.Anonymous().GetAsync("/login", TestContext.Current.CancellationToken);

        string policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        policy.ShouldContain("frame-ancestors 'none'");
        policy.ShouldContain("script-src 'self';");
        answer.Headers.GetValues("X-Content-Type-Options").Single().ShouldBe("nosniff");
    }

    [Fact]
    public async Task Request_ForAForeignHostName_IsRefused()
    {
        await using OpenDoor door = await OpenDoor.StartAsync();
        using HttpRequestMessage request = new(HttpMethod.Get, "/healthz") { Headers = { Host = "evil.example" } };

        (await door.Anonymous().SendAsync(request, TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    private static async Task<HttpClient> SignInAsync(OpenDoor door, string secret)
    {
        HttpClient browser = door.Anonymous();
        HttpResponseMessage answer = await browser.GetAsync($"/login?token={secret}", TestContext.Current.CancellationToken);
        browser.DefaultRequestHeaders.Add("Cookie", answer.Headers.GetValues("Set-Cookie").Single(value => value.StartsWith("visionmonitor=", StringComparison.Ordinal)).Split(';')[0]);
        return browser;
    }
}
