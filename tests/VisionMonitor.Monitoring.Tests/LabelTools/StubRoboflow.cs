using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using VisionMonitor.Vision.Labels;

namespace VisionMonitor.Monitoring.Tests.LabelTools;

/// <summary>As much of Roboflow as its documentation of the REST interface says and we use.</summary>
internal sealed class StubRoboflow : StubToolServer
{
    private const string Key = "rf_0123456789";

    /// <summary>Names by image id.</summary>
    public Dictionary<string, string> Images { get; } = [];

    /// <summary>Drafts by image id.</summary>
    public Dictionary<string, string> Drafts { get; } = [];

    /// <summary>What each generated version exports.</summary>
    public SortedDictionary<int, LabelSet> Versions { get; } = [];

    private readonly HashSet<int> _exported = [];

    public string Settings(string key = Key) => JsonSerializer.Serialize(new { apiKey = key, workspace = "plant-7", project = "parcels", url = Url });

    protected override StubAnswer Answer(StubRequest request)
    {
        if (request.Path.StartsWith("/storage/", StringComparison.Ordinal))
        {
            return new StubAnswer(200, Zip(Versions[int.Parse(request.Steps[1], null)]));
        }

        if (request.Path.StartsWith("/ds/", StringComparison.Ordinal))
        {
            return new StubAnswer(302, [], $"Location: /storage/{request.Steps[1]}\r\n");
        }

        if (request.Query.GetValueOrDefault("api_key") != Key)
        {
            return StubAnswer.Json(new { error = new { message = "This API key does not exist." } }, 401);
        }

        return (request.Method, request.Steps) switch
        {
            ("GET", ["plant-7", "parcels"]) => StubAnswer.Json(new { workspace = new { }, project = new { type = "object-detection" }, versions = Versions.Keys.Reverse().Select(number => new { id = $"plant-7/parcels/{number}" }) }),
            ("GET", ["plant-7", "parcels", string version, "coco"]) => Export(int.Parse(version, null)),
            ("POST", ["dataset", "parcels", "upload"]) => Upload(request),
            ("POST", ["dataset", "parcels", "annotate", string id]) => Drafts.TryAdd(id, request.Json.GetProperty("annotationFile").GetString()!)
                ? StubAnswer.Json(new { success = true })
                : StubAnswer.Json(new { error = new { message = "Image is already annotated" } }, 409),
            _ => StubAnswer.Plain(404, "no such address"),
        };
    }

    private StubAnswer Upload(StubRequest request)
    {
        string text = Encoding.Latin1.GetString(request.Body);
        int at = text.IndexOf("filename=", StringComparison.Ordinal) + "filename=".Length;
        int end = text.IndexOfAny(['\r', ';'], at), bytes = text.IndexOf("\r\n\r\n", at, StringComparison.Ordinal) + 4;
        string id = Convert.ToHexStringLower(SHA256.HashData(request.Body.AsSpan(bytes..text.LastIndexOf("\r\n--", StringComparison.Ordinal))))[..20];
        return Images.TryAdd(id, text[at..end].Trim('"')) ? StubAnswer.Json(new { success = true, id }) : StubAnswer.Json(new { duplicate = true, id });
    }

    // Asked for the first time it is only being made.
    private StubAnswer Export(int version) => _exported.Add(version)
        ? StubAnswer.Json(new { progress = 0.4 }, 202)
        : StubAnswer.Json(new { version = new { }, export = new { format = "coco", link = $"{Url}/ds/{version}?key=abc" } });

    private static byte[] Zip(LabelSet labels)
    {
        using MemoryStream zip = new();
        using (ZipArchive archive = new(zip, ZipArchiveMode.Create, leaveOpen: true))
        {
            using Stream entry = archive.CreateEntry("train/_annotations.coco.json").Open();
            entry.Write(Encoding.UTF8.GetBytes(CocoJson.ToText(labels)));
        }

        return zip.ToArray();
    }
}
