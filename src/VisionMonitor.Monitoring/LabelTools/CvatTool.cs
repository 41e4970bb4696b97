using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using VisionMonitor.Monitoring.Alerting.Channels;
using VisionMonitor.Vision;

namespace VisionMonitor.Monitoring.LabelTools;

/// <summary>
/// CVAT by its REST interface as documented for version 2.17: tasks with images in several requests, drafts as annotations, finished jobs as "CVAT for
/// images 1.1", background work by <c>/api/requests</c>. Older servers had these at other addresses, so the version is asked for first.
/// </summary>
public sealed class CvatTool : ILabelTool
{
    private const int ImageQuality = 90;
    private const int PageSize = 100;
    private const string Format = "CVAT for images 1.1";

    private static readonly Version _oldest = new(2, 17);
    private static readonly Version _tooNew = new(3, 0);

    public string Id => "cvat";

    public string Name => "CVAT";

    public IReadOnlyList<VisionTask> Tasks { get; } = [VisionTask.Classification, VisionTask.Detection, VisionTask.InstanceSegmentation];

    public async Task<IReadOnlyList<string>> CheckAsync(string settings, OutboundNetwork network, CancellationToken cancellationToken)
    {
        List<string> problems = [];
        if (ChannelJson.TryRead<CvatSettings>(settings, problems) is not { } cvat)
        {
            return problems;
        }

        if (cvat.Token.Length is 0 or > 500 || cvat.Token.Any(letter => letter is <= ' ' or > '~'))
        {
            problems.Add("The token is missing, or holds what no token does.");
        }

        if (cvat.WebhookSecret.Length is not 0 and (< 16 or > 200))
        {
            problems.Add("The webhook's secret must have 16 to 200 characters.");
        }

        if (await network.ProblemAsync(cvat.Url, cancellationToken) is { } problem)
        {
            problems.Add(problem);
        }

        return problems;
    }

    public string Describe(string settings)
    {
        CvatSettings cvat = Read(settings);
        return $"{new Uri(cvat.Url).GetLeftPart(UriPartial.Authority)}{(cvat.ProjectId is { } project ? $", project {project}" : "")}{(cvat.WebhookSecret.Length > 0 ? ", with webhook" : "")}";
    }

    public async Task ProbeAsync(string settings, LabelToolHttp http, CancellationToken cancellationToken)
    {
        CvatSettings cvat = Read(settings);
        await RequireVersionAsync(cvat, http, cancellationToken);
        await GetAsync(cvat, http, "users/self", cancellationToken);
        if (cvat.ProjectId is { } project)
        {
            await GetAsync(cvat, http, $"projects/{project}", cancellationToken);
        }
    }

    public async Task<string> SendAsync(string settings, LabelBatch batch, Func<string, Task> remember, LabelToolHttp http, CancellationToken cancellationToken)
    {
        CvatSettings cvat = Read(settings);
        await RequireVersionAsync(cvat, http, cancellationToken);
        await RemoveEarlierAsync(cvat, batch, http, cancellationToken);
        object task = cvat.ProjectId is { } project
            ? new { name = batch.Name, project_id = project }
            : new { name = batch.Name, labels = batch.Classes.Select(name => new { name, attributes = Array.Empty<object>() }) };
        JsonElement made = (await http.JsonAsync(() => Request(cvat, HttpMethod.Post, "tasks", LabelToolHttp.Body(task)), cancellationToken)).Json;
        string id = Number(made, "id");
        await remember(id);
        try
        {
            await UploadAsync(cvat, id, batch, http, cancellationToken);
            await DraftAsync(cvat, id, batch, http, cancellationToken);
            return id;
        }
        catch (LabelToolException failure) when (!failure.IsTransient)
        {
            // Half a task is nothing that people should label.
            await DeleteAsync(cvat, id, http, cancellationToken);
            throw;
        }
    }

    public async IAsyncEnumerable<FinishedLabels> PullAsync(string settings, string remoteId, string mark, LabelToolHttp http, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        CvatSettings cvat = Read(settings);
        await RequireVersionAsync(cvat, http, cancellationToken);
        JsonElement[] jobs = [.. (await ListAsync(cvat, http, $"jobs?task_id={remoteId}", cancellationToken)).Where(job => Text(job, "type") is "annotation" or "")];
        if (jobs.Length == 0)
        {
            throw new LabelToolException("cvat_task_gone", $"CVAT has no jobs of task {remoteId}: it was deleted, or its data were never taken.");
        }

        Dictionary<string, string> pulled = mark.Length == 0 ? [] : JsonSerializer.Deserialize<Dictionary<string, string>>(mark)!;
        JsonElement[] finished = [.. jobs.Where(job => Text(job, "state") == "completed")];
        JsonElement[] fresh = [.. finished.Where(job => pulled.GetValueOrDefault(Number(job, "id")) != Text(job, "updated_date"))];
        for (int index = 0; index < fresh.Length; index++)
        {
            string job = Number(fresh[index], "id");
            string file = await ExportAsync(cvat, job, http, cancellationToken);
            pulled[job] = Text(fresh[index], "updated_date");
            yield return new FinishedLabels(file, $"CVAT task {remoteId}, job {job}", JsonSerializer.Serialize(pulled), finished.Length == jobs.Length && index == fresh.Length - 1);
        }
    }

    internal static CvatSettings Read(string settings) => ChannelJson.Read<CvatSettings>(settings);

    private static async Task RequireVersionAsync(CvatSettings cvat, LabelToolHttp http, CancellationToken cancellationToken)
    {
        string said = Text(await GetAsync(cvat, http, "server/about", cancellationToken), "version");
        string numbers = new([.. said.TakeWhile(letter => char.IsAsciiDigit(letter) || letter == '.')]);
        if (!Version.TryParse(numbers.Trim('.'), out Version? version) || version < _oldest || version >= _tooNew)
        {
            throw new LabelToolException(
                "cvat_version_unsupported",
                $"{new Uri(cvat.Url).Authority} is {(said.Length == 0 ? "no CVAT that says its version" : $"CVAT {said}")}; versions from {_oldest} and before {_tooNew} are understood. Update the server, or move labels as files (CVAT for images 1.1).");
        }
    }

    /// <summary>A batch that was begun and not ended is made anew: CVAT cannot replace a task's data.</summary>
    private static async Task RemoveEarlierAsync(CvatSettings cvat, LabelBatch batch, LabelToolHttp http, CancellationToken cancellationToken)
    {
        if (batch.RemoteId is { } begun)
        {
            await DeleteAsync(cvat, begun, http, cancellationToken);
        }

        foreach (JsonElement left in await ListAsync(cvat, http, $"tasks?name={Uri.EscapeDataString(batch.Name)}", cancellationToken))
        {
            if (Text(left, "name") == batch.Name)
            {
                await DeleteAsync(cvat, Number(left, "id"), http, cancellationToken);
            }
        }
    }

    /// <summary>Upload-Start, one image a request, Upload-Finish; then CVAT looks through them in the background.</summary>
    private static async Task UploadAsync(CvatSettings cvat, string task, LabelBatch batch, LabelToolHttp http, CancellationToken cancellationToken)
    {
        await UploadAsync(cvat, task, "Upload-Start", () => LabelToolHttp.Body(new { image_quality = ImageQuality }), http, cancellationToken);
        foreach (BatchImage image in batch.Images)
        {
            byte[] bytes = await File.ReadAllBytesAsync(image.FilePath, cancellationToken);
            await UploadAsync(cvat, task, "Upload-Multiple", () => new MultipartFormDataContent { { new ByteArrayContent(bytes), "client_files[0]", image.Name }, { new StringContent($"{ImageQuality}"), "image_quality" } }, http, cancellationToken);
        }

        JsonElement accepted = await UploadAsync(cvat, task, "Upload-Finish", () => LabelToolHttp.Body(new { image_quality = ImageQuality }), http, cancellationToken);
        await RequestDoneAsync(cvat, Text(accepted, "rq_id"), "the images", "cvat_data_failed", http, cancellationToken);
    }

    private static async Task<JsonElement> UploadAsync(CvatSettings cvat, string task, string step, Func<HttpContent> content, LabelToolHttp http, CancellationToken cancellationToken) => (await http.JsonAsync(
        () =>
        {
            HttpRequestMessage request = Request(cvat, HttpMethod.Post, $"tasks/{task}/data/", content());
            request.Headers.Add(step, "true");
            return request;
        },
        cancellationToken)).Json;

    /// <summary>What the model says, as annotations that people correct.</summary>
    private static async Task DraftAsync(CvatSettings cvat, string task, LabelBatch batch, LabelToolHttp http, CancellationToken cancellationToken)
    {
        JsonElement meta = await GetAsync(cvat, http, $"tasks/{task}/data/meta", cancellationToken);
        string[] frames = [.. Items(meta, "frames").Select(frame => Text(frame, "name"))];
        string[] missing = [.. batch.Images.Select(image => image.Name).Except(frames)];
        if (missing.Length > 0 || frames.Length != batch.Images.Count)
        {
            throw new LabelToolException("cvat_data_incomplete", $"CVAT took {frames.Length} of {batch.Images.Count} images{(missing.Length > 0 ? $"; {missing[0]} is missing" : "")}.", isTransient: true);
        }

        Dictionary<string, long> labels = (await ListAsync(cvat, http, $"labels?task_id={task}", cancellationToken)).GroupBy(label => Text(label, "name")).ToDictionary(group => group.Key, group => group.First().GetProperty("id").GetInt64());
        string[] unknown = [.. batch.Classes.Where(name => !labels.ContainsKey(name))];
        if (unknown.Length > 0)
        {
            throw new LabelToolException("cvat_label_missing", $"CVAT's project lacks {(unknown.Length == 1 ? "the label" : "labels")} {string.Join(", ", unknown)}; add what is missing there, or leave the project's number out.");
        }

        object drafts = CvatDrafts.Of(batch, frames, [.. batch.Classes.Select(name => labels[name])]);
        await http.JsonAsync(() => Request(cvat, HttpMethod.Put, $"tasks/{task}/annotations", LabelToolHttp.Body(drafts)), cancellationToken);
    }

    private static async Task<string> ExportAsync(CvatSettings cvat, string job, LabelToolHttp http, CancellationToken cancellationToken)
    {
        JsonElement accepted = (await http.JsonAsync(() => Request(cvat, HttpMethod.Post, $"jobs/{job}/dataset/export?format={Uri.EscapeDataString(Format)}&save_images=false", content: null), cancellationToken)).Json;
        JsonElement done = await RequestDoneAsync(cvat, Text(accepted, "rq_id"), $"the labels of job {job}", "cvat_export_failed", http, cancellationToken);
        Uri result = Uri.TryCreate(Text(done, "result_url"), UriKind.RelativeOrAbsolute, out Uri? address) && address.OriginalString.Length > 0
            ? address
            : throw new LabelToolException("label_tool_not_understood", "CVAT does not say where its export lies.");

        // Behind a proxy CVAT names itself as the proxy calls it: the path is its own, the way to it is ours, and the token goes nowhere else.
        string path = result.IsAbsoluteUri ? result.PathAndQuery : result.OriginalString;
        string file = Path.Combine(Path.GetTempPath(), $"visionmonitor-{Guid.NewGuid():N}.zip");
        await http.DownloadAsync(() => Authorized(cvat, new HttpRequestMessage(HttpMethod.Get, new Uri(new Uri(cvat.Url), path))), file, cancellationToken);
        return file;
    }

    private static async Task<JsonElement> RequestDoneAsync(CvatSettings cvat, string request, string what, string code, LabelToolHttp http, CancellationToken cancellationToken)
    {
        JsonElement state = default;
        await http.WaitAsync(
            async () =>
            {
                state = await GetAsync(cvat, http, $"requests/{Uri.EscapeDataString(request)}", cancellationToken);
                return Text(state, "status") switch
                {
                    "finished" => true,
                    "failed" => throw new LabelToolException(code, $"CVAT failed on {what}: {Shortened(Text(state, "message"))}"),
                    _ => false,
                };
            },
            what,
            cancellationToken);
        return state;
    }

    private static Task DeleteAsync(CvatSettings cvat, string task, LabelToolHttp http, CancellationToken cancellationToken) =>
        http.JsonAsync(() => Request(cvat, HttpMethod.Delete, $"tasks/{task}", content: null), cancellationToken, HttpStatusCode.NotFound);

    private static async Task<JsonElement> GetAsync(CvatSettings cvat, LabelToolHttp http, string path, CancellationToken cancellationToken) =>
        (await http.JsonAsync(() => Request(cvat, HttpMethod.Get, path, content: null), cancellationToken)).Json;

    /// <summary>Every page of a list.</summary>
    private static async Task<List<JsonElement>> ListAsync(CvatSettings cvat, LabelToolHttp http, string path, CancellationToken cancellationToken)
    {
        List<JsonElement> all = [];
        for (int page = 1; ; page++)
        {
            JsonElement answer = await GetAsync(cvat, http, $"{path}&page_size={PageSize}&page={page}", cancellationToken);
            all.AddRange(Items(answer, "results"));
            if (Text(answer, "next").Length == 0)
            {
                return all;
            }
        }
    }

    private static HttpRequestMessage Request(CvatSettings cvat, HttpMethod method, string path, HttpContent? content)
    {
        string organization = cvat.Organization.Length == 0 ? "" : $"{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}org={Uri.EscapeDataString(cvat.Organization)}";
        HttpRequestMessage request = Authorized(cvat, new HttpRequestMessage(method, new Uri($"{cvat.Url.TrimEnd('/')}/api/{path}{organization}")) { Content = content });
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/vnd.cvat+json"));
        return request;
    }

    private static HttpRequestMessage Authorized(CvatSettings cvat, HttpRequestMessage request)
    {
        bool isOldKey = cvat.Token.Length == 40 && cvat.Token.All(char.IsAsciiHexDigit);
        request.Headers.Authorization = new AuthenticationHeaderValue(isOldKey ? "Token" : "Bearer", cvat.Token);
        return request;
    }

    private static IEnumerable<JsonElement> Items(JsonElement owner, string name) =>
        owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(name, out JsonElement list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : [];

    private static string Text(JsonElement owner, string name) =>
        owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static string Number(JsonElement owner, string name) =>
        owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number)
            ? number.ToString(CultureInfo.InvariantCulture)
            : throw new LabelToolException("label_tool_not_understood", $"CVAT's answer has no number '{name}'.");

    // The last line of a Python traceback says what it was.
    private static string Shortened(string message) => message.Trim().Split('\n')[^1] is { Length: > 300 } last ? last[..300] : message.Trim().Split('\n')[^1];
}
