using System.Net;
using System.Text.Json;

namespace VisionMonitor.Tests.Endpoints;

/// <summary>Reads answers of the API.</summary>
internal static class Answers
{
    public static async Task<JsonElement> ShouldBeAsync(this Task<HttpResponseMessage> sent, HttpStatusCode expected)
    {
        using HttpResponseMessage answer = await sent;
        string body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        answer.StatusCode.ShouldBe(expected, body);
        return body.Length == 0 ? default : JsonElement.Parse(body);
    }

    public static async Task ShouldBeProblemAsync(this Task<HttpResponseMessage> sent, HttpStatusCode expected, string code)
    {
        using HttpResponseMessage answer = await sent;
        string body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        answer.StatusCode.ShouldBe(expected, body);
        answer.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json");
        JsonElement.Parse(body).GetProperty("code").GetString().ShouldBe(code, body);
    }

    /// <summary>The same with one more file.</summary>
    public static MultipartFormDataContent WithFile(this MultipartFormDataContent form, string role, string name, byte[] bytes)
    {
        form.Add(new ByteArrayContent(bytes), role, name);
        return form;
    }

    public static MultipartFormDataContent Form(byte[] file, string? metadata = null, params (string Name, string Value)[] fields)
    {
        MultipartFormDataContent form = new() { { new ByteArrayContent(file), "file", "file.bin" } };
        if (metadata is not null)
        {
            form.Add(new StringContent(metadata), "metadata");
        }

        foreach ((string name, string value) in fields)
        {
            form.Add(new StringContent(value), name);
        }

        return form;
    }
}
