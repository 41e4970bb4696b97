using System.Text.Json;
using VisionMonitor.Metrics.Panoptic;
using VisionMonitor.Metrics.Segmentation;
using VisionMonitor.Testing;

namespace VisionMonitor.Metrics.Tests.Panoptic;

public sealed class PanopticEvaluationTests
{
    public static TheoryData<string> Cases =>
        [.. Golden.Json(Golden.Folder("panoptic", "index.json")).EnumerateArray().Select(name => name.GetString()!).Where(n => !n.Contains("_err_", StringComparison.Ordinal))];

    /// <summary>
    /// Ten pixels. Truth: segment 1 (thing) on 0–5, void on 6–9. Predicted: segment 7 of the same category on 2–8, void else. Intersection 4,
    /// union 7 + 6 − 4 − 3 in void = 6, IoU 2/3: one match.
    /// </summary>
    [Fact]
    public void Compare_TenPixelsByHand_LeavesTheVoidOutOfTheUnion()
    {
        PanopticReport report = Evaluate(Image([1, 1, 1, 1, 1, 1, 0, 0, 0, 0], new PanopticSegment(1, 3, Area: 6)), Image([0, 0, 7, 7, 7, 7, 7, 7, 7, 0], new PanopticSegment(7, 3)));

        report.All.PanopticQuality.ShouldBe(4.0 / 6);
        report.Things.CategoryCount.ShouldBe(1);
        report.Stuff.ShouldBe(new PanopticMean(null, null, null, 0));
    }

    [Fact]
    public void Match_RightWrongAndForgivenSegments_AreToldApart()
    {
        PanopticImage truth = Image([1, 1, 1, 2, 2, 2, 0, 0, 0], new PanopticSegment(1, 3, Area: 3), new PanopticSegment(2, 3, Area: 3));
        PanopticImage predicted = Image([7, 7, 8, 8, 9, 9, 9, 9, 9], new PanopticSegment(7, 3), new PanopticSegment(8, 3), new PanopticSegment(9, 3));
        PanopticMatching matching = Evaluation().Match(truth, predicted);
        matching.Matches.ShouldBe([new PanopticMatch(1, 7, 2.0 / 3), new PanopticMatch(2, 9, 2.0 / 3)]);
        matching.WrongIds.ShouldBe([8]);

        PanopticImage afar = Image([0, 0, 0, 0, 0, 9, 9, 9, 9], new PanopticSegment(9, 3));
        Evaluation().Match(truth, afar).ShouldSatisfyAllConditions(none => none.Matches.ShouldBeEmpty(), none => none.WrongIds.ShouldBeEmpty());
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Summarize_GoldenMaps_EqualsPanopticapi(string name)
    {
        string folder = name.StartsWith("p01", StringComparison.Ordinal)
            ? SharedFolder.Require("golden", "segmentation-classification-ocr", "panoptic", name)
            : Golden.Folder("panoptic", name);
        JsonElement expected = Golden.Json(Path.Combine(folder, "expected.json"));

        ShouldMatch(Evaluate(folder, new PanopticOptions()), expected);
        if (expected.TryGetProperty("boundary_pq", out JsonElement boundary) && boundary.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty ratio in boundary.EnumerateObject())
            {
                ShouldMatch(Evaluate(folder, new PanopticOptions { BoundaryRatio = double.Parse(ratio.Name, System.Globalization.CultureInfo.InvariantCulture) }), ratio.Value);
            }
        }
    }

    [Theory]
    [InlineData("p20_err_pred_png_not_json", "not in its JSON")]
    [InlineData("p21_err_pred_json_not_png", "not in its map")]
    [InlineData("p22_err_unknown_category", "unknown category")]
    public void Compare_GoldenContradiction_SaysWhichSegment(string name, string message) =>
        Should.Throw<PanopticException>(() => Evaluate(Golden.Folder("panoptic", name), new PanopticOptions())).Message.ShouldContain(message);

    [Fact]
    public void Compare_WrongAreaInTheJson_IsCountedAndCanBeRecounted()
    {
        string folder = Golden.Folder("panoptic", "p10_gt_area_from_json");

        Evaluate(folder, new PanopticOptions()).AreaMismatchCount.ShouldBeGreaterThan(0);
        Evaluate(folder, new PanopticOptions { RecountTruthAreas = true }).PerClass.ShouldAllBe(c => c.SegmentationQuality == null || c.SegmentationQuality <= 1);
    }

    [Fact]
    public void Summarize_PerfectPrediction_Is1()
    {
        PanopticImage image = Image([1, 1, 2, 2, 0], new PanopticSegment(1, 3, Area: 2), new PanopticSegment(2, 4, Area: 2));

        Evaluate(image, image).All.ShouldBe(new PanopticMean(1, 1, 1, 2));
    }

    [Fact]
    public void Summarize_WeightOf2_EqualsTheImageTwice()
    {
        PanopticImage truth = Image([1, 1, 1, 2, 2], new PanopticSegment(1, 3, Area: 3), new PanopticSegment(2, 4, Area: 2));
        PanopticEvaluation evaluation = Evaluation();
        PanopticEvidence a = evaluation.Compare(truth, truth), b = evaluation.Compare(truth, Image([5, 5, 6, 6, 6], new PanopticSegment(5, 3), new PanopticSegment(6, 4)));

        evaluation.Summarize([a, b], [1, 2]).All.ShouldBe(evaluation.Summarize([b, a, b], []).All);
        evaluation.Summarize([], []).All.PanopticQuality.ShouldBeNull();
        PanopticEvidence.FromBytes(b.ToBytes()).ToBytes().ShouldBe(b.ToBytes());
    }

    private static void ShouldMatch(PanopticReport report, JsonElement expected)
    {
        foreach ((string key, PanopticMean mean) in new[] { ("All", report.All), ("Things", report.Things), ("Stuff", report.Stuff) })
        {
            JsonElement one = expected.GetProperty(key);
            if (one.ValueKind == JsonValueKind.Object)
            {
                mean.CategoryCount.ShouldBe(one.GetProperty("n").GetInt32());
                mean.PanopticQuality.ShouldMatch(one.GetProperty("pq"), what: key);
                mean.SegmentationQuality.ShouldMatch(one.GetProperty("sq"), what: key);
                mean.RecognitionQuality.ShouldMatch(one.GetProperty("rq"), what: key);
            }
            else
            {
                mean.PanopticQuality.ShouldBeNull();
            }
        }

        foreach (PanopticClassReport one in report.PerClass)
        {
            JsonElement category = expected.GetProperty("per_class").GetProperty($"{one.Category.Id}");
            (one.TruePositives, one.FalsePositives, one.FalseNegatives).ShouldBe((category.GetProperty("tp").GetDouble(), category.GetProperty("fp").GetDouble(), category.GetProperty("fn").GetDouble()), one.Category.Name);
            one.IouSum.ShouldMatch(category.GetProperty("iou_sum"), what: one.Category.Name);
            one.PanopticQuality.ShouldMatch(category.GetProperty("pq"), what: one.Category.Name);
        }
    }

    private static PanopticReport Evaluate(string folder, PanopticOptions options)
    {
        JsonElement truth = Golden.Json(Path.Combine(folder, "gt.json")), predicted = Golden.Json(Path.Combine(folder, "pred.json"));
        var evaluation = new PanopticEvaluation([.. truth.GetProperty("categories").EnumerateArray().Select(c => new PanopticCategory(c.GetProperty("id").GetInt32(), c.GetProperty("name").GetString()!, c.GetProperty("isthing").GetInt32() == 1))], options);
        Dictionary<int, JsonElement> predictions = predicted.GetProperty("annotations").EnumerateArray().ToDictionary(a => a.GetProperty("image_id").GetInt32());
        PanopticEvidence[] evidence = [.. truth.GetProperty("annotations").EnumerateArray().Select(a =>
            evaluation.Compare(Read(folder, "gt", a), Read(folder, "pred", predictions[a.GetProperty("image_id").GetInt32()])))];
        return evaluation.Summarize(evidence, []);
    }

    private static PanopticImage Read(string folder, string kind, JsonElement annotation)
    {
        string images = Path.Combine(folder, kind);
        PngLabels png = PngLabels.Read(File.ReadAllBytes(Path.Combine(images, annotation.GetProperty("file_name").GetString()!)));
        return new PanopticImage(png.Width, png.Height, png.ToPanopticIds(), [.. annotation.GetProperty("segments_info").EnumerateArray().Select(s => new PanopticSegment(
            s.GetProperty("id").GetInt32(),
            s.GetProperty("category_id").GetInt32(),
            s.TryGetProperty("iscrowd", out JsonElement crowd) && crowd.GetInt32() == 1,
            s.TryGetProperty("area", out JsonElement area) ? area.GetInt64() : 0))]);
    }

    private static PanopticEvaluation Evaluation() => new([new PanopticCategory(3, "parcel", true), new PanopticCategory(4, "floor", false)]);

    private static PanopticReport Evaluate(PanopticImage truth, PanopticImage predicted) => Evaluation().Summarize([Evaluation().Compare(truth, predicted)], []);

    private static PanopticImage Image(int[] ids, params PanopticSegment[] segments) => new(ids.Length, 1, ids, segments);
}
