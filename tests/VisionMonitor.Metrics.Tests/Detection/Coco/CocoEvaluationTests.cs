using System.Text.Json;
using VisionMonitor.Metrics.Detection;
using VisionMonitor.Metrics.Detection.Coco;

namespace VisionMonitor.Metrics.Tests.Detection.Coco;

public sealed class CocoEvaluationTests
{
    [Theory]
    [InlineData("micro_bbox.json.gz")]
    [InlineData("fuzz_bbox.json.gz")]
    [InlineData("real_coco_val2014_100_bbox.json.gz")]
    [InlineData("real_fce_toy_bbox.json.gz")]
    [InlineData("real_rafael_sampled_coco_bboxarea.json.gz")]
    [InlineData("random_options.json.gz")]
    [InlineData("segm_cases.json.gz")]
    [InlineData("real_coco_val2014_100_segm.json.gz")]
    public void Run_GoldenFile_EqualsPycocotoolsToTheLastBit(string file)
    {
        List<string> differences = [];
        foreach (DetectionGolden golden in DetectionGolden.Load(file))
        {
            Compare(golden, golden.Run(), differences);
        }

        differences.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("synth200")]
    [InlineData("synthsegm60")]
    public void Run_GeneratedSet_EqualsPycocotoolsToTheLastBit(string name)
    {
        List<string> differences = [];
        DetectionGolden golden = DetectionGolden.LoadSplit(name);
        Compare(golden, golden.Run(), differences);
        differences.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("synth200")]
    [InlineData("synthsegm60")]
    public void Run_OneThreadOrThree_GivesTheSameBytes(string name)
    {
        DetectionGolden golden = DetectionGolden.LoadSplit(name);
        CocoEvaluation one = golden.Run(parallelism: 1), three = golden.Run(parallelism: 3);
        three.Accumulate().PrecisionSha256().ShouldBe(one.Accumulate().PrecisionSha256());
        three.Evidence.ToArray().SelectMany(e => e.ToBytes()).ShouldBe(one.Evidence.ToArray().SelectMany(e => e.ToBytes()));
    }

    [Fact]
    public void Accumulate_WeightsOfOne_GivesTheSameNumbersAsTheFullArrays()
    {
        CocoEvaluation evaluation = DetectionGolden.LoadSplit("synth200").Run();
        CocoArrays full = evaluation.Accumulate(), brief = evaluation.Accumulate([.. Enumerable.Repeat(1.0, 200)]);
        brief.Stats.ShouldBe(full.Stats);
        brief.ToRecall().ShouldBe(full.ToRecall());
        Should.Throw<InvalidOperationException>(() => brief.ToPrecision());
    }

    [Theory]
    [InlineData("micro_bbox.json.gz")]
    [InlineData("fuzz_bbox.json.gz")]
    [InlineData("segm_cases.json.gz")]
    public void Run_CorrectedMode_DiffersOnlyInTheQuirks(string file)
    {
        List<string> differences = [];
        foreach (DetectionGolden golden in DetectionGolden.Load(file))
        {
            if (golden.Name is not ("ignore_field_is_overwritten" or "gt_id_zero" or "duplicate_gt_ids"))
            {
                Compare(golden, golden.Run(CocoMode.Corrected), differences);
            }
            else
            {
                golden.Run(CocoMode.Corrected).Accumulate().PrecisionSha256().ShouldNotBe(Text(golden.Expected, "precision_sha256_le_f64_C_order_TRKAM"), golden.Name);
            }
        }

        differences.ShouldBeEmpty();
    }

    [Fact]
    public void Run_KeypointsWithoutClasses_MatchOnlyInCorrectedMode()
    {
        DetectionGolden[] agnostic = [.. DetectionGolden.Load("random_options.json.gz").Where(one => one.Task == CocoTask.Keypoints && one.Options.Detection.IsClassAgnostic)];

        agnostic.ShouldNotBeEmpty();
        agnostic.ShouldAllBe(one => one.Run(CocoMode.Strict, 1, false).Accumulate().Stats.Max() == 0);
        agnostic.ShouldContain(one => one.Run(CocoMode.Corrected, 1, false).Accumulate().Stats.Max() > 0);
    }

    private static void Compare(DetectionGolden golden, CocoEvaluation evaluation, List<string> differences)
    {
        JsonElement expected = golden.Expected;
        CocoArrays arrays = evaluation.Accumulate();
        void Check(string what, double wanted, double found)
        {
            if (!(Math.Abs(wanted - found) <= 1e-12))
            {
                differences.Add($"{golden.Name}: {what} is {found:R}, pycocotools has {wanted:R}");
            }
        }

        void CheckText(string what, string wanted, string found)
        {
            if (wanted != found)
            {
                differences.Add($"{golden.Name}: {what} differs");
            }
        }

        CheckText("counts", expected.GetProperty("counts_TRKAM").GetRawText().Replace(" ", "", StringComparison.Ordinal), $"[{string.Join(',', arrays.Counts)}]");
        CheckText("precision hash", Text(expected, "precision_sha256_le_f64_C_order_TRKAM"), arrays.PrecisionSha256());
        CheckText("scores hash", Text(expected, "scores_sha256_le_f64_C_order_TRKAM"), arrays.ScoresSha256());
        CheckText("recall hash", Text(expected, "recall_sha256_le_f64_C_order_TKAM"), arrays.RecallSha256());
        foreach ((JsonElement wanted, int i) in expected.GetProperty("stats").EnumerateArray().Select((w, i) => (w, i)))
        {
            Check($"stats[{i}]", wanted.GetDouble(), arrays.Stats[i]);
        }

        ComparePerClass(golden, arrays, evaluation, Check);
    }

    private static void ComparePerClass(DetectionGolden golden, CocoArrays arrays, CocoEvaluation evaluation, Action<string, double, double> check)
    {
        if (!golden.Expected.TryGetProperty("per_class", out JsonElement classes))
        {
            return;
        }

        DetectionOptions options = golden.Options.Detection;
        int[] limits = [.. options.MaxDetections.Order()];
        int last = limits.Length - 1;
        DetectionReport report = evaluation.Summarize([]);
        int k = 0;
        foreach (JsonElement one in classes.EnumerateArray())
        {
            string name = $"class {k}";
            check($"{name} AP", one.GetProperty("AP").GetDouble(), arrays.ClassPrecision(k, null, 0, last));
            check($"{name} AP in the report", one.GetProperty("AP").GetDouble(), report.PerClass[k].AveragePrecision ?? -1);
            check($"{name} objects", one.GetProperty("n_gt_not_ignored").GetInt32(), report.PerClass[k].TruthCount);
            check($"{name} predictions", one.GetProperty("n_dt_kept").GetInt32(), report.PerClass[k].PredictedCount);
            if (one.TryGetProperty("AP50", out JsonElement ap50))
            {
                check($"{name} AP50", ap50.GetDouble(), arrays.ClassPrecision(k, 0.5, 0, last));
            }

            if (one.TryGetProperty("AP75", out JsonElement ap75))
            {
                check($"{name} AP75", ap75.GetDouble(), arrays.ClassPrecision(k, 0.75, 0, last));
            }

            for (int a = 0; a < options.AreaRanges.Count; a++)
            {
                check($"{name} AP area {a}", one.GetProperty("AP_area").GetProperty(options.AreaRanges[a].Name).GetDouble(), arrays.ClassPrecision(k, null, a, last));
                check($"{name} AR area {a}", one.GetProperty("AR_area").GetProperty(options.AreaRanges[a].Name).GetDouble(), arrays.ClassRecall(k, a, last));
            }

            for (int m = 0; m < limits.Length; m++)
            {
                check($"{name} AR {limits[m]}", one.GetProperty("AR_maxDets").GetProperty($"{limits[m]}").GetDouble(), arrays.ClassRecall(k, 0, m));
            }

            k++;
        }
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
