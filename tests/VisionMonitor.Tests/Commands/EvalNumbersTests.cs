using System.Text.Json.Nodes;
using VisionMonitor.Commands;
using VisionMonitor.Metrics.Statistics;

namespace VisionMonitor.Tests.Commands;

public sealed class EvalNumbersTests
{
    [Fact]
    public void ToJson_PathsAndIntervals_BecomeNestedFieldsWithLowAndHigh()
    {
        JsonObject json = Numbers().ToJson();

        json.ToJsonString().ShouldBe(
            """{"n":3,"accuracy":0.5,"accuracyLow":0.25,"accuracyHigh":0.75,"macro":{"f1":null,"f1Low":null,"f1High":null},"perClass":[{"index":0,"iou":0.5,"iouLow":0,"iouHigh":1}]}""");
    }

    [Fact]
    public void Print_Csv_HasOneLineANumber()
    {
        StringWriter output = new();

        Numbers().Print(EvalFormat.Csv, output);

        output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ShouldBe(
            ["name,value,low,high", "n,3,,", "accuracy,0.5,0.25,0.75", "macro.f1,,,", "perClass[0].index,0,,", "perClass[0].iou,0.5,0,1"]);
    }

    [Fact]
    public void Print_Table_ShowsWhatIsUndefinedAsADash()
    {
        StringWriter output = new();

        Numbers().Print(EvalFormat.Table, output);

        output.ToString().ShouldContain("accuracy  0.500000  [0.250000 – 0.750000]");
        output.ToString().ShouldContain("macro.f1  –");
    }

    [Fact]
    public void MapPairs_NamesWithGtAndPred_AreMatchedByTheRest()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("visionmonitor-pairs-");
        try
        {
            foreach (string name in (string[])["gt_001.png", "gt_002.png", "pred_001.png", "pred_002.png"])
            {
                File.WriteAllBytes(Path.Combine(folder.FullName, name), []);
            }

            MapPairs.In(folder, folder).Files.Select(f => (Path.GetFileName(f.Truth), Path.GetFileName(f.Predicted))).ShouldBe([("gt_001.png", "pred_001.png"), ("gt_002.png", "pred_002.png")]);
            File.Delete(Path.Combine(folder.FullName, "pred_002.png"));
            Should.Throw<VisionMonitor.Hosting.StartException>(() => MapPairs.In(folder, folder)).Message.ShouldContain("gt_002.png has no prediction");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static EvalNumbers Numbers()
    {
        EvalNumbers numbers = new();
        numbers.Fact("n", 3);
        numbers.Statistic("accuracy", 0.5);
        numbers.Statistic("macro.f1", null);
        numbers.Fact("perClass[0].index", 0);
        numbers.Statistic("perClass[0].iou", 0.5);
        numbers.SetIntervals([new Interval(0.25, 0.75), null, new Interval(0, 1)]);
        return numbers;
    }
}
