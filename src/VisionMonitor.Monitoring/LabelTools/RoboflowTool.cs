using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using VisionMonitor.Monitoring.Alerting.Channels;
using VisionMonitor.Vision;
using VisionMonitor.Vision.Labels;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Monitoring.LabelTools;

/// <summary>
/// Roboflow by its REST interface: images one by one, drafts as predictions that wait for review, and what people finished as the COCO export of a version
/// that somebody generates there. Images are known by their bytes, so sending again makes no second one.
/// </summary>
public sealed class RoboflowTool : ILabelTool
{
    public string Id => "roboflow";

    public string Name => "Roboflow";

    public IReadOnlyList<VisionTask> Tasks { get; } = [VisionTask.Detection, VisionTask.InstanceSegmentation];

    public async Task<IReadOnlyList<string>> CheckAsync(string settings, OutboundNetwork network, CancellationToken cancellationToken)
    {
        List<string> problems = [];
        if (ChannelJson.TryRead<RoboflowSettings>(settings, problems) is not { } roboflow)
        {
            return problems;
        }

        if (roboflow.ApiKey.Length is 0 or > 200)
        {
            problems.Add("The API key is missing.");
        }

        foreach ((string what, string name) in ((string, string)[])[("workspace", roboflow.Workspace), ("project", roboflow.Project)])
        {
            if (name.Length is 0 or > 200 || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_'))
            {
                problems.Add($"The {what} must be written as in its address: letters, digits and dashes.");
            }
        }

        if (await network.ProblemAsync(roboflow.Url, cancellationToken) is { } problem)
        {
            problems.Add(problem);
        }

        return problems;
    }

    public string Describe(string settings)
    {
        RoboflowSettings roboflow = Read(settings);
        return $"{new Uri(roboflow.Url).Host}, {roboflow.Workspace}/{roboflow.Project}";
    }

    public Task ProbeAsync(string settings, LabelToolHttp http, CancellationToken cancellationToken) => VersionsAsync(Read(settings), http, cancellationToken);

    public async Task<string> SendAsync(string settings, LabelBatch batch, Func<string, Task> remember, LabelToolHttp http, CancellationToken cancellationToken)
    {
        RoboflowSettings roboflow = Read(settings);
        await remember($"{roboflow.Workspace}/{roboflow.Project}");
        foreach (BatchImage image in batch.Images)
        {
            string id = await UploadAsync(roboflow, batch.Name, image, http, cancellationToken);
            if (image.Draft is InstanceTruth { Instances.Count: > 0 } or DetectionTruth { Boxes.Count: > 0 })
            {
                await DraftAsync(roboflow, batch.Classes, image, id, http, cancellationToken);
            }
        }

        return $"{roboflow.Workspace}/{roboflow.Project}";
    }

    public async IAsyncEnumerable<FinishedLabels> PullAsync(string settings, string remoteId, string mark, LabelToolHttp http, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        RoboflowSettings roboflow = Read(settings);
        int pulled = mark.Length == 0 ? 0 : int.Parse(mark, CultureInfo.InvariantCulture), newest = (await VersionsAsync(roboflow, http, cancellationToken)).DefaultIfEmpty(0).Max();
        if (newest <= pulled)
        {
            yield break;
        }

        JsonElement export = default;
        await http.WaitAsync(
            async () =>
            {
                (HttpStatusCode status, export) = await http.JsonAsync(() => new HttpRequestMessage(HttpMethod.Get, Address(roboflow, $"{roboflow.Workspace}/{roboflow.Project}/{newest}/coco")), cancellationToken);
                return status != HttpStatusCode.Accepted;
            },
            $"the export of version {newest}",
            cancellationToken);
        string link = export.ValueKind == JsonValueKind.Object && export.TryGetProperty("export", out JsonElement about) && about.ValueKind == JsonValueKind.Object && about.TryGetProperty("link", out JsonElement given) && given.ValueKind == JsonValueKind.String
            ? given.GetString()!
            : throw new LabelToolException("label_tool_not_understood", $"Roboflow does not say where the export of version {newest} lies.");
        Uri address = Uri.TryCreate(link, UriKind.Absolute, out Uri? parsed) ? parsed : throw new LabelToolException("label_tool_not_understood", "Roboflow's link to the export is no address.");
        string file = Path.Combine(Path.GetTempPath(), $"visionmonitor-{Guid.NewGuid():N}.zip");
        await http.DownloadAsync(() => new HttpRequestMessage(HttpMethod.Get, address), file, cancellationToken);

        // Whether more is to come, only the queue knows: a version holds whatever was approved when it was made.
        yield return new FinishedLabels(file, $"Roboflow {remoteId}, version {newest}", newest.ToString(CultureInfo.InvariantCulture), IsComplete: false);
    }

    private static RoboflowSettings Read(string settings) => ChannelJson.Read<RoboflowSettings>(settings);

    private static async Task<string> UploadAsync(RoboflowSettings roboflow, string batch, BatchImage image, LabelToolHttp http, CancellationToken cancellationToken)
    {
        byte[] bytes = await File.ReadAllBytesAsync(image.FilePath, cancellationToken);
        JsonElement answer = (await http.JsonAsync(
            () => new HttpRequestMessage(HttpMethod.Post, Address(roboflow, $"dataset/{roboflow.Project}/upload", ("batch", batch)))
            {
                Content = new MultipartFormDataContent { { new StringContent(image.Name), "name" }, { new StringContent("train"), "split" }, { new ByteArrayContent(bytes), "file", image.Name } },
            },
            cancellationToken)).Json;
        return (IsTrue(answer, "success") || IsTrue(answer, "duplicate")) && answer.TryGetProperty("id", out JsonElement id) && id.ValueKind == JsonValueKind.String
            ? id.GetString()!
            : throw new LabelToolException("roboflow_image_refused", $"Roboflow did not take {image.Name}.");
    }

    private static async Task DraftAsync(RoboflowSettings roboflow, IReadOnlyList<string> classes, BatchImage image, string id, LabelToolHttp http, CancellationToken cancellationToken)
    {
        LabelSet set = new LabelSet(image.Draft!.Task, classes, [new LabelledImage(image.Name, image.Width, image.Height, image.Draft)]).ToOutlines();
        string annotation = CocoJson.ToText(set);
        (HttpStatusCode status, JsonElement answer) = await http.JsonAsync(
            () => new HttpRequestMessage(HttpMethod.Post, Address(roboflow, $"dataset/{roboflow.Project}/annotate/{Uri.EscapeDataString(id)}", ("name", Path.ChangeExtension(image.Name, ".coco.json")), ("prediction", "true")))
            {
                Content = LabelToolHttp.Body(new { annotationFile = annotation }),
            },
            cancellationToken,
            HttpStatusCode.Conflict);

        // 409 says that an earlier attempt, or a person, has labelled it: then there is nothing to draft.
        if (status != HttpStatusCode.Conflict && !IsTrue(answer, "success"))
        {
            throw new LabelToolException("roboflow_annotation_refused", $"Roboflow did not take the draft of {image.Name}.");
        }
    }

    /// <summary>The numbers of the versions that a project has.</summary>
    private static async Task<List<int>> VersionsAsync(RoboflowSettings roboflow, LabelToolHttp http, CancellationToken cancellationToken)
    {
        JsonElement answer = (await http.JsonAsync(() => new HttpRequestMessage(HttpMethod.Get, Address(roboflow, $"{roboflow.Workspace}/{roboflow.Project}")), cancellationToken)).Json;
        if (answer.ValueKind != JsonValueKind.Object || !answer.TryGetProperty("project", out _))
        {
            throw new LabelToolException("label_tool_not_understood", $"{new Uri(roboflow.Url).Authority} does not answer as Roboflow's documentation says.");
        }

        return
        [
            .. (answer.TryGetProperty("versions", out JsonElement versions) && versions.ValueKind == JsonValueKind.Array ? versions.EnumerateArray() : [])
                .Select(version => version.TryGetProperty("id", out JsonElement id) && id.ValueKind == JsonValueKind.String && int.TryParse(id.GetString()!.Split('/')[^1], CultureInfo.InvariantCulture, out int number) ? number : 0),
        ];
    }

    private static Uri Address(RoboflowSettings roboflow, string path, params ReadOnlySpan<(string Name, string Value)> query)
    {
        string address = $"{roboflow.Url.TrimEnd('/')}/{path}?api_key={Uri.EscapeDataString(roboflow.ApiKey)}";
        foreach ((string name, string value) in query)
        {
            address += $"&{name}={Uri.EscapeDataString(value)}";
        }

        return new Uri(address);
    }

    private static bool IsTrue(JsonElement answer, string name) => answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.True;
}
