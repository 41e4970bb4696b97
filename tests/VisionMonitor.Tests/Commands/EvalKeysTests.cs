using System.Runtime.InteropServices;
using System.Text.Json;
using VisionMonitor.Testing;

namespace VisionMonitor.Tests.Commands;

/// <summary>The fields that scripts rely on, by name: what each evaluation prints as JSON, and that every number of it gains an interval with --bootstrap.</summary>
public sealed class EvalKeysTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("visionmonitor-keys-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Detection_Json_HasEveryNamedField()
    {
        (string truth, string results) = DetectionFiles();

        JsonElement json = await Measure("detection", "--truth", truth, "--predicted", results);

        json.GetProperty("stats").GetArrayLength().ShouldBe(12);
        json.GetProperty("statsLow").GetArrayLength().ShouldBe(12);
        json.GetProperty("statsHigh").GetArrayLength().ShouldBe(12);
        json.GetProperty("precisionSha256").GetString()!.Length.ShouldBe(64);
        json.GetProperty("scoresSha256").GetString()!.Length.ShouldBe(64);
        Statistics(json, "named", "ap ap50 ap75 apSmall apMedium apLarge ar1 ar10 ar100 arSmall arMedium arLarge");
        JsonElement[] classes = [.. json.GetProperty("perClass").EnumerateArray()];
        classes.Select(one => (one.GetProperty("categoryId").GetInt32(), one.GetProperty("name").GetString())).ShouldBe([(3, "card"), (5, "hand")]);
        foreach (JsonElement one in classes)
        {
            Statistics(one, "", "ap ap50 ap75 apSmall apMedium apLarge ar1 ar10 ar100 arSmall arMedium arLarge bestConfidence precision recall f1");
        }

        // The only object of the first class is found; the second class has none, so nothing of it is defined.
        classes[0].GetProperty("ap50").GetDouble().ShouldBe(1, 1e-12);
        classes[0].GetProperty("f1Low").GetDouble().ShouldBe(1);
        classes[1].GetProperty("ap50").ValueKind.ShouldBe(JsonValueKind.Null);
        classes[1].GetProperty("f1").ValueKind.ShouldBe(JsonValueKind.Null);
        classes[1].GetProperty("f1Low").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    /// <summary>Of several bad records the first is named, however many threads compare; the words are for people, not for programmers.</summary>
    [Theory]
    [InlineData("1")]
    [InlineData("4")]
    public async Task Classification_OfBadRows_NamesTheFirst(string threads)
    {
        const int Rows = 3000, Classes = 4;
        float[] logits = [.. Enumerable.Range(0, Rows * Classes).Select(at => at is (5 * Classes) + 2 or 2900 * Classes ? float.NaN : at % 7)];
        string scores = NpyWriter.Write(Path.Combine(_folder, "x.npy"), MemoryMarshal.AsBytes(logits.AsSpan()).ToArray(), "<f4", Rows, Classes);
        string truth = NpyWriter.Write(Path.Combine(_folder, "y.npy"), new byte[Rows], "|u1", Rows);

        EvalRun run = await EvalRun.Of("eval", "classification", "--logits", scores, "--truth", truth, "--threads", threads);

        run.Code.ShouldBe(1);
        run.Complained.Trim().ShouldBe($"visionmonitor: {scores}: row 5: Logit 2 is NaN: logits are finite.");
    }

    [Fact]
    public async Task Detection_JsonOfEverySection_GivesEachNumberAnInterval()
    {
        (string truth, string results) = DetectionFiles();

        JsonElement json = await Measure("detection", "--truth", truth, "--predicted", results, "--voc", "all-point", "--errors", "--confusion", "--curves", "--federated");

        Statistics(json, "voc", "map");
        Statistics(json.GetProperty("voc").GetProperty("perClass")[0], "", "ap");
        Statistics(json.GetProperty("tide"), "", "ap");
        Statistics(json.GetProperty("tide"), "gains", "class localization both duplicate background missed falsePositives falseNegatives");
        Facts(json.GetProperty("tide").GetProperty("counts"), "class localization both duplicate background missed");
        Statistics(json, "lrp", "optimal localization falsePositives falseNegatives");
        Statistics(json.GetProperty("lrp").GetProperty("perClass")[0], "", "optimal localization falsePositives falseNegatives confidence");
        Statistics(json.GetProperty("confusion").GetProperty("perClass")[0], "", "precision recall f1");
        Facts(json.GetProperty("confusion").GetProperty("cells")[0], "truth predicted count");
        Facts(json.GetProperty("curves")[0].GetProperty("points")[0], "confidence precision recall f1");
        Statistics(json, "federated", "ap ap50 ap75 apSmall apMedium apLarge ar300 apRare apCommon apFrequent");
    }

    [Fact]
    public async Task Panoptic_Json_HasEveryNamedField()
    {
        string folder = SharedFolder.InRepository("tests", "golden", "panoptic", "p08_no_stuff");

        JsonElement json = await Measure("panoptic", "--truth", Path.Combine(folder, "gt.json"), "--truth-images", Path.Combine(folder, "gt"), "--predicted", Path.Combine(folder, "pred.json"), "--predicted-images", Path.Combine(folder, "pred"));

        foreach (string group in (string[])["all", "things", "stuff"])
        {
            Statistics(json, group, "pq sq rq");
            Facts(json.GetProperty(group), "n");
        }

        json.GetProperty("stuff").GetProperty("pq").ValueKind.ShouldBe(JsonValueKind.Null);
        Statistics(json.GetProperty("perClass")[0], "", "pq sq rq");
        Facts(json.GetProperty("perClass")[0], "categoryId tp fp fn");
    }

    [Fact]
    public async Task Semantic_Json_HasEveryNamedField()
    {
        string folder = SharedFolder.InRepository("tests", "golden", "segmentation", "s02_absent_both");

        JsonElement json = await Measure("semantic", "--truth", folder, "--predicted", folder, "--classes", "6");

        Statistics(json, "", "mIoU mAcc aAcc fwIoU");
        JsonElement[] classes = [.. json.GetProperty("perClass").EnumerateArray()];
        classes.Select(one => one.GetProperty("index").GetInt32()).ShouldBe(Enumerable.Range(0, 6));
        classes.ShouldContain(one => one.GetProperty("iou").ValueKind == JsonValueKind.Null);
        foreach (JsonElement one in classes)
        {
            Statistics(one, "", "iou accuracy precision dice");
        }
    }

    [Fact]
    public async Task Classification_Json_HasEveryNamedField()
    {
        (string logits, string labels) = ClassificationFiles([1, 0, 0, 0, 2, 0, 0, 0, 3], [0, 1, 1]);

        JsonElement json = await Measure("classification", "--logits", logits, "--truth", labels, "--top-k", "5", "--bins", "15", "--undefined", "skip");

        json.GetProperty("n").GetInt32().ShouldBe(3);
        Statistics(json, "", "accuracy balancedAccuracy mcc kappa logLoss brier rocAucMacro averagePrecisionMacro");
        Statistics(json, "topK", "1 5");
        Statistics(json, "ece", "rightClosed leftClosed equalMass");
        Statistics(json, "mce", "rightClosed leftClosed equalMass");
        foreach (string mean in (string[])["macro", "micro", "weighted"])
        {
            Statistics(json, mean, "precision recall f1");
        }

        JsonElement[] classes = [.. json.GetProperty("perClass").EnumerateArray()];
        classes.Select(one => (one.GetProperty("index").GetInt32(), one.GetProperty("support").GetInt32())).ShouldBe([(0, 1), (1, 2), (2, 0)]);
        foreach (JsonElement one in classes)
        {
            Statistics(one, "", "precision recall f1");
        }

        classes[2].GetProperty("recall").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task Text_Json_HasEveryNamedField()
    {
        JsonElement json = await Measure("text", "--pairs", Write("pairs.jsonl", "{\"truth\": \"kitten\", \"predicted\": \"sitting\"}\n{\"truth\": \"a b\", \"predicted\": \"a b\"}\n"));

        json.GetProperty("pairs").GetInt32().ShouldBe(2);
        Statistics(json, "", "cer wer exactMatch meanNormalizedEditDistance");
        json.GetProperty("perPair").EnumerateArray().Select(one => (one.GetProperty("edits").GetInt32(), one.GetProperty("length").GetInt32())).ShouldBe([(3, 6), (0, 3)]);
    }

    [Fact]
    public async Task TextDetection_Json_HasItsFields()
    {
        JsonElement json = await Measure("text-detection", "--pairs", Write("regions.json", """[{"name": "a", "truth": [{"points": [[0,0],[9,0],[9,9],[0,9]], "text": "A"}], "predicted": [{"points": [[0,0],[9,0],[9,9],[0,9]], "text": "A"}]}]"""));

        Statistics(json, "", "precision recall hmean endToEndHmean");
        Facts(json.GetProperty("perImage")[0], "name precision recall hmean matched");
    }

    [Theory]
    [InlineData("table")]
    [InlineData("csv")]
    public async Task EveryFormat_OfEveryKind_HasALineForAKnownNumber(string format)
    {
        (string truth, string results) = DetectionFiles();
        (string logits, string labels) = ClassificationFiles([1, 0, 0, 1], [0, 1]);
        string panoptic = SharedFolder.InRepository("tests", "golden", "panoptic", "p02_iou_exactly_half"), semantic = SharedFolder.InRepository("tests", "golden", "segmentation", "s01_basic");
        foreach ((string start, string[] arguments) in new (string, string[])[]
        {
            (format == "csv" ? ",,ar100,1,1,1" : "ar100      1.0000  (1.0000 to 1.0000)", ["detection", "--truth", truth, "--predicted", results]),
            (format == "csv" ? "all.pq," : "all.pq ", ["panoptic", "--truth", Path.Combine(panoptic, "gt.json"), "--truth-images", Path.Combine(panoptic, "gt"), "--predicted", Path.Combine(panoptic, "pred.json"), "--predicted-images", Path.Combine(panoptic, "pred")]),
            (format == "csv" ? "mIoU,0." : "mIoU ", ["semantic", "--truth", semantic, "--predicted", semantic, "--classes", "5"]),
            (format == "csv" ? "accuracy,1,1,1" : "accuracy", ["classification", "--logits", logits, "--truth", labels]),
            (format == "csv" ? "cer,0,0,0" : "cer ", ["text", "--pairs", Write("one.jsonl", "{\"truth\": \"a\", \"predicted\": \"a\"}")]),
            (format == "csv" ? "hmean," : "hmean ", ["text-detection", "--pairs", Write("none.json", "[]")]),
        })
        {
            EvalRun run = await EvalRun.Of(["eval", .. arguments, "--format", format, "--bootstrap", "5", "--seed", "1"]);
            run.Code.ShouldBe(0, run.Complained);
            run.Said.Split('\n').ShouldContain(line => line.StartsWith(start, StringComparison.Ordinal), $"{arguments[0]}: {run.Said}");
        }
    }

    /// <summary>Bad input ends with 1 and one line that names the file and the record.</summary>
    [Fact]
    public async Task BadInput_OfEveryKind_NamesFileAndRecord()
    {
        (string truth, _) = DetectionFiles();
        (string logits, string labels) = ClassificationFiles([1, 0, 0, 1], [0, 7]);
        (string notFinite, string fine) = ClassificationFiles([1, 0, float.NaN, 1], [0, 1], "nan");
        string panoptic = SharedFolder.InRepository("tests", "golden", "panoptic", "p23_err_missing_image"), semantic = SharedFolder.InRepository("tests", "golden", "segmentation", "s01_basic");
        foreach ((string[] arguments, string[] words) in new (string[], string[])[]
        {
            (["detection", "--truth", truth, "--predicted", Write("unknown.json", """[{"image_id": 1, "category_id": 3, "bbox": [0, 0, 1, 1], "score": 1}, {"image_id": 8, "category_id": 3, "bbox": [0, 0, 1, 1], "score": 1}]""")], ["unknown.json", "result 1", "Image 8"]),
            (["panoptic", "--truth", Path.Combine(panoptic, "gt.json"), "--truth-images", Path.Combine(panoptic, "gt"), "--predicted", Path.Combine(panoptic, "pred.json"), "--predicted-images", Path.Combine(panoptic, "pred")], ["pred.json", "image with id"]),
            (["panoptic", "--truth", Write("climbs.json", """{"categories": [{"id": 1, "isthing": 1}], "annotations": [{"image_id": 1, "file_name": "../../secret.png", "segments_info": []}]}"""), "--truth-images", Path.Combine(panoptic, "gt"), "--predicted", Path.Combine(panoptic, "pred.json"), "--predicted-images", Path.Combine(panoptic, "pred")], ["climbs.json", "annotation 0", "file_name leads out"]),
            (["detection", "--truth", Write("names.json", """{"images": [{"id": 1, "file_name": "/etc/passwd"}], "annotations": [], "categories": []}"""), "--predicted", Write("nothing.json", "[]")], ["names.json", "image 0", "file_name leads out"]),
            (["semantic", "--truth", Folder("maps", Path.Combine(semantic, "gt_000.png")), "--predicted", Folder("empty"), "--classes", "5"], ["gt_000.png has no prediction"]),
            (["classification", "--logits", logits, "--truth", labels], ["logits-labels.npy", "label 1 is 7"]),
            (["classification", "--logits", notFinite, "--truth", fine], ["nan.npy", "row 1"]),
            (["text", "--pairs", Write("bad.jsonl", "{\"truth\": \"a\", \"predicted\": \"a\"}\n{\"truth\": 5}\n")], ["bad.jsonl", "line 2"]),
            (["text-detection", "--pairs", Write("bad.json", """[{"truth": [[[0,0],[9,0],[9,9]]], "predicted": [[[0,0],[9,0]]]}]""")], ["bad.json", "region 0 of \"predicted\" of image 0"]),
        })
        {
            EvalRun run = await EvalRun.Of(["eval", .. arguments, "--format", "json"]);
            run.Code.ShouldBe(1, $"{arguments[0]}: {run.Said}");
            run.Complained.Trim().Split('\n').Length.ShouldBe(1, run.Complained);
            foreach (string word in words)
            {
                run.Complained.ShouldContain(word);
            }
        }
    }

    private static async Task<JsonElement> Measure(params string[] arguments)
    {
        EvalRun run = await EvalRun.Of(["eval", .. arguments, "--format", "json", "--bootstrap", "20", "--seed", "3"]);
        run.Code.ShouldBe(0, run.Complained);
        return run.Json;
    }

    /// <summary>Each is a number or null, and so are its two ends.</summary>
    private static void Statistics(JsonElement parent, string group, string names)
    {
        JsonElement at = group.Length > 0 ? parent.GetProperty(group) : parent;
        foreach (string name in names.Split(' ').SelectMany(name => (string[])[name, name + "Low", name + "High"]))
        {
            at.TryGetProperty(name, out JsonElement value).ShouldBeTrue($"{group} {name} in {at}");
            value.ValueKind.ShouldBeOneOf(JsonValueKind.Number, JsonValueKind.Null);
        }
    }

    private static void Facts(JsonElement at, string names)
    {
        foreach (string name in names.Split(' '))
        {
            at.TryGetProperty(name, out _).ShouldBeTrue($"{name} in {at}");
        }
    }

    private (string Truth, string Results) DetectionFiles() =>
    (
        Write("truth.json", """{"images": [{"id": 1, "width": 50, "height": 50}], "categories": [{"id": 5, "name": "hand"}, {"id": 3, "name": "card"}], "annotations": [{"id": 1, "image_id": 1, "category_id": 3, "bbox": [1, 1, 20, 20], "area": 400, "iscrowd": 0}]}"""),
        Write("results.json", """[{"image_id": 1, "category_id": 3, "bbox": [1, 1, 20, 20], "score": 0.75}, {"image_id": 1, "category_id": 5, "bbox": [30, 30, 9, 9], "score": 0.5}]"""));

    private (string Logits, string Labels) ClassificationFiles(float[] logits, int[] labels, string name = "logits") =>
    (
        NpyWriter.Write(Path.Combine(_folder, name + ".npy"), [.. logits.SelectMany(BitConverter.GetBytes)], "<f4", labels.Length, logits.Length / labels.Length),
        NpyWriter.Write(Path.Combine(_folder, name + "-labels.npy"), [.. labels.SelectMany(BitConverter.GetBytes)], "<i4", labels.Length));

    private string Folder(string name, params string[] files)
    {
        string folder = Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;
        foreach (string file in files)
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        return folder;
    }

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
