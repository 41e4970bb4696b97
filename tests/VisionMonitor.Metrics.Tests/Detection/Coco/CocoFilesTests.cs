using System.Text;
using System.Text.Json;
using VisionMonitor.Metrics.Detection.Coco;
using VisionMonitor.Testing;

namespace VisionMonitor.Metrics.Tests.Detection.Coco;

public sealed class CocoFilesTests
{
    private const string Truth = """
        {"annotations": [{"id": 1, "image_id": 1, "category_id": 2, "bbox": [0, 0, 10, 10], "area": 100, "iscrowd": 0}],
         "images": [{"id": 1, "width": 64, "height": 48, "file_name": "a\u00e9.jpg"}], "categories": [{"id": 2, "name": "c\u00e9"}]}
        """;

    [Fact]
    public void Read_AnyOrderOfKeysAndEscapes_ReadsAll()
    {
        CocoDataset dataset = ReadTruth(Truth);
        dataset.Images.ShouldBe([new CocoImage(new CocoId(1), 64, 48)]);
        dataset.Categories.ShouldBe([new CocoCategory(new CocoId(2), "cé")]);
        dataset.AnnotationCount.ShouldBe(1);
        dataset.Warnings.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("\"area\": 100", "\"area\": 100.0", null)]
    [InlineData("\"area\": 100, ", "", "area is missing")]
    [InlineData(", \"iscrowd\": 0", "", null)]
    [InlineData("[0, 0, 10, 10]", "[0, 0, 10]", "bbox has no bbox[3]")]
    [InlineData("[0, 0, 10, 10]", "[0, 0, 10, 10, 3]", "more than 4 numbers")]
    [InlineData("[0, 0, 10, 10]", "[0, 0, 10, \"NaN\"]", "must be a number, found a text")]
    [InlineData("[0, 0, 10, 10]", "[0, 0, 10, NaN]", "not valid JSON")]
    [InlineData("[0, 0, 10, 10]", "[0, 0, 10, 1e999]", "too large")]
    [InlineData("[0, 0, 10, 10]", "[0, 0, 010, 10]", "a number as JSON writes it")]
    [InlineData("\"image_id\": 1", "\"image_id\": 1.5", "must be an integer or a text")]
    [InlineData("\"image_id\": 1, ", "", "\"image_id\" is missing")]
    [InlineData("\"id\": 1, \"image_id\"", "\"id\": 99999999999999999999, \"image_id\"", "must fit into 64 bits")]
    [InlineData("\"area\": 100", "\"area\": 100, \"area\": 90", "\"area\" stands twice")]
    [InlineData("[0, 0, 10, 10]", "[1e308, 0, 1e308, 10]", "beyond what a number can hold")]
    [InlineData("\"area\": 100", "\"note\": \"a\nb\", \"area\": 100", "control character 0x0A")]
    [InlineData("\"area\": 100", "\"note\": \"\\x\", \"area\": 100", "escape that JSON does not have")]
    [InlineData("\"area\": 100", "\"note\": \"\\u00g0\", \"area\": 100", "escape that JSON does not have")]
    public void Read_ChangedRecord_SaysWhatIsWrongAndWhere(string from, string to, string? problem)
    {
        string json = Truth.Replace(from, to, StringComparison.Ordinal);
        json.ShouldNotBe(Truth);
        if (problem is null)
        {
            ReadTruth(json).AnnotationCount.ShouldBe(1);
            return;
        }

        CocoFormatException error = Should.Throw<CocoFormatException>(() => ReadTruth(json));
        error.Message.ShouldContain(problem);
        error.Message.ShouldStartWith("truth.json: annotation 0");
    }

    [Theory]
    [InlineData("../a.jpg")]
    [InlineData("a/../../b.jpg")]
    [InlineData("a/..")]
    [InlineData("..\\\\a.jpg")]
    [InlineData("/etc/passwd")]
    [InlineData("\\\\\\\\host\\\\a.jpg")]
    [InlineData("c:\\\\a.jpg")]
    [InlineData("C:a.jpg")]
    [InlineData("a\\u0000.jpg")]
    [InlineData("a\\n.jpg")]
    [InlineData("\\u002e\\u002e/a.jpg")]
    public void Read_FileNameThatLeadsOut_IsRefusedWithItsRecord(string name)
    {
        CocoFormatException error = Should.Throw<CocoFormatException>(() => ReadTruth(Truth.Replace("a\\u00e9.jpg", name, StringComparison.Ordinal)));
        error.Code.ShouldBe("unsafe_path");
        error.Message.ShouldBe($"truth.json: image 0 (counted from 0): {CocoFileName.Problem}");
    }

    [Theory]
    [InlineData("a/b.jpg")]
    [InlineData("a..b/...jpg")]
    [InlineData("./a.jpg")]
    [InlineData("day 1/10:30 ü.jpg")]
    [InlineData("https://example.org/a.jpg")]
    [InlineData("")]
    public void Read_FileNameInsideTheFolder_IsTaken(string name)
    {
        ReadTruth(Truth.Replace("a\\u00e9.jpg", name, StringComparison.Ordinal)).Images.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(", \"annotations\": []}", "\"annotations\" stands twice")]
    [InlineData(", \"note\": \"\u00ff\"}", "not valid UTF-8")]
    public void Read_ChangedEnd_SaysWhatIsWrong(string end, string problem)
    {
        // One byte a character, so that the last one is no UTF-8.
        byte[] json = Encoding.Latin1.GetBytes(Truth.TrimEnd()[..^1] + end);
        Should.Throw<CocoFormatException>(() => CocoDataset.Read(new MemoryStream(json), "truth.json")).Message.ShouldContain(problem);
    }

    [Fact]
    public void Read_OddRecords_AreTakenAsPycocotoolsDoesWithAWarning()
    {
        string annotation = Truth[Truth.IndexOf("{\"id\"", StringComparison.Ordinal)..(Truth.IndexOf('}', StringComparison.Ordinal) + 1)];
        string image = "{\"id\": 1, \"width\": 64, \"height\": 48}";
        CocoDataset dataset = ReadTruth(Truth.Replace(annotation, $"{annotation}, {annotation}", StringComparison.Ordinal).Replace("{\"id\": 1, \"width\"", $"{image}, {{\"id\": 1, \"width\"", StringComparison.Ordinal));
        CocoResults results = CocoResults.Read(Stream("""[{"image_id": 1, "category_id": 2, "bbox": [0, 0, 0, 5], "score": 1}, {"image_id": 1, "category_id": 2, "bbox": [0, 0, 5, -1], "score": 1}]"""), "results.json", dataset);
        CocoDataset masks = ReadTruth(Truth.Replace("\"area\"", "\"segmentation\": {\"size\": [64, 48], \"counts\": [3072]}, \"area\"", StringComparison.Ordinal), CocoTask.Masks);

        dataset.Warnings.ShouldBe(["truth.json: two entries of one image say the same (1 time; first: image 1)", "truth.json: two annotations share an id: strict mode takes the last for each, as pycocotools; corrected mode tells them apart (1 time; first: annotation 1)"]);
        results.Warnings.ShouldBe(["results.json: a box without width or height can match nothing (2 times; first: result 0)"]);
        masks.Warnings.ShouldBe(["truth.json: a mask of another size than its image matches nothing that has the image's size (1 time; first: annotation 1)"]);
    }

    [Fact]
    public void Run_MaskOrImageOfAbsurdSize_IsRefusedBeforeMemoryIsTaken()
    {
        static string Mask(string segmentation, string size = "\"width\": 64") => Truth.Replace("\"area\"", $"\"segmentation\": {segmentation}, \"area\"", StringComparison.Ordinal).Replace("\"width\": 64", size, StringComparison.Ordinal);
        CocoFormatException Refused(string truth, string segmentation)
        {
            CocoDataset dataset = ReadTruth(truth, CocoTask.Masks);
            CocoResults results = CocoResults.Read(Stream($$"""[{"image_id": 1, "category_id": 2, "segmentation": {{segmentation}}, "score": 1}]"""), "results.json", dataset);
            return Should.Throw<CocoFormatException>(() => CocoEvaluation.Run(dataset, results, CocoOptions.For(CocoTask.Masks) with { BoundaryRatio = 0.02 }));
        }

        const string huge = "{\"size\": [60000, 60000], \"counts\": [0, 3600000000]}", polygon = "[[0, 0, 1e8, 0, 1e8, 9, 0, 9]]";
        Refused(Mask(huge), huge).Message.ShouldContain("too large for its boundary");
        Refused(Mask(polygon, "\"width\": 80000000"), polygon).Message.ShouldContain("too many for polygons");
    }

    [Fact]
    public void Read_PlainResults_AreThoseOfTheCarefulWay()
    {
        // A key that nobody knows keeps a record out of the short way.
        var random = new Random(3);
        string[] records = [.. Enumerable.Range(0, 400).Select(i =>
        {
            string score = (i % 5) switch { 0 => "1e-1", 1 => "0.12345678901234567", 2 => "1", 3 => "-0.5", _ => "0.625" };
            string[] fields = [$"\"image_id\":{(i % 7 == 0 ? "1.0" : " 1")}", "\"category_id\": 2", $"\"score\" :\t{score}", $"\"bbox\":[ {random.Next(20)},{random.Next(9)}.5 ,{random.Next(20)}.125, 10]"];
            random.Shuffle(fields);
            return "{" + string.Join(i % 3 == 0 ? " ,\n" : ",", fields) + (i % 2 == 0 ? " }" : "}");
        })];
        CocoDataset dataset = ReadTruth(Truth);
        CocoArrays plain = Measure(records), careful = Measure([.. records.Select(record => "{\"x\":null," + record[1..])]);

        plain.PrecisionSha256().ShouldBe(careful.PrecisionSha256());
        plain.ScoresSha256().ShouldBe(careful.ScoresSha256());
        plain.Report.PerClass[0].PredictedCount.ShouldBe(100);

        CocoArrays Measure(string[] some) => CocoEvaluation.Run(dataset, CocoResults.Read(new MemoryStream(Encoding.UTF8.GetBytes($"[{string.Join(", ", some)}]")), "dt.json", dataset)).Accumulate();
    }

    [Fact]
    public void Read_SyntaxError_NamesLineAndColumn()
    {
        Should.Throw<CocoFormatException>(() => ReadTruth("{\n \"images\": [] x}")).Message.ShouldContain("line 2, column 15");
    }

    [Fact]
    public void Read_RecordsLargerThanTheWindow_AreReadWhole()
    {
        // 300,000 numbers, several windows long, in a skipped field and in a mask.
        string many = string.Join(',', Enumerable.Range(0, 300_000).Select(i => "1"));
        string json = Truth.Replace("\"area\": 100", $"\"note\": [{many}], \"segmentation\": {{\"size\": [300000, 1], \"counts\": [{many}]}}, \"area\": 100", StringComparison.Ordinal);
        ReadTruth(json, CocoTask.Masks).AnnotationCount.ShouldBe(1);
        ReadTruth(json).AnnotationCount.ShouldBe(1);
    }

    [Theory]
    [InlineData("""[{"image_id": 7, "category_id": 2, "bbox": [0, 0, 1, 1], "score": 1}]""", "Image 7 is not in truth.json")]
    [InlineData("""[{"image_id": 1, "category_id": 2, "bbox": [0, 0, 1, 1]}]""", "\"score\" is missing")]
    [InlineData("""{"results": []}""", "a list of results")]
    [InlineData("""[{"image_id": 1, "category_id": 2, "score": 1}]""", "Neither bbox nor segmentation")]
    [InlineData("""[{"image_id": 1, "category_id": 2, "bbox": [0, 0, 1, 1], "score": 1},]""", "an object")]
    [InlineData("""[] []""", "the end of the file")]
    [InlineData("[", "ends in the middle")]
    public void ReadResults_WrongFile_SaysWhatIsWrong(string json, string problem)
    {
        CocoFormatException error = Should.Throw<CocoFormatException>(() => CocoResults.Read(Stream(json), "results.json", ReadTruth(Truth)));
        error.Message.ShouldContain(problem);
        error.Message.ShouldStartWith("results.json");
    }

    [Fact]
    public void ReadResults_UnknownCategory_IsLeftOutWithAWarning()
    {
        CocoResults results = CocoResults.Read(Stream("""[{"image_id": 1, "category_id": 9, "bbox": [0, 0, 1, 1], "score": 1}]"""), "results.json", ReadTruth(Truth));
        results.Count.ShouldBe(0);
        results.Warnings.Single().ShouldContain("category 9");
    }

    [Fact]
    public void Read_HostileFiles_EndInDatasetOrClearError()
    {
        JsonElement index = JsonDocument.Parse(File.ReadAllBytes(SharedFolder.Require("hostile", "index.json"))).RootElement;
        string[] rowsThatStop = ["invalid_box", "box_out_of_image", "wrong_type", "id_out_of_range", "non_finite_number"], rowsThatWarn = ["duplicate_id", "unknown_image", "unknown_category", "invalid_box"];
        foreach (JsonElement one in index.GetProperty("files").EnumerateArray().Where(f => f.GetProperty("path").GetString()!.StartsWith("coco/", StringComparison.Ordinal)))
        {
            string path = SharedFolder.Require("hostile", one.GetProperty("path").GetString()!);
            (string verdict, string code) = (one.GetProperty("verdict").GetString()!, one.GetProperty("code").GetString()!);
            foreach (CocoTask task in Enum.GetValues<CocoTask>())
            {
                CocoFormatException? error = null;
                try
                {
                    CocoDataset dataset = CocoDataset.Load(path, task);
                    CocoEvaluation.Run(dataset, CocoResults.Read(Stream("[]"), "none", dataset)).Summarize([]);
                    if (verdict == "partial" && task == CocoTask.Boxes && rowsThatWarn.Contains(code))
                    {
                        dataset.Warnings.ShouldHaveSingleItem(path).ShouldContain("annotation ");
                    }
                }
                catch (CocoFormatException e)
                {
                    error = e;
                    e.Message.ShouldContain(Path.GetFileName(path));
                }

                if (verdict == "reject")
                {
                    error.ShouldNotBeNull(path);
                    if (task == CocoTask.Boxes)
                    {
                        error.Code.ShouldBe(code, path);
                    }
                }
                else if (verdict == "accept" && task == CocoTask.Boxes)
                {
                    error.ShouldBeNull(path);
                }
                else if (task == CocoTask.Boxes && rowsThatStop.Contains(code) && !path.Contains("negative", StringComparison.Ordinal) && !path.Contains("zero", StringComparison.Ordinal))
                {
                    error.ShouldNotBeNull(path).Code.ShouldBe(code, path);
                }
            }
        }
    }

    [Fact]
    public void Read_RandomlyDamagedFiles_NeverEndInAnotherException()
    {
        byte[] truth = Encoding.UTF8.GetBytes(Truth.Replace("\"area\"", "\"segmentation\": [[1,1,9,1,9,9.5]], \"area\"", StringComparison.Ordinal));
        byte[] results = Encoding.UTF8.GetBytes("""[{"image_id":1,"category_id":2,"segmentation":{"size":[48,64],"counts":"PP3"},"score":0.5}]""");
        var random = new Random(11);
        int refused = 0;
        for (int round = 0; round < 1000; round++)
        {
            byte[] brokenTruth = Damage(truth, random), brokenResults = Damage(results, random);
            try
            {
                CocoDataset dataset = CocoDataset.Read(new MemoryStream(brokenTruth), "truth", CocoTask.Masks);
                CocoEvaluation.Run(dataset, CocoResults.Read(new MemoryStream(brokenResults), "results", dataset)).Summarize([]);
            }
            catch (CocoFormatException)
            {
                refused++;
            }
        }

        refused.ShouldBeGreaterThan(300);
    }

    [Fact]
    public void Run_KeypointsGolden_EqualsPycocotools()
    {
        DetectionGolden golden = DetectionGolden.Load("real_fce_keypoints.json.gz").Single();
        CocoArrays arrays = golden.Run().Accumulate();
        foreach ((JsonElement wanted, int i) in golden.Expected.GetProperty("stats").EnumerateArray().Select((w, i) => (w, i)))
        {
            arrays.Stats[i].ShouldBe(wanted.GetDouble(), 1e-12);
        }

        arrays.PrecisionSha256().ShouldBe(golden.Expected.GetProperty("precision_sha256_le_f64_C_order_TRKAM").GetString());
    }

    private static byte[] Damage(byte[] bytes, Random random)
    {
        byte[] damaged = [.. bytes];
        for (int i = random.Next(3); i > 0; i--)
        {
            damaged[random.Next(damaged.Length)] = (byte)"{}[],:\"0123456789.-e\\ntfaZ\0\xff"[random.Next(27)];
        }

        return random.Next(10) == 0 ? damaged[..random.Next(damaged.Length)] : damaged;
    }

    private static CocoDataset ReadTruth(string json, CocoTask task = CocoTask.Boxes) => CocoDataset.Read(Stream(json), "truth.json", task);

    private static MemoryStream Stream(string json) => new(Encoding.UTF8.GetBytes(json));
}
