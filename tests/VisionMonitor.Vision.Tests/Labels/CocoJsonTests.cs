using VisionMonitor.Metrics.Detection;
using VisionMonitor.Metrics.Geometry;
using VisionMonitor.Testing;
using VisionMonitor.Vision.Labels;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Vision.Tests.Labels;

public sealed class CocoJsonTests
{
    [Fact]
    public void Read_HostileFiles_GetTheirVerdicts() => HostileLabels.AssertVerdicts("coco/", file => new CocoJson().Read(file.FullPath, new()).Report);

    [Fact]
    public void Write_ThenRead_GivesEqualTruths()
    {
        LabelSet set = new(
            VisionTask.Detection,
            ["box", "tube", "상자"],
            [
                new("a/one.jpg", 640, 480, new DetectionTruth([new(0, new(1.5, 2.25, 30, 40), 700.5, true), new(2, new(10, 20, 5, 5))])),
                new("two.png", null, null, new DetectionTruth([])),
            ]);
        string path = Path.Combine(Directory.CreateTempSubdirectory("coco").FullName, "labels.json");
        new CocoJson().Write(set, path);

        LabelRead read = new CocoJson().Read(path, new());
        read.Set.Classes.ShouldBe(set.Classes);
        read.Set.Images.Select(image => (image.FileName, image.Width, image.Height)).ShouldBe([("a/one.jpg", 640, 480), ("two.png", null, null)]);
        ((DetectionTruth)read.Set.Images[0].Truth).Boxes.ShouldBe(((DetectionTruth)set.Images[0].Truth).Boxes);
        ((DetectionTruth)read.Set.Images[1].Truth).Boxes.ShouldBeEmpty();
        read.Report.KeptCount.ShouldBe(2);
        read.Report.DroppedCount.ShouldBe(0);
        LabelFormats.Recognize(path)!.Id.ShouldBe("coco");
    }

    /// <summary>A project of boxes keeps the joints: its models of pose are judged by them.</summary>
    [Fact]
    public void Write_BoxesWithJoints_AreReadBackWithoutShapes()
    {
        DetectionTruth truth = new([new(0, new(10, 20, 30, 40)), new(0, new(50, 20, 30, 40))]) { Joints = [[11, 22, 2, 33, 44, 1], []] };
        string path = Path.Combine(Directory.CreateTempSubdirectory("coco").FullName, "labels.json");
        new CocoJson().Write(new(VisionTask.Detection, ["person"], [new("one.jpg", 640, 480, truth)]), path);

        LabelSet read = new CocoJson().Read(path, new()).Set;
        read.Task.ShouldBe(VisionTask.Detection);
        IReadOnlyList<IReadOnlyList<double>> joints = ((DetectionTruth)read.Images[0].Truth).Joints.ShouldNotBeNull();
        joints[0].ShouldBe([11, 22, 2, 33, 44, 1]);
        joints[1].ShouldBeEmpty();
    }

    [Fact]
    public void Read_RealCoco_GivesItsBoxesAndMissingImages()
    {
        string path = SharedFolder.Require("real", "images", "coco_fizyr", "coco", "annotations", "instances_train2017.json");
        string folder = SharedFolder.Require("real", "images", "coco_fizyr", "coco", "images");
        LabelRead read = new CocoJson().Read(path, new() { ImageFolder = folder });
        read.Report.DroppedCount.ShouldBe(0);
        read.Report.KeptCount.ShouldBe(read.Set.Images.Sum(image => ((DetectionTruth)image.Truth).Boxes.Count));
        read.Report.ImagesNotFound.Count.ShouldBe(read.Set.Images.Count, "the names lack the folder train2017");
        LabelledImage known = read.Set.Images.Single(image => image.FileName == "000000391895.jpg");
        (known.Width, known.Height).ShouldBe((640, 360));

        // Image 391895 of COCO: the motorcycle of category 4, which is class index 3.
        ((DetectionTruth)known.Truth).Boxes.ShouldContain(new TruthBox(3, new BoundingBox(359.17, 146.17, 112.45, 213.57), 12190.44565));
    }

    [Fact]
    public void InClassesOf_ModelWithoutAClass_DropsAndNamesIt()
    {
        LabelSet set = new(VisionTask.Detection, ["Box", "tube"], [new("a.jpg", 64, 48, new DetectionTruth([new(0, new(1, 1, 5, 5)), new(1, new(2, 2, 5, 5))]))]);
        (LabelSet translated, ReadReport report) = set.InClassesOf(["pallet", "box"], new() { ImageCount = 1, KeptCount = 2 });
        ((DetectionTruth)translated.Images[0].Truth).Boxes.ShouldBe([new TruthBox(1, new(1, 1, 5, 5))]);
        report.ClassesNotInModel.ShouldBe(["tube"]);
        (report.KeptCount, report.DroppedCount).ShouldBe((1, 1));
        report.Dropped[0].Code.ShouldBe("class_not_in_model");
    }
}
