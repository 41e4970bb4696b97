using System.IO.Compression;
using System.Text;
using System.Text.Json;
using VisionMonitor.Metrics.Detection;
using VisionMonitor.Metrics.Detection.Coco;
using VisionMonitor.Testing;

namespace VisionMonitor.Metrics.Tests.Detection.Coco;

/// <summary>One case of the golden files: what went into pycocotools 2.0.11 and what came out.</summary>
internal sealed class DetectionGolden
{
    private DetectionGolden(string name, CocoTask task, byte[] truth, byte[] results, JsonElement parameters, JsonElement expected)
    {
        (Name, Truth, Results, Expected) = (name, truth, results, expected);
        Task = task;
        Options = Read(parameters, CocoOptions.For(task));
    }

    public string Name { get; }

    public CocoTask Task { get; }

    public byte[] Truth { get; }

    public byte[] Results { get; }

    public CocoOptions Options { get; }

    public JsonElement Expected { get; }

    public static IReadOnlyList<DetectionGolden> Load(string file)
    {
        JsonElement root = Open(file);
        return root.TryGetProperty("cases", out JsonElement cases) ? [.. cases.EnumerateArray().Select(One)] : [One(root)];
    }

    /// <summary>A case whose truth and results lie in files of their own.</summary>
    public static DetectionGolden LoadSplit(string name)
    {
        JsonElement root = Open($"{name}_expected.json.gz");
        return new DetectionGolden(name, TaskOf(root), Bytes($"{name}_gt.json.gz"), Bytes($"{name}_dt.json.gz"), root.GetProperty("params"), root.GetProperty("expected"));
    }

    public static JsonElement Open(string file) => JsonDocument.Parse(Bytes(file)).RootElement;

    public CocoEvaluation Run(CocoMode mode = CocoMode.Strict, int parallelism = 1, bool pairs = false)
    {
        CocoDataset dataset = CocoDataset.Read(new MemoryStream(Truth), $"{Name} truth", Task);
        CocoResults results = CocoResults.Read(new MemoryStream(Results), $"{Name} results", dataset);
        return CocoEvaluation.Run(dataset, results, Options with { Mode = mode, Parallelism = parallelism, Detection = Options.Detection with { KeepsPairs = pairs } });
    }

    private static byte[] Bytes(string file)
    {
        string ours = SharedFolder.InRepository("tests", "golden", "detection", file);
        using var gzip = new GZipStream(File.OpenRead(File.Exists(ours) ? ours : SharedFolder.Require("golden", "detection", file)), CompressionMode.Decompress);
        var bytes = new MemoryStream();
        gzip.CopyTo(bytes);
        return bytes.ToArray();
    }

    private static DetectionGolden One(JsonElement one) => new(
        one.GetProperty("name").GetString()!,
        TaskOf(one),
        Encoding.UTF8.GetBytes(one.GetProperty("gt").GetRawText()),
        Encoding.UTF8.GetBytes(one.GetProperty("dt").GetRawText()),
        one.GetProperty("params"),
        one.GetProperty("expected"));

    private static CocoTask TaskOf(JsonElement one) => one.GetProperty("iouType").GetString() switch
    {
        "bbox" => CocoTask.Boxes,
        "segm" => CocoTask.Masks,
        _ => CocoTask.Keypoints,
    };

    private static CocoOptions Read(JsonElement parameters, CocoOptions options)
    {
        DetectionOptions detection = options.Detection;
        foreach (JsonProperty parameter in parameters.EnumerateObject())
        {
            JsonElement value = parameter.Value;
            switch (parameter.Name)
            {
                case "iouThrs":
                    detection = detection with { OverlapThresholds = Numbers(value) };
                    break;
                case "recThrs":
                    detection = detection with { RecallThresholds = Numbers(value) };
                    break;
                case "maxDets":
                    detection = detection with { MaxDetections = [.. Numbers(value).Select(n => (int)n)] };
                    break;
                case "useCats":
                    detection = detection with { IsClassAgnostic = value.GetInt32() == 0 };
                    break;
                case "areaRng":
                    string[] names = [.. parameters.GetProperty("areaRngLbl").EnumerateArray().Select(n => n.GetString()!)];
                    detection = detection with { AreaRanges = [.. value.EnumerateArray().Select((r, i) => new AreaRange(names[i], r[0].GetDouble(), r[1].GetDouble()))] };
                    break;
                case "areaRngLbl":
                    break;
                case "kpt_oks_sigmas":
                    options = options with { KeypointSigmas = Numbers(value) };
                    break;
                case "imgIds":
                    options = options with { ImageIds = Ids(value) };
                    break;
                case "catIds":
                    options = options with { CategoryIds = Ids(value) };
                    break;
                default:
                    throw new InvalidOperationException($"The golden file has an unknown parameter: {parameter.Name}.");
            }
        }

        return options with { Detection = detection };
    }

    private static double[] Numbers(JsonElement list) => [.. list.EnumerateArray().Select(n => n.GetDouble())];

    private static CocoId[] Ids(JsonElement list) => [.. list.EnumerateArray().Select(n => n.ValueKind == JsonValueKind.String ? new CocoId(0, n.GetString()) : new CocoId(n.GetInt64()))];
}
