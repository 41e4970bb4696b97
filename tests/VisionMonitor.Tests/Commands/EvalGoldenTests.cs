using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using VisionMonitor.Testing;

namespace VisionMonitor.Tests.Commands;

/// <summary>Every golden file through the commands of the built executable; files of third parties are read where they lie beside the checkout.</summary>
public sealed class EvalGoldenTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("visionmonitor-eval-").FullName;

    public static TheoryData<string> Detections =>
    [
        "micro_bbox", "fuzz_bbox", "random_options", "segm_cases", "synth200", "synthsegm60",
        "real_coco_val2014_100_bbox", "real_coco_val2014_100_segm", "real_fce_keypoints", "real_fce_toy_bbox", "real_rafael_sampled_coco_bboxarea",
    ];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Detections))]
    public async Task Detection_GoldenFile_PrintsPycocotoolsNumbers(string file)
    {
        List<JsonElement> cases = [];
        string whole = Find("detection", file + ".json.gz");
        whole = File.Exists(whole) ? whole : SharedFolder.InRepository("tests", "golden", "detection", file + ".json.gz");
        if (File.Exists(whole))
        {
            JsonElement root = Unpack(whole);
            cases.AddRange(root.TryGetProperty("cases", out JsonElement several) ? several.EnumerateArray() : (JsonElement[])[root]);
        }

        await Parallel.ForEachAsync(cases, new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (one, _) =>
            await CheckDetection(one, one.GetProperty("gt").GetRawText(), one.GetProperty("dt").GetRawText()));
        if (cases.Count == 0)
        {
            string expected = Require("detection", $"{file}_expected.json.gz");
            await CheckDetection(Unpack(expected), Unpack(expected.Replace("_expected", "_gt", StringComparison.Ordinal)).GetRawText(), Unpack(expected.Replace("_expected", "_dt", StringComparison.Ordinal)).GetRawText());
        }
    }

    [Fact]
    public async Task Semantic_GoldenMaps_PrintMmsegmentationsNumbers()
    {
        foreach (string folder in Folders("segmentation", "semantic"))
        {
            JsonElement expected = Json(folder), canonical = expected.GetProperty("canonical");
            List<string> arguments = ["eval", "semantic", "--truth", folder, "--predicted", folder, "--classes", $"{expected.GetProperty("num_classes")}", "--ignore", $"{expected.GetProperty("ignore_index")}", "--format", "json"];
            if (expected.GetProperty("reduce_zero_label").GetBoolean())
            {
                arguments.Add("--reduce-zero-label");
            }

            EvalRun run = await EvalRun.Of([.. arguments]);
            run.Code.ShouldBe(0, run.Complained);
            foreach (string key in (string[])["mIoU", "mAcc", "aAcc", "fwIoU"])
            {
                Match(run.Json.GetProperty(key), canonical.GetProperty(key), $"{folder}: {key}");
            }

            int c = 0;
            foreach (JsonElement one in run.Json.GetProperty("perClass").EnumerateArray())
            {
                one.GetProperty("index").GetInt32().ShouldBe(c);
                foreach ((string key, string golden) in new[] { ("iou", "iou"), ("accuracy", "acc"), ("precision", "precision"), ("dice", "dice") })
                {
                    Match(one.GetProperty(key), canonical.GetProperty(golden)[c], $"{folder}: {key} of {c}");
                }

                c++;
            }
        }
    }

    [Fact]
    public async Task Panoptic_GoldenMaps_PrintPanopticapisNumbersOrTheError()
    {
        foreach (string folder in Folders("panoptic", "panoptic"))
        {
            JsonElement expected = Json(folder);
            EvalRun run = await EvalRun.Of("eval", "panoptic", "--truth", Path.Combine(folder, "gt.json"), "--truth-images", Path.Combine(folder, "gt"), "--predicted", Path.Combine(folder, "pred.json"), "--predicted-images", Path.Combine(folder, "pred"), "--format", "json");
            if (!expected.TryGetProperty("All", out _))
            {
                run.Code.ShouldBe(1, folder);
                run.Complained.ShouldContain("pred");
                run.Complained.ShouldNotContain("   at ");
                continue;
            }

            run.Code.ShouldBe(0, run.Complained);
            foreach ((string key, string golden) in new[] { ("all", "All"), ("things", "Things"), ("stuff", "Stuff") })
            {
                foreach (string part in (string[])["pq", "sq", "rq"])
                {
                    JsonElement group = expected.GetProperty(golden);
                    Match(run.Json.GetProperty(key).GetProperty(part), group.ValueKind == JsonValueKind.Object ? group.GetProperty(part) : default, $"{folder}: {key} {part}");
                }

                run.Json.GetProperty(key).TryGetProperty("n", out _).ShouldBeTrue();
            }

            foreach (JsonElement one in run.Json.GetProperty("perClass").EnumerateArray())
            {
                JsonElement category = expected.GetProperty("per_class").GetProperty($"{one.GetProperty("categoryId")}");
                foreach (string part in (string[])["tp", "fp", "fn"])
                {
                    Match(one.GetProperty(part), category.GetProperty(part), $"{folder}: {part}");
                }
            }
        }
    }

    [Fact]
    public async Task Classification_GoldenLogits_PrintScikitLearnsNumbers()
    {
        foreach (string folder in Folders("classification", "classification").Where(one => File.Exists(Path.Combine(one, "logits.f32"))))
        {
            JsonElement expected = Json(folder);
            int classes = expected.GetProperty("num_classes").GetInt32();
            string logits = Npy("logits.npy", "<f4", File.ReadAllBytes(Path.Combine(folder, "logits.f32")), 4, classes), truth = Npy("y.npy", "<i4", File.ReadAllBytes(Path.Combine(folder, "y.i32")), 4, 0);
            EvalRun run = await EvalRun.Of("eval", "classification", "--logits", logits, "--truth", truth, "--format", "json", "--bootstrap", "20", "--seed", "3");
            run.Code.ShouldBe(0, run.Complained);
            JsonElement json = run.Json;
            json.GetProperty("n").GetInt32().ShouldBe(expected.GetProperty("n").GetInt32());
            foreach ((string key, string golden) in new[] { ("accuracy", "accuracy"), ("balancedAccuracy", "balanced_accuracy"), ("mcc", "mcc"), ("kappa", "kappa"), ("logLoss", "log_loss"), ("brier", "brier_multiclass_sum") })
            {
                Match(json.GetProperty(key), expected.GetProperty(golden), $"{folder}: {key}");
                json.TryGetProperty(key + "Low", out _).ShouldBeTrue(key);
                json.TryGetProperty(key + "High", out _).ShouldBeTrue(key);
            }

            Match(json.GetProperty("topK").GetProperty("1"), expected.GetProperty("topk").GetProperty("1"), $"{folder}: top 1");
            JsonElement calibration = expected.GetProperty("calibration").GetProperty("15");
            Match(json.GetProperty("ece").GetProperty("rightClosed"), calibration.GetProperty("width_right_closed").GetProperty("ece"), $"{folder}: ECE");
            Match(json.GetProperty("ece").GetProperty("leftClosed"), calibration.GetProperty("width_left_closed").GetProperty("ece"), $"{folder}: ECE");
            Match(json.GetProperty("ece").GetProperty("equalMass"), calibration.GetProperty("equal_mass").GetProperty("ece"), $"{folder}: ECE");
            foreach (string mean in (string[])["macro", "micro", "weighted"])
            {
                Match(json.GetProperty(mean).GetProperty("f1"), expected.GetProperty(mean).GetProperty("f1"), $"{folder}: {mean}");
            }

            // Images whose logits are permutations of each other tie or not by the last bit of exp: numpy's own answer to c04_ties depends on the processor (AVX-512 or not).
            double tolerance = folder.EndsWith("c04_ties", StringComparison.Ordinal) ? 1e-3 : 1e-12;
            Match(json.GetProperty("rocAucMacro"), expected.GetProperty("roc_auc_ovr_macro"), $"{folder}: AUC", tolerance);
            Match(json.GetProperty("averagePrecisionMacro"), expected.GetProperty("average_precision_macro"), $"{folder}: AP", tolerance);
        }
    }

    [Fact]
    public async Task Classification_MultiLabel_PrintsScikitLearnsNumbers()
    {
        string folder = SharedFolder.InRepository("tests", "golden", "classification", "c20_multilabel");
        string scores = Npy("s.npy", "<f8", File.ReadAllBytes(Path.Combine(folder, "scores.f64")), 8, 12), truth = Npy("t.npy", "|u1", File.ReadAllBytes(Path.Combine(folder, "targets.u8")), 1, 12);

        EvalRun run = await EvalRun.Of("eval", "classification", "--multi-label", "--probabilities", scores, "--truth", truth, "--format", "json");

        run.Code.ShouldBe(0, run.Complained);
        Match(run.Json.GetProperty("mAP").GetProperty("macro"), Json(folder).GetProperty("mAP_macro"), "mAP");
        Match(run.Json.GetProperty("micro").GetProperty("f1"), Json(folder).GetProperty("micro").GetProperty("f1"), "F1");
    }

    [Fact]
    public async Task Text_GoldenPairs_PrintTheErrorRates()
    {
        JsonElement expected = JsonDocument.Parse(await File.ReadAllTextAsync(Find("text", "text.json", "ocr"), TestContext.Current.CancellationToken)).RootElement;
        string pairs = Path.Combine(_folder, "pairs.jsonl");
        await File.WriteAllLinesAsync(pairs, expected.GetProperty("named").EnumerateArray().Concat(expected.GetProperty("random").EnumerateArray()).Select(p => JsonSerializer.Serialize(new { truth = p.GetProperty("ref").GetString(), predicted = p.GetProperty("hyp").GetString() })), TestContext.Current.CancellationToken);
        foreach ((string unit, string key) in new[] { ("codepoint", "codepoint"), ("utf16", "utf16"), ("grapheme", "grapheme"), ("nfc-codepoint", "nfc_codepoint"), ("nfkc-codepoint", "nfkc_codepoint"), ("jamo", "nfd_jamo") })
        {
            EvalRun run = await EvalRun.Of("eval", "text", "--pairs", pairs, "--unit", unit, "--format", "json");
            run.Code.ShouldBe(0, run.Complained);
            Match(run.Json.GetProperty("cer"), expected.GetProperty("aggregate").GetProperty(key).GetProperty("cer_micro"), unit);
            run.Json.GetProperty("perPair").EnumerateArray().Sum(p => p.GetProperty("edits").GetInt64()).ShouldBe(expected.GetProperty("aggregate").GetProperty(key).GetProperty("edits").GetInt64());
        }
    }

    [Fact]
    public async Task TextDetection_GoldenPolygons_PrintTheIcdarNumbers()
    {
        string pairs = Find("text", "detection.json", "ocr");
        JsonElement combined = JsonDocument.Parse(await File.ReadAllTextAsync(pairs, TestContext.Current.CancellationToken)).RootElement.GetProperty("combined");

        EvalRun run = await EvalRun.Of("eval", "text-detection", "--pairs", pairs, "--format", "json");

        foreach (string key in (string[])["precision", "recall", "hmean"])
        {
            Match(run.Json.GetProperty(key), combined.GetProperty(key), key);
        }
    }

    /// <summary>Each hostile file as truth and as results: an end within the time, 0 or 1, one line that names the file, and never a stack trace.</summary>
    [Fact]
    public async Task Detection_HostileFiles_EndWithOneClearLine()
    {
        string[] files = Directory.GetFiles(SharedFolder.Require("hostile", "coco"), "*.json");
        string truth = Path.Combine(_folder, "truth.json"), results = Path.Combine(_folder, "results.json");
        await File.WriteAllTextAsync(truth, """{"images": [{"id": 1, "width": 10, "height": 10}], "annotations": [], "categories": [{"id": 1, "name": "one"}]}""", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(results, "[]", TestContext.Current.CancellationToken);
        IEnumerable<(string File, string[] Arguments)> runs = files.SelectMany(file => (string[])["bbox", "segm"], (file, type) => (file, type)).SelectMany(one => new[]
        {
            (one.file, (string[])["--truth", one.file, "--predicted", results, "--iou-type", one.type]),
            (one.file, (string[])["--truth", truth, "--predicted", one.file, "--iou-type", one.type]),
        });
        await Parallel.ForEachAsync(runs, new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (one, _) =>
        {
            EvalRun run = await EvalRun.Of(["eval", "detection", "--format", "json", .. one.Arguments]);
            run.Code.ShouldBeInRange(0, 1, $"{one.File}: {run.Complained}");
            run.Complained.ShouldNotContain("   at ", customMessage: one.File);
            if (run.Code == 1)
            {
                run.Complained.ShouldContain(Path.GetFileName(one.File));
                run.Complained.Split('\n', StringSplitOptions.RemoveEmptyEntries).Count(line => !line.Contains("warning", StringComparison.Ordinal)).ShouldBe(1, run.Complained);
            }
        });
    }

    private async Task CheckDetection(JsonElement one, string truth, string results)
    {
        string name = one.TryGetProperty("name", out JsonElement named) ? named.GetString()! : "case", id = Guid.NewGuid().ToString("N");
        string truthFile = Path.Combine(_folder, id + "_gt.json"), resultFile = Path.Combine(_folder, id + "_dt.json");
        await File.WriteAllTextAsync(truthFile, truth);
        await File.WriteAllTextAsync(resultFile, results);
        EvalRun run = await EvalRun.Of(["eval", "detection", "--truth", truthFile, "--predicted", resultFile, "--iou-type", one.GetProperty("iouType").GetString()!, "--format", "json", .. Options(one.GetProperty("params"))]);
        run.Code.ShouldBe(0, $"{name}: {run.Complained}");
        JsonElement expected = one.GetProperty("expected"), json = run.Json;
        foreach ((JsonElement ours, JsonElement theirs) in json.GetProperty("stats").EnumerateArray().Zip(expected.GetProperty("stats").EnumerateArray()))
        {
            Match(ours, theirs.GetDouble() < 0 ? default : theirs, name);
        }

        if (expected.TryGetProperty("precision_sha256_le_f64_C_order_TRKAM", out JsonElement hash))
        {
            json.GetProperty("precisionSha256").GetString().ShouldBe(hash.GetString(), name);
        }

        if (expected.TryGetProperty("scores_sha256_le_f64_C_order_TRKAM", out hash))
        {
            json.GetProperty("scoresSha256").GetString().ShouldBe(hash.GetString(), name);
        }

        foreach ((JsonElement ours, JsonElement theirs) in expected.TryGetProperty("per_class", out JsonElement perClass) ? json.GetProperty("perClass").EnumerateArray().Zip(perClass.EnumerateArray()) : [])
        {
            if (theirs.TryGetProperty("AP", out JsonElement ap))
            {
                Match(ours.GetProperty("ap"), ap.GetDouble() < 0 ? default : ap, name);
            }
        }
    }

    private static IEnumerable<string> Options(JsonElement parameters)
    {
        foreach (JsonProperty parameter in parameters.EnumerateObject())
        {
            string List() => string.Join(',', parameter.Value.EnumerateArray().Select(n => n.GetDouble().ToString("R", CultureInfo.InvariantCulture)));
            string Words() => string.Join(',', parameter.Value.EnumerateArray());
            string[] option = parameter.Name switch
            {
                "iouThrs" => ["--iou-thresholds", List()],
                "recThrs" => ["--recall-thresholds", List()],
                "maxDets" => ["--max-detections", List()],
                "useCats" => parameter.Value.GetInt32() == 0 ? ["--class-agnostic"] : [],
                "areaRng" => ["--area-ranges", string.Join(',', parameter.Value.EnumerateArray().Zip(parameters.GetProperty("areaRngLbl").EnumerateArray(), (r, n) => $"{n}:{r[0].GetRawText()}:{r[1].GetRawText()}"))],
                "kpt_oks_sigmas" => ["--keypoint-sigmas", List()],
                "imgIds" => ["--images", Words()],
                "catIds" => ["--categories", Words()],
                _ => [],
            };
            foreach (string word in option)
            {
                yield return word;
            }
        }
    }

    private static void Match(JsonElement ours, JsonElement theirs, string what, double tolerance = 1e-12)
    {
        bool isUndefined = theirs.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined or JsonValueKind.String;
        ours.ValueKind.ShouldBe(isUndefined ? JsonValueKind.Null : JsonValueKind.Number, what);
        if (!isUndefined)
        {
            ours.GetDouble().ShouldBe(theirs.GetDouble(), tolerance * Math.Max(1, Math.Abs(theirs.GetDouble())), what);
        }
    }

    private static string Find(string kind, string file, string? other = null)
    {
        string ours = SharedFolder.InRepository("tests", "golden", kind, file);
        string beside = Path.Combine(SharedFolder.RepositoryRoot, "..", "shared", "golden", other is null ? kind : $"segmentation-classification-ocr/{other}", file);
        return File.Exists(beside) || !File.Exists(ours) ? beside : ours;
    }

    private static string Require(string kind, string file)
    {
        string ours = SharedFolder.InRepository("tests", "golden", kind, file);
        return File.Exists(ours) ? ours : SharedFolder.Require("golden", kind, file);
    }

    private static IEnumerable<string> Folders(string kind, string other)
    {
        string beside = Path.Combine(SharedFolder.RepositoryRoot, "..", "shared", "golden", "segmentation-classification-ocr", other);
        return Directory.EnumerateDirectories(Directory.Exists(beside) ? beside : SharedFolder.InRepository("tests", "golden", kind)).Order(StringComparer.Ordinal);
    }

    private static JsonElement Json(string folder) => JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "expected.json")).Replace("-Infinity", "null", StringComparison.Ordinal)).RootElement;

    private static JsonElement Unpack(string path)
    {
        using var stream = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        return JsonDocument.Parse(stream).RootElement;
    }

    /// <summary>Raw numbers as a .npy file of format 1; columns of 0 means one dimension.</summary>
    private string Npy(string name, string type, byte[] data, int width, int columns)
    {
        int count = data.Length / width;
        string shape = columns == 0 ? $"({count},)" : $"({count / columns}, {columns})";
        string header = $"{{'descr': '{type}', 'fortran_order': False, 'shape': {shape}, }}";
        header = header.PadRight(((10 + header.Length + 1 + 63) / 64 * 64) - 10 - 1) + "\n";
        string path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, (byte)(header.Length >> 8), .. Encoding.ASCII.GetBytes(header), .. data]);
        return path;
    }
}
