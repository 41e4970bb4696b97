using VisionMonitor.Metrics.Detection;
using VisionMonitor.Metrics.Geometry;
using VisionMonitor.Vision.Labels;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Vision.Tests.Labels;

public sealed class CvatXmlTests
{
    [Fact]
    public void Read_HostileFiles_GetTheirVerdicts() => HostileLabels.AssertVerdicts("cvat/", file => new CvatXml().Read(file.FullPath, new()).Report);

    [Fact]
    public void Read_EveryShape_IsItsBoxAndAreaOrReported()
    {
        LabelRead read = Read("""
            <annotations><meta><task><labels><label><name>car</name></label><label><name>dog</name></label></labels></task></meta>
              <image id="0" name="a.jpg" width="64" height="48">
                <polygon label="dog" points="10,10;20,10;20,30"/>
                <ellipse label="car" cx="20" cy="20" rx="5" ry="10"/>
                <mask label="car" left="4" top="6" width="4" height="2" rle="1,2,2,3"/>
                <box label="car" xtl="10" ytl="10" xbr="20" ybr="30" rotation="90"/>
                <points label="car" points="1,1"/>
                <box label="cat" xtl="10" ytl="10" xbr="20" ybr="30"/>
                <polygon label="dog" points="10,10;20,10"/>
              </image></annotations>
            """);
        read.Set.Classes.ShouldBe(["car", "dog"]);
        IReadOnlyList<TruthBox> boxes = ((DetectionTruth)read.Set.Images[0].Truth).Boxes;
        boxes[0].ShouldBe(new TruthBox(1, new BoundingBox(10, 10, 10, 20), 100));
        boxes[1].ShouldBe(new TruthBox(0, new BoundingBox(15, 10, 10, 20), Math.PI * 50));
        boxes[2].ShouldBe(new TruthBox(0, new BoundingBox(4, 6, 4, 2), 5));

        // A box of 10 × 20 about (15, 20), turned by 90°, is one of 20 × 10.
        boxes[3].Box.X.ShouldBe(5, 1e-9);
        boxes[3].Box.Y.ShouldBe(15, 1e-9);
        boxes[3].Box.Width.ShouldBe(20, 1e-9);
        boxes.Count.ShouldBe(4);
        read.Report.DroppedByCode.ShouldBe(new Dictionary<string, int> { ["unsupported_shape"] = 1, ["unknown_category"] = 1, ["invalid_polygon"] = 1 }, ignoreOrder: true);
    }

    [Fact]
    public void Read_TagsOnly_IsClassification()
    {
        LabelRead read = Read("""
            <annotations>
              <image id="0" name="a.jpg" width="64" height="48"><tag label="dog"/></image>
              <image id="1" name="b.jpg" width="64" height="48"><tag label="cat"/></image>
              <image id="2" name="c.jpg" width="64" height="48"/>
            </annotations>
            """);
        read.Set.Task.ShouldBe(VisionTask.Classification);
        read.Set.Classes.ShouldBe(["cat", "dog"]);
        read.Set.Images.Select(image => (image.FileName, image.Truth)).ShouldBe([("a.jpg", new ClassificationTruth(1)), ("b.jpg", new ClassificationTruth(0))]);
        read.Report.Dropped.ShouldHaveSingleItem().Code.ShouldBe("not_one_tag");
    }

    private static LabelRead Read(string xml)
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("cvat").FullName, "annotations.xml");
        File.WriteAllText(path, xml);
        return new CvatXml().Read(path, new());
    }
}
