using VisionMonitor.Metrics.Geometry;
using VisionMonitor.Vision.Images;
using VisionMonitor.Vision.Labels;
using VisionMonitor.Vision.Masks;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Vision.Tests.Labels;

/// <summary>Writing and reading again gives equal truths, also of shapes, maps and texts.</summary>
public sealed class ShapeFormatsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("shapes").FullName;

    private static TruthInstance Outlined { get; } = new(new(1, new(8, 12, 16, 24), 192)) { Polygons = [[8, 12, 24, 12, 24, 36]] };

    private static TruthInstance Painted { get; } = Paint([5, 6, 7, 70, 71, 133]);

    private static TruthInstance Person { get; } = new(new(0, new(16, 12, 32, 24), 768)) { Joints = [32, 24, 2, 0, 0, 0, 16, 12, 1] };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("coco", "outline, mask, joints, box")]
    [InlineData("cvat", "outline, mask, box")]
    [InlineData("label-studio", "outline, mask, box")]
    [InlineData("labelme", "outline, box")]
    [InlineData("yolo", "outline, box")]
    [InlineData("yolo", "joints, box")]
    public void Write_ThenRead_GivesEqualShapes(string id, string what)
    {
        List<TruthInstance> objects = [];
        if (what.Contains("outline", StringComparison.Ordinal))
        {
            objects.Add(Outlined);
        }

        if (what.Contains("mask", StringComparison.Ordinal))
        {
            objects.Add(Painted);
        }

        if (what.Contains("joints", StringComparison.Ordinal))
        {
            objects.Add(Person);
        }

        objects.Add(new(new(2, new(0, 0, 64, 48))));
        LabelSet set = new(VisionTask.InstanceSegmentation, ["person", "box", "상자"], [new("a.jpg", 64, 48, new InstanceTruth(objects)), new("b.jpg", 64, 48, new InstanceTruth([]))]);
        Picture("a.jpg");
        Picture("b.jpg");
        string path = id is "coco" or "label-studio" ? Path.Combine(_folder, "labels.json") : _folder;
        ILabelFormat format = LabelFormats.Find(id)!;
        format.Write(set, path);
        LabelFormats.Recognize(path)!.Id.ShouldBe(id);

        LabelRead read = format.Read(path, new() { KeepShapes = true, Classes = set.Classes });
        ShouldBeEqual(read, set);
        read.Report.KeptCount.ShouldBe(objects.Count);

        // Who wants no shapes gets the same objects as boxes.
        LabelRead boxes = format.Read(path, new() { Classes = set.Classes });
        boxes.Set.Task.ShouldBe(VisionTask.Detection);
        ((DetectionTruth)boxes.Set.Images[0].Truth).Boxes.ShouldBe(objects.Select(one => one.Box));
    }

    [Fact]
    public void Write_ThenRead_GivesEqualPanopticMaps()
    {
        int[] ids = new int[64 * 48];
        ids.AsSpan(0, 1000).Fill(1);
        ids.AsSpan(1200, 70).Fill(2);
        LabelSet set = new(
            VisionTask.Panoptic,
            ["person", "sky"],
            [new("a.jpg", 64, 48, new PanopticTruth(ClassMap.From(64, 48, ids), [new(1, 1), new(2, 0, IsCrowd: true)]))])
        { StuffClasses = ["sky"] };
        string path = Path.Combine(_folder, "panoptic.json");
        LabelFormats.Find("coco-panoptic")!.Write(set, path);
        LabelFormats.Recognize(path)!.Id.ShouldBe("coco-panoptic");

        // The folder, too: one file of annotations beside a folder of pictures, as the data sets come.
        LabelFormats.Recognize(_folder)!.Id.ShouldBe("coco-panoptic");
        LabelRead read = LabelFormats.Find("coco-panoptic")!.Read(_folder, new());
        ShouldBeEqual(read, set);
        read.Set.StuffClasses.ShouldBe(["sky"]);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(200)]
    public void Write_ThenRead_GivesEqualClassMaps(int classCount)
    {
        int[] classes = [.. Enumerable.Range(0, 64 * 48).Select(pixel => pixel / 7 % (classCount + 1) - 1)];
        LabelSet set = new(
            VisionTask.SemanticSegmentation, [.. Enumerable.Range(0, classCount).Select(index => $"name {index}")], [new("a.jpg", 64, 48, new SemanticTruth(ClassMap.From(64, 48, classes)))]);
        LabelFormats.Find("index-png")!.Write(set, _folder);
        LabelFormats.Recognize(_folder)!.Id.ShouldBe("index-png");
        ShouldBeEqual(LabelFormats.Find("index-png")!.Read(_folder, new()), set);
    }

    [Theory]
    [InlineData("paddle-ocr")]
    [InlineData("icdar")]
    public void Write_ThenRead_GivesEqualTexts(string id)
    {
        LabelSet set = new(
            VisionTask.Text,
            [],
            [
                new("a.jpg", null, null, new TextTruth([new("Hello, \"world\"", [1, 2, 30.5, 2, 30.5, 9, 1, 9]), new("###", [1, 20, 30, 20, 30, 29, 1, 29], IsIgnored: true), new("한글", [0, 0, 5, 0, 5, 5, 0, 5])])),
                new("b.jpg", null, null, new TextTruth([])),
            ]);
        string path = id == "icdar" ? _folder : Path.Combine(_folder, "Label.txt");
        LabelFormats.Find(id)!.Write(set, path);
        LabelFormats.Recognize(path)!.Id.ShouldBe(id);
        ShouldBeEqual(LabelFormats.Find(id)!.Read(path, new()), set);
    }

    [Fact]
    public void Write_ThenRead_GivesEqualWholeLines()
    {
        LabelSet set = new(VisionTask.Text, [], [new("w/1.png", null, null, new TextTruth([new("[sic], 3\"", [])]))]);
        string path = Path.Combine(_folder, "rec_gt.txt");
        LabelFormats.Find("paddle-ocr")!.Write(set, path);
        ShouldBeEqual(LabelFormats.Find("paddle-ocr")!.Read(path, new()), set);
    }

    [Fact]
    public void Write_ThenRead_GivesEqualClassesFromATable()
    {
        LabelSet set = new(VisionTask.Classification, ["a, b", "say \"c\""], [new("1.jpg", null, null, new ClassificationTruth(1)), new("2.jpg", null, null, new ClassificationTruth(0))]);
        string path = Path.Combine(_folder, "labels.csv");
        LabelFormats.Find("csv")!.Write(set, path);
        ShouldBeEqual(LabelFormats.Find("csv")!.Read(path, new()), set);
    }

    [Fact]
    public void Read_LabelStudioChoices_AreClasses()
    {
        LabelSet set = new(VisionTask.Classification, ["cat", "dog"], [new("1.jpg", null, null, new ClassificationTruth(1)), new("2.jpg", null, null, new ClassificationTruth(0))]);
        string path = Path.Combine(_folder, "tasks.json");
        LabelFormats.Find("label-studio")!.Write(set, path);
        ShouldBeEqual(LabelFormats.Find("label-studio")!.Read(path, new()), set);
    }

    private static void ShouldBeEqual(LabelRead read, LabelSet expected)
    {
        read.Report.DroppedCount.ShouldBe(0);
        read.Report.Warnings.ShouldBeEmpty();
        read.Set.Task.ShouldBe(expected.Task);
        read.Set.Classes.ShouldBe(expected.Classes);
        read.Set.Images.Select(image => image.FileName).ShouldBe(expected.Images.Select(image => image.FileName));
        read.Set.Images.Select(image => image.Truth.ToJson()).ShouldBe(expected.Images.Select(image => image.Truth.ToJson()));
    }

    private static TruthInstance Paint(int[] pixels)
    {
        byte[] all = new byte[64 * 48];
        foreach (int pixel in pixels)
        {
            all[pixel] = 1;
        }

        RunLengthMask mask = RunLengthMask.FromPixels(48, 64, all);
        return new(new(0, mask.Bounds, mask.Area)) { Mask = mask };
    }

    private void Picture(string name)
    {
        Directory.CreateDirectory(Path.Combine(_folder, "images"));
        using DecodedImage picture = DecodedImage.FromRgb(64, 48, new byte[64 * 48 * 3]);
        File.WriteAllBytes(Path.Combine(_folder, "images", name), Thumbnails.Encode(picture, 64));
    }
}
