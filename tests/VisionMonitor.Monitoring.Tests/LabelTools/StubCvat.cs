using System.IO.Compression;
using System.Text;
using System.Text.Json;
using VisionMonitor.Vision.Labels;

namespace VisionMonitor.Monitoring.Tests.LabelTools;

/// <summary>As much of CVAT as its documentation of the REST interface says (schema 2.17) and we use. Lists have one row a page.</summary>
internal sealed class StubCvat : StubToolServer
{
    public const string Token = "cvatpat.0123456789";

    private int _nextId = 40;
    private int _looks;

    public string Version { get; set; } = "2.17.0";

    public SortedDictionary<int, StubTask> Tasks { get; } = [];

    /// <summary>Labels of the project, where a task is made in one.</summary>
    public string[] ProjectLabels { get; set; } = [];

    /// <summary>What becomes of the data once they are all there.</summary>
    public string DataStatus { get; set; } = "finished";

    public string Settings(string token = Token, long? project = null, string secret = "") => JsonSerializer.Serialize(new { url = Url, token, projectId = project, webhookSecret = secret });

    protected override StubAnswer Answer(StubRequest request)
    {
        if (request.Path == "/api/server/about")
        {
            return StubAnswer.Json(new { name = "Computer Vision Annotation Tool", version = Version });
        }

        if (request.Headers.GetValueOrDefault("Authorization") != $"Bearer {Token}")
        {
            return StubAnswer.Json(new { detail = "Invalid token." }, 401);
        }

        return (request.Method, request.Steps) switch
        {
            ("GET", ["api", "users", "self"]) => StubAnswer.Json(new { id = 1, username = "we" }),
            ("GET", ["api", "projects", _]) => StubAnswer.Json(new { id = 3 }),
            ("GET", ["api", "tasks"]) => Page(request, [.. Tasks.Values.Where(task => task.Name.Contains(request.Query["name"], StringComparison.Ordinal)).Select(task => (object)new { id = task.Id, name = task.Name })]),
            ("POST", ["api", "tasks"]) => Make(request.Json),
            ("DELETE", ["api", "tasks", string id]) => Tasks.Remove(int.Parse(id, null)) ? StubAnswer.Plain(204) : StubAnswer.Plain(404),
            ("POST", ["api", "tasks", string id, "data"]) => Upload(Tasks[int.Parse(id, null)], request),
            ("GET", ["api", "requests", "create:" or "export:", ..]) => StubAnswer.Plain(404),
            ("GET", ["api", "requests", string id]) => Look(id),
            ("GET", ["api", "tasks", string id, "data", "meta"]) => StubAnswer.Json(new { size = Tasks[int.Parse(id, null)].Files.Count, frames = Tasks[int.Parse(id, null)].Files.Order(StringComparer.Ordinal).Select(name => new { name, width = 48, height = 48 }) }),
            ("GET", ["api", "labels"]) => Page(request, [.. Tasks[int.Parse(request.Query["task_id"], null)].Labels.Select((name, index) => (object)new { id = 700 + index, name })]),
            ("PUT", ["api", "tasks", string id, "annotations"]) => Annotate(Tasks[int.Parse(id, null)], request.Json),
            ("GET", ["api", "jobs"]) => Page(request, [.. (Tasks.GetValueOrDefault(int.Parse(request.Query["task_id"], null))?.Jobs ?? []).Select(job => (object)new { id = job.Id, type = "annotation", state = job.State, stage = "annotation", updated_date = job.Updated })]),
            ("POST", ["api", "jobs", string id, "dataset", "export"]) => request.Query["format"] == "CVAT for images 1.1" ? StubAnswer.Json(new { rq_id = $"export-{id}" }, 202) : StubAnswer.Plain(405),
            ("GET", ["api", "jobs", string id, "dataset", "download"]) => new StubAnswer(200, Zip(Tasks.Values.SelectMany(task => task.Jobs).Single(job => job.Id == int.Parse(id, null)).Labels)),
            _ => StubAnswer.Plain(404, "no such address"),
        };
    }

    private static StubAnswer Page(StubRequest request, object[] rows)
    {
        int page = int.Parse(request.Query["page"], null);
        return StubAnswer.Json(new { count = rows.Length, next = page < rows.Length ? $"http://elsewhere.invalid/?page={page + 1}" : null, previous = (string?)null, results = rows.Skip(page - 1).Take(1) });
    }

    private StubAnswer Make(JsonElement task)
    {
        StubTask made = new(++_nextId, task.GetProperty("name").GetString()!, task.TryGetProperty("labels", out JsonElement labels) ? [.. labels.EnumerateArray().Select(label => label.GetProperty("name").GetString()!)] : ProjectLabels);
        Tasks.Add(made.Id, made);
        return StubAnswer.Json(new { id = made.Id, name = made.Name }, 201);
    }

    private static StubAnswer Upload(StubTask task, StubRequest request)
    {
        if (request.Headers.ContainsKey("Upload-Finish"))
        {
            return StubAnswer.Json(new { rq_id = $"create-{task.Id}" }, 202);
        }

        if (request.Headers.ContainsKey("Upload-Multiple"))
        {
            // Of a multipart body only the file's name matters here.
            string text = Encoding.Latin1.GetString(request.Body);
            int at = text.IndexOf("filename=", StringComparison.Ordinal) + "filename=".Length;
            task.Files.Add(text[at..text.IndexOfAny(['\r', ';'], at)].Trim('"'));
        }

        return StubAnswer.Json(new { }, request.Headers.ContainsKey("Upload-Start") ? 202 : 200);
    }

    // The first look always finds it under way.
    private StubAnswer Look(string id) => _looks++ % 2 == 0
        ? StubAnswer.Json(new { id, status = "started", message = "" })
        : id.StartsWith("create-", StringComparison.Ordinal)
            ? StubAnswer.Json(new { id, status = DataStatus, message = DataStatus == "failed" ? "Traceback\nPIL.UnidentifiedImageError: cannot identify image file" : "" })
            : StubAnswer.Json(new { id, status = "finished", message = "", result_url = $"http://cvat.internal/api/jobs/{id["export-".Length..]}/dataset/download?rq_id={id}" });

    private static StubAnswer Annotate(StubTask task, JsonElement annotations)
    {
        task.Annotations = annotations;
        return StubAnswer.Json(new { });
    }

    private static byte[] Zip(LabelSet labels)
    {
        string folder = Directory.CreateTempSubdirectory("stub-cvat").FullName;
        LabelFormats.Find("cvat")!.Write(labels, folder);
        using MemoryStream zip = new();
        ZipFile.CreateFromDirectory(folder, zip);
        Directory.Delete(folder, recursive: true);
        return zip.ToArray();
    }
}

internal sealed record StubTask(int Id, string Name, string[] Labels)
{
    public List<string> Files { get; } = [];

    public JsonElement? Annotations { get; set; }

    public List<StubJob> Jobs { get; } = [];
}

internal sealed record StubJob(int Id, LabelSet Labels)
{
    public string State { get; set; } = "in progress";

    public string Updated { get; set; } = "2026-05-01T08:00:00Z";
}
