using System.Text.Json;
using VisionMonitor.Metrics.Text;

namespace VisionMonitor.Metrics.Tests.Text;

public sealed class TextDetectionEvaluationTests
{
    private static readonly JsonElement Expected = Golden.Json(Golden.Folder("text", "detection.json"));

    public static TheoryData<string> Cases => [.. Expected.GetProperty("images").EnumerateArray().Select(i => i.GetProperty("name").GetString()!)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Compare_GoldenPolygons_EqualsTheIcdarEvaluator(string name)
    {
        JsonElement image = Expected.GetProperty("images").EnumerateArray().First(i => i.GetProperty("name").GetString() == name);

        TextDetectionEvidence evidence = Compare(image);

        evidence.Pairs.ShouldBe(image.GetProperty("pairs").EnumerateArray().Select(p => (p[0].GetInt32(), p[1].GetInt32())));
        evidence.TruthCount.ShouldBe(image.GetProperty("gt_care").GetInt32());
        evidence.PredictedCount.ShouldBe(image.GetProperty("det_care").GetInt32());
        evidence.Precision.ShouldMatch(image.GetProperty("precision"));
        evidence.Recall.ShouldMatch(image.GetProperty("recall"));
        evidence.HarmonicMean.ShouldMatch(image.GetProperty("hmean"));
        double[][] truths = [.. image.GetProperty("gt").EnumerateArray().Select(g => Points(g.GetProperty("points"))).Where(p => SimplePolygon.IsValid(p))];
        double[][] predictions = [.. image.GetProperty("det").EnumerateArray().Select(Points).Where(p => SimplePolygon.IsValid(p))];
        if (image.TryGetProperty("iou", out JsonElement iou) && iou.ValueKind == JsonValueKind.Array)
        {
            for (int t = 0; t < iou.GetArrayLength(); t++)
            {
                for (int p = 0; p < iou[t].GetArrayLength(); p++)
                {
                    SimplePolygon.IntersectionOverUnion(truths[t], predictions[p]).ShouldMatch(iou[t][p], 1e-9, $"IoU of {t} and {p}");
                }
            }
        }
    }

    [Fact]
    public void Summarize_GoldenPolygons_PoolsTheImages()
    {
        TextDetectionReport report = new TextDetectionEvaluation().Summarize([.. Expected.GetProperty("images").EnumerateArray().Select(Compare)], []);

        JsonElement combined = Expected.GetProperty("combined");
        report.Precision.ShouldMatch(combined.GetProperty("precision"));
        report.Recall.ShouldMatch(combined.GetProperty("recall"));
        report.HarmonicMean.ShouldMatch(combined.GetProperty("hmean"));
    }

    /// <summary>An L of area 3 against the unit square in its notch (0) and a 2×2 square over all of it (3).</summary>
    [Fact]
    public void IntersectionArea_ConcavePolygon_LeavesTheNotchOut()
    {
        double[] l = [0, 0, 2, 0, 2, 1, 1, 1, 1, 2, 0, 2];

        SimplePolygon.Area(l).ShouldBe(3);
        SimplePolygon.IntersectionArea(l, [1, 1, 2, 1, 2, 2, 1, 2]).ShouldBe(0, 1e-12);
        SimplePolygon.IntersectionArea(l, [0, 0, 0, 2, 2, 2, 2, 0]).ShouldBe(3, 1e-12);
        SimplePolygon.IntersectionArea(l, l).ShouldBe(3, 1e-12);
    }

    [Theory]
    [InlineData(new double[] { 0, 0, 1, 1, 1, 0, 0, 1 }, false)] // a bow tie
    [InlineData(new double[] { 0, 0, 1, 0, 2, 0 }, false)] // no area
    [InlineData(new double[] { 0, 0, 2, 0, 2, 2, 1, 0, 0, 2 }, false)] // touches itself
    [InlineData(new double[] { 0, 0, 1, 0, 1, 0, 1, 1, 0, 1, 0, 0 }, true)] // repeated points
    public void IsValid_StrangePolygons_FollowsTheSimpleFeaturesRule(double[] points, bool isValid) => SimplePolygon.IsValid(points).ShouldBe(isValid);

    [Fact]
    public void Compare_WithTexts_CountsWhatIsReadRight()
    {
        double[] square = [0, 0, 1, 0, 1, 1, 0, 1], other = [5, 5, 6, 5, 6, 6, 5, 6];
        var evaluation = new TextDetectionEvaluation();

        TextDetectionEvidence evidence = evaluation.Compare([new(square, Text: "one"), new(other, Text: "two")], [new(square, Text: "one"), new(other, Text: "too")]);

        (evidence.Pairs.Count, evidence.ReadCount).ShouldBe((2, 1));
        TextDetectionReport report = evaluation.Summarize([evidence], []);
        (report.HarmonicMean, report.EndToEndHarmonicMean).ShouldBe((1, 0.5));
        TextDetectionEvidence.FromBytes(evidence.ToBytes()).ToBytes().ShouldBe(evidence.ToBytes());
        evaluation.Summarize([], []).HarmonicMean.ShouldBeNull();
    }

    /// <summary>Squares: a bow tie matches nothing and does not shift the others' indexes; what lies in the ignored square is forgiven.</summary>
    [Fact]
    public void Match_EachPrediction_NamesItsTruthByPlaceInTheList()
    {
        double[] square = [0, 0, 4, 0, 4, 4, 0, 4], far = [20, 0, 24, 0, 24, 4, 20, 4], bowTie = [0, 0, 1, 1, 1, 0, 0, 1], ignored = [40, 0, 60, 0, 60, 9, 40, 9];
        var evaluation = new TextDetectionEvaluation();

        evaluation.Match([new(bowTie), new(ignored, IsIgnored: true), new(far), new(square)], [new(bowTie), new(square), new([41, 1, 45, 1, 45, 4, 41, 4]), new(far), new(square)])
            .ShouldBe([TextDetectionEvaluation.Unmatched, 3, TextDetectionEvaluation.Forgiven, 2, TextDetectionEvaluation.Unmatched]);
        evaluation.Match([], []).ShouldBeEmpty();
    }

    private static TextDetectionEvidence Compare(JsonElement image) => new TextDetectionEvaluation().Compare(
        [.. image.GetProperty("gt").EnumerateArray().Select(g => new TextRegion(Points(g.GetProperty("points")), g.GetProperty("ignore").GetBoolean()))],
        [.. image.GetProperty("det").EnumerateArray().Select(d => new TextRegion(Points(d)))]);

    private static double[] Points(JsonElement points) => [.. points.EnumerateArray().SelectMany(p => p.EnumerateArray()).Select(v => v.GetDouble())];
}
