using System.IO.Compression;
using System.Text;
using System.Text.Json;
using VisionMonitor.Commands;
using VisionMonitor.Metrics.Detection.Coco;
using VisionMonitor.Testing;

namespace VisionMonitor.Tests.Commands;

public sealed class DetectionOutcomeTests
{
    [Fact]
    public void Print_Json_HoldsTheGoldenNumbersAndNullForUndefined()
    {
        (CocoEvaluation evaluation, JsonElement expected) = Golden("basic_two_classes");
        JsonElement json = Json(DetectionOutcome.Measure(evaluation, new CocoOptions(), replicates: 20, seed: 7));
        json.GetProperty("precisionSha256").GetString().ShouldBe(expected.GetProperty("precision_sha256_le_f64_C_order_TRKAM").GetString());
        json.GetProperty("scoresSha256").GetString().ShouldBe(expected.GetProperty("scores_sha256_le_f64_C_order_TRKAM").GetString());
        foreach ((JsonElement wanted, JsonElement found) in expected.GetProperty("stats").EnumerateArray().Zip(json.GetProperty("stats").EnumerateArray()))
        {
            if (wanted.GetDouble() < 0)
            {
                found.ValueKind.ShouldBe(JsonValueKind.Null);
            }
            else
            {
                found.GetDouble().ShouldBe(wanted.GetDouble(), 1e-12);
            }
        }

        JsonElement first = json.GetProperty("perClass")[0];
        first.GetProperty("ap").GetDouble().ShouldBe(expected.GetProperty("per_class")[0].GetProperty("AP").GetDouble(), 1e-12);
        first.GetProperty("apLow").GetDouble().ShouldBeLessThanOrEqualTo(first.GetProperty("apHigh").GetDouble());
        json.GetProperty("statsLow").GetArrayLength().ShouldBe(12);
    }

    [Fact]
    public void Print_SameSeed_GivesTheSameBytesOnOneThreadOrThree()
    {
        (CocoEvaluation evaluation, _) = Golden("basic_two_classes");
        byte[] one = Bytes(DetectionOutcome.Measure(evaluation, new CocoOptions(), 50, 7), EvalFormat.Json);
        Bytes(DetectionOutcome.Measure(evaluation, new CocoOptions { Parallelism = 3 }, 50, 7), EvalFormat.Json).ShouldBe(one);
    }

    [Fact]
    public void Print_Csv_NeverStartsACellAsAFormula()
    {
        const string truth = """{"images": [{"id": 1}], "annotations": [], "categories": [{"id": 1, "name": "=cmd|'/c calc'!A1"}, {"id": 2, "name": "a,b\"c"}]}""";
        CocoDataset dataset = CocoDataset.Read(new MemoryStream(Encoding.UTF8.GetBytes(truth)), "truth");
        CocoEvaluation evaluation = CocoEvaluation.Run(dataset, CocoResults.Read(new MemoryStream("[]"u8.ToArray()), "results", dataset));
        string csv = Encoding.UTF8.GetString(Bytes(DetectionOutcome.Measure(evaluation, new CocoOptions(), 0, 1), EvalFormat.Csv));
        csv.ShouldContain("1,'=cmd|'/c calc'!A1,ap,\n");
        csv.ShouldContain("2,\"a,b\"\"c\",ap,\n");
    }

    private static (CocoEvaluation Evaluation, JsonElement Expected) Golden(string name)
    {
        using var gzip = new GZipStream(File.OpenRead(SharedFolder.InRepository("tests", "golden", "detection", "micro_bbox.json.gz")), CompressionMode.Decompress);
        JsonElement one = JsonDocument.Parse(gzip).RootElement.GetProperty("cases").EnumerateArray().First(c => c.GetProperty("name").GetString() == name);
        MemoryStream Part(string part) => new(Encoding.UTF8.GetBytes(one.GetProperty(part).GetRawText()));
        CocoDataset dataset = CocoDataset.Read(Part("gt"), "truth");
        return (CocoEvaluation.Run(dataset, CocoResults.Read(Part("dt"), "results", dataset)), one.GetProperty("expected"));
    }

    private static byte[] Bytes(DetectionOutcome outcome, EvalFormat format)
    {
        var stream = new MemoryStream();
        outcome.Print(format, stream);
        return stream.ToArray();
    }

    private static JsonElement Json(DetectionOutcome outcome) => JsonDocument.Parse(Bytes(outcome, EvalFormat.Json)).RootElement;
}
