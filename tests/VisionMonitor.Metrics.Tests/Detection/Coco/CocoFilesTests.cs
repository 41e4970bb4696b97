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
        string[] rowsThatStop = ["invalid_box", "wrong_type", "id_out_of_range", "non_finite_number"];
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
                }
                catch (CocoFormatException e)
                {
                    error = e;
                    e.Message.ShouldContain(Path.GetFileName(path));
                }

                // What an import refuses for its ids or file names is no obstacle to counting, as in pycocotools.
                if (verdict == "reject" && code is not ("duplicate_id" or "unsafe_path"))
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
