using System.Text;
using System.Text.Json;
using VisionMonitor.Metrics.Detection;
using VisionMonitor.Metrics.Geometry;
using VisionMonitor.Vision.Labels;
using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Vision.Tests.Predictions;

public sealed class PredictionWriterTests
{
    [Fact]
    public void Write_Boxes_AreOneListOfCocoResults()
    {
        string json = Write(VisionTask.Detection, ["box", "tube"], ("a/12.jpg", new DetectionPrediction([new(1, new(1, 2, 3, 4), 0.5)])), ("b.jpg", new DetectionPrediction([])));
        json.ShouldBe("""[{"image_id":12,"category_id":2,"bbox":[1,2,3,4],"score":0.5,"file_name":"a/12.jpg","category_name":"tube"}]""");
    }

    [Fact]
    public void Write_Masks_AreCocoRuns()
    {
        // 2 × 2 pixels of which the right column is the object: columns 00 11.
        RunLengthMask mask = RunLengthMask.FromCounts(2, 2, [2, 2]);
        string json = Write(VisionTask.InstanceSegmentation, ["box"], ("x.jpg", new InstancePrediction([new(new PredictedBox(0, new(1, 0, 1, 2), 0.9), mask)])));
        json.ShouldBe("""[{"image_id":1,"category_id":1,"bbox":[1,0,1,2],"segmentation":{"size":[2,2],"counts":"22"},"score":0.9,"file_name":"x.jpg","category_name":"box"}]""");
    }

    [Fact]
    public void Write_Classes_AreOneObjectPerLineWithTheSurestFirst()
    {
        string[] lines = Write(VisionTask.Classification, ["box", "tube"], ("a.jpg", new ClassificationPrediction([0.25f, 0.75f])), ("b.jpg", new ClassificationPrediction([1, 0])))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBe(2);
        lines[0].ShouldBe("""{"file_name":"a.jpg","top":[{"class":1,"name":"tube","probability":0.75},{"class":0,"name":"box","probability":0.25}],"prediction":{"task":"classification","probabilities":[0.25,0.75]}}""");
        JsonDocument.Parse(lines[1]).RootElement.GetProperty("file_name").GetString().ShouldBe("b.jpg");
    }

    [Fact]
    public void CocoIds_OfAnAnnotationFile_AreFoundByName()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("ids").FullName, "labels.json");
        File.WriteAllText(path, """{"images":[{"id":77,"file_name":"a.jpg"}],"annotations":[],"categories":[{"id":18,"name":"Dog"},{"id":3,"name":"car"}]}""");
        CocoIds ids = CocoIds.Create(path, ["car", "dog", "cow"]);
        (ids.OfImage("train/a.jpg"), ids.OfClass(0), ids.OfClass(1)).ShouldBe((77, 3, 18));
        Should.Throw<LabelFormatException>(() => CocoIds.Create(Path.Combine(Path.GetTempPath(), "absent.json"), [])).Code.ShouldBe("file_not_found");
    }

    /// <summary>The annotations name folders that the images were not asked for with; a name that two folders share leads nowhere.</summary>
    [Fact]
    public void CocoIds_OfAnnotationsWithFolders_AreFoundWithoutThem()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("ids").FullName, "labels.json");
        File.WriteAllText(path, """{"images":[{"id":7,"file_name":"train/a.jpg"},{"id":8,"file_name":"train/b.jpg"},{"id":9,"file_name":"val/b.jpg"}],"annotations":[],"categories":[]}""");
        CocoIds ids = CocoIds.Create(path, []);
        (ids.OfImage("a.jpg"), ids.OfImage("train/a.jpg"), ids.OfImage("val/b.jpg")).ShouldBe((7, 7, 9));
        ids.Unknown.ShouldBeEmpty();
        ids.OfImage("b.jpg").ShouldNotBeInRange(7, 9);
        ids.OfImage("c.jpg").ShouldNotBeInRange(7, 9);
        ids.Unknown.ShouldBe(["b.jpg", "c.jpg"]);
    }

    private static string Write(VisionTask task, string[] classes, params (string FileName, Prediction Prediction)[] predictions)
    {
        ModelContract contract = new() { Family = "any", Task = task, Classes = classes, Input = new() { Name = "x", Width = 1, Height = 1 } };
        CocoIds ids = CocoIds.Create(null, classes);
        MemoryStream stream = new();
        using (PredictionWriter writer = new(stream, contract, ids.OfImage, ids.OfClass))
        {
            foreach ((string fileName, Prediction prediction) in predictions)
            {
                writer.Write(fileName, prediction);
            }
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
