using System.Net;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Tests.Hosting;

namespace VisionMonitor.Tests.Security;

/// <summary>Made from the route table: a new route is tested the day it is added, and one that opens by itself fails until it stands in the list below.</summary>
public sealed class RouteAccessTests
{
    // Open to everybody, on purpose. Files of wwwroot and the framework's own scripts are open too. CVAT's webhook is signed: whoever does not know its secret is answered 401.
    private static readonly string[] Open = [Webhook, "/healthz", "/readyz", "/login", "/logout", "/docs/scalar.js", "/docs/scalar.aspnetcore.js", "/docs/favicon.svg"];

    private const string Webhook = "/api/v1/projects/1/label-tools/cvat/webhook";

    [Fact]
    public async Task Webhook_WithoutASignature_IsClosed()
    {
        await using OpenDoor door = await OpenDoor.StartAsync();
        (await door.Anonymous().PostAsync(Webhook, new StringContent("{}"), TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Routes_WithoutAKey_AreClosedUnlessListed()
    {
        await using OpenDoor door = await OpenDoor.StartAsync();
        HttpClient nobody = door.Anonymous();
        List<string> tried = [];
        foreach ((RouteEndpoint route, string method, string path) in Requests(door))
        {
            bool isFile = route.Metadata.Any(metadata => metadata.GetType().Name.Contains("StaticAsset", StringComparison.Ordinal));
            bool saysOpen = route.Metadata.GetMetadata<IAllowAnonymous>() is not null;
            saysOpen.ShouldBe(isFile || Open.Contains(path), $"{method} {path}");
            if (saysOpen)
            {
                continue;
            }

            using HttpRequestMessage request = new(new HttpMethod(method), path);
            using HttpResponseMessage answer = await nobody.SendAsync(request, TestContext.Current.CancellationToken);
            bool toLogin = answer.StatusCode == HttpStatusCode.Found && answer.Headers.Location!.AbsolutePath == "/login";
            (answer.StatusCode == HttpStatusCode.Unauthorized || (toLogin && method == "GET")).ShouldBeTrue($"{method} {path} answered {answer.StatusCode}");
            tried.Add(path);
        }

        tried.ShouldContain("/admin/hangfire/x");
        tried.ShouldContain("/hubs/live/negotiate");
        tried.ShouldContain("/api/v1/projects/1");
    }

    [Fact]
    public async Task Routes_ThatChangeSomething_AreClosedToViewers()
    {
        await using OpenDoor door = await OpenDoor.StartAsync();
        HttpClient viewer = await door.AsAsync(Role.Viewer);
        int tried = 0;
        foreach ((_, string method, string path) in Requests(door).Where(request => request.Path.StartsWith("/api/", StringComparison.Ordinal) && request.Method != "GET" && request.Path != Webhook))
        {
            using HttpRequestMessage request = new(new HttpMethod(method), path);
            using HttpResponseMessage answer = await viewer.SendAsync(request, TestContext.Current.CancellationToken);
            answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden, $"{method} {path}");
            tried++;
        }

        tried.ShouldBeGreaterThan(10);
    }

    [Fact]
    public async Task Routes_WithAnIdOfAnotherProject_SayThatThereIsNoneSuch()
    {
        await using OpenDoor door = await OpenDoor.StartAsync();
        Project own = await door.AddProjectAsync("own");
        Project foreign = await door.AddProjectAsync("foreign");
        HttpClient scoped = await door.AsAsync(Role.Admin, own.Id);

        (await scoped.GetAsync($"/api/v1/projects/{own.Id}", TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.OK);
        foreach ((_, string method, string path) in Requests(door, foreign.Id).Where(request => request.Path.StartsWith("/api/v1/", StringComparison.Ordinal) && !request.Path.Contains("/keys/", StringComparison.Ordinal)))
        {
            using HttpRequestMessage request = new(new HttpMethod(method), path);
            using HttpResponseMessage answer = await scoped.SendAsync(request, TestContext.Current.CancellationToken);
            string body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            if (answer.IsSuccessStatusCode)
            {
                body.ShouldNotContain("foreign", Case.Insensitive, $"{method} {path}");
            }
            else
            {
                ((int)answer.StatusCode).ShouldBeInRange(400, 499, $"{method} {path}");
            }
        }

        (await scoped.GetAsync($"/api/v1/projects/{foreign.Id}", TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await scoped.GetAsync("/api/v1/keys", TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Theory]
    [InlineData(null, HttpStatusCode.Unauthorized)]
    [InlineData(Role.Viewer, HttpStatusCode.Forbidden)]
    [InlineData(Role.Editor, HttpStatusCode.Forbidden)]
    [InlineData(Role.Admin, HttpStatusCode.OK)]
    public async Task HangfireDashboard_FromThisVeryMachine_IsForAdminsOnly(Role? role, HttpStatusCode expected)
    {
        await using OpenDoor door = await OpenDoor.StartAsync();
        HttpClient client = role is { } some ? await door.AsAsync(some) : door.Anonymous();

        (await client.GetAsync("/admin/hangfire", TestContext.Current.CancellationToken)).StatusCode.ShouldBe(expected);
    }

    private static IEnumerable<(RouteEndpoint Route, string Method, string Path)> Requests(OpenDoor door, long id = 1)
    {
        foreach (RouteEndpoint route in door.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            string path = "/" + string.Join('/', route.RoutePattern.PathSegments.Select(segment => string.Concat(segment.Parts.Select(part => part switch
            {
                Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal => literal.Content,
                Microsoft.AspNetCore.Routing.Patterns.RoutePatternSeparatorPart separator => separator.Content,
                Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart { Name: var name } => name.EndsWith("Id", StringComparison.Ordinal) ? id.ToString(System.Globalization.CultureInfo.InvariantCulture) : name == "documentName" ? "v1" : "x",
                _ => "x",
            }))));
            IReadOnlyList<string> methods = route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods is { Count: > 0 } given ? given : ["GET"];
            foreach (string method in methods.Where(method => method is not ("HEAD" or "OPTIONS")))
            {
                yield return (route, method, path);
            }
        }
    }
}
