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
    public void Read_RealFolder_GivesTheSameBoxesAsItsCocoFile()
    {
        string folder = SharedFolder.Require("real", "images", "rodm", "toyexample", "gts_vocpascal_format");
        LabelRead read = new PascalVoc().Read(folder, new());
        read.Report.DroppedCount.ShouldBe(0);
        read.Set.Images.Count.ShouldBe(Directory.GetFiles(folder).Length);
        LabelledImage dog = read.Set.Images.Single(image => image.FileName.Contains("2007_000549", StringComparison.Ordinal));
        (dog.Width, dog.Height).ShouldBe((500, 330));
    }
}
