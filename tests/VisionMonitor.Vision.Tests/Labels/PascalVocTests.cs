using VisionMonitor.Metrics.Detection;
using VisionMonitor.Metrics.Geometry;
using VisionMonitor.Testing;
using VisionMonitor.Vision.Labels;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Vision.Tests.Labels;

public sealed class PascalVocTests
{
    [Fact]
    public void Read_HostileFiles_GetTheirVerdicts() => HostileLabels.AssertVerdicts("voc/", file => new PascalVoc().Read(file.FullPath, new()).Report);

    [Fact]
    public void Read_Corners_CountFromOneAndBelongToTheBox()
    {
        LabelRead read = new PascalVoc().Read(SharedFolder.Require("hostile", "voc", "ok.xml"), new());
        ((DetectionTruth)read.Set.Images[0].Truth).Boxes.ShouldBe([new TruthBox(0, new BoundingBox(0, 1, 11, 11))]);
        read.Set.Classes.ShouldBe(["car"]);
    }

    [Fact]
    public void Read_RealFolder_GivesItsBoxes()
    {
        string folder = SharedFolder.Require("real", "images", "rodm", "toyexample", "gts_vocpascal_format");
        LabelRead read = new PascalVoc().Read(folder, new());
        read.Report.DroppedCount.ShouldBe(0);
        read.Set.Images.Count.ShouldBe(Directory.GetFiles(folder).Length);
        LabelledImage cat = read.Set.Images.Single(image => image.FileName == "2007_000549.jpg");
        (cat.Width, cat.Height).ShouldBe((375, 500));

        // xmin 1, ymin 49, xmax 341, ymax 499.
        ((DetectionTruth)cat.Truth).Boxes.ShouldBe([new TruthBox(read.Set.Classes.ToList().IndexOf("cat"), new BoundingBox(0, 48, 341, 451))]);
    }
}
