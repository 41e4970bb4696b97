using VisionMonitor.Metrics.Detection;
using VisionMonitor.Metrics.Geometry;
using VisionMonitor.Testing;
using VisionMonitor.Vision.Labels;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Vision.Tests.Labels;

public sealed class YoloTextTests
{
    [Fact]
    public void Read_HostileFiles_GetTheirVerdicts() => HostileLabels.AssertVerdicts("yolo/", Read);

    [Fact]
    public void ReadRows_BadRow_IsReportedWithItsLine()
    {
        ReadReportBuilder report = new();
        YoloText.ReadRows(SharedFolder.Require("hostile", "yolo", "labels", "bad_rows.txt"), 100, 100, 1, report).Select(one => one.Box)
            .ShouldBe([new TruthBox(0, new BoundingBox(40, 40, 20, 20)), new TruthBox(0, new BoundingBox(45, 45, 10, 10))], new NearlyEqual());
        report.Build(0, 0, []).Dropped.Select(note => note.Where).ShouldBe(Enumerable.Range(2, 10).Select(line => $"bad_rows.txt, line {line}"));
    }

    [Fact]
    public void Read_RealPolygons_AreTheirBoxesAndAreas()
    {
        // A polygon row of coco128, image 9 (640 × 480): class 45, from x 0.0016875 to 0.957297 and y 0.391021 to 0.986521.
        string labels = SharedFolder.Require("real", "images", "coco128-seg", "labels", "train2017", "000000000009.txt");
        List<TruthBox> boxes = [.. YoloText.ReadRows(labels, 640, 480, 80, new()).Select(one => one.Box)];
        boxes[0].ClassIndex.ShouldBe(45);
        boxes[0].Box.X.ShouldBe(1.08, 1e-9);
        boxes[0].Box.Y.ShouldBe(187.69008, 1e-9);
        boxes[0].Box.Right.ShouldBe(612.67008, 1e-4);
        boxes[0].AreaPixels.ShouldBeLessThan(boxes[0].Box.Area);
        boxes[0].AreaPixels.ShouldBeGreaterThan(boxes[0].Box.Area / 2);
    }

    [Fact]
    public void Read_RoboflowFolders_AreFoundAndMissingImagesNamed()
    {
        string folder = Directory.CreateTempSubdirectory("yolo").FullName;
        Directory.CreateDirectory(Path.Combine(folder, "valid", "images"));
        Directory.CreateDirectory(Path.Combine(folder, "valid", "labels"));
        File.WriteAllText(Path.Combine(folder, "data.yaml"), "train: ../train/images\nval: ../valid/images\nnc: 1\nnames: ['car']\n");
        File.WriteAllText(Path.Combine(folder, "valid", "labels", "gone.txt"), "0 0.5 0.5 0.1 0.1\n");
        LabelRead read = new YoloText().Read(folder, new());
        read.Set.Classes.ShouldBe(["car"]);
        read.Report.Warnings.ShouldHaveSingleItem().Code.ShouldBe("folder_not_found");
        read.Report.ImagesNotFound.ShouldHaveSingleItem().ShouldEndWith("gone");
    }

    [Fact]
    public void Read_WhatWeWrite_FindsItsImagesInTheFolderThatIsNamed()
    {
        string photographs = Directory.CreateTempSubdirectory("photographs").FullName;
        Directory.CreateDirectory(Path.Combine(photographs, "monday"));
        foreach (string name in (string[])["monday/a.png", "b.png"])
        {
            using SkiaSharp.SKBitmap picture = new(100, 50);
            using FileStream file = File.Create(Path.Combine(photographs, name));
            picture.Encode(file, SkiaSharp.SKEncodedImageFormat.Png, 100);
        }

        TruthBox Box(int classIndex) => new(classIndex, new BoundingBox(40, 15, 20, 20));
        string written = Directory.CreateTempSubdirectory("yolo").FullName;
        LabelSet set = new(VisionTask.Detection, ["car", "van"], [
            new("b.png", 100, 50, new DetectionTruth([Box(0)])), new("gone.png", 100, 50, new DetectionTruth([Box(0)])), new("monday/a.png", 100, 50, new DetectionTruth([Box(1)]))]);
        new YoloText().Write(set, written);
        foreach (bool isThere in (bool[])[true, false])
        {
            LabelRead read = new YoloText().Read(written, new() { ImageFolder = photographs });
            read.Set.Images.Select(image => (image.FileName, ((DetectionTruth)image.Truth).Boxes.ShouldHaveSingleItem().ClassIndex)).ShouldBe([("b.png", 0), ("monday/a.png", 1)]);
            read.Report.ImagesNotFound.ShouldBe(["gone"]);
            read.Report.Warnings.ShouldBeEmpty();

            // A copy of the labels often leaves the empty folder of images behind.
            if (isThere)
            {
                Directory.Delete(Path.Combine(written, "images"));
            }
        }
    }

    [Fact]
    public void Read_TextFilesAlone_NeedTheFolderOfTheirImages()
    {
        string folder = Directory.CreateTempSubdirectory("yolo").FullName;
        string images = Directory.CreateDirectory(Path.Combine(folder, "photographs", "monday")).Parent!.FullName;
        string labels = Directory.CreateDirectory(Path.Combine(folder, "labels-only")).FullName;
        File.WriteAllText(Path.Combine(labels, "a.txt"), "\n2 0.5 0.5 0.2 0.4\n");
        File.WriteAllText(Path.Combine(labels, "b.txt"), "");
        File.WriteAllText(Path.Combine(labels, "c.txt"), "0 0.5 0.5 0.1 0.1\n");
        LabelFormats.Recognize(labels).ShouldBeOfType<YoloText>();
        LabelFormatException refusal = Should.Throw<LabelFormatException>(() => new YoloText().Read(labels, new()));
        refusal.Code.ShouldBe("images_needed");
        refusal.Message.ShouldContain("--images DIR");

        foreach (string name in (string[])["monday/a.png", "b.png", "unlabelled.png"])
        {
            using SkiaSharp.SKBitmap picture = new(100, 50);
            using FileStream file = File.Create(Path.Combine(images, name));
            picture.Encode(file, SkiaSharp.SKEncodedImageFormat.Png, 100);
        }

        LabelRead read = new YoloText().Read(labels, new() { ImageFolder = images });
        read.Set.Classes.ShouldBe(["class 0", "class 1", "class 2"]);
        read.Set.Images.Select(image => (image.FileName, image.Width, image.Height)).ShouldBe([("monday/a.png", 100, 50), ("b.png", 100, 50)]);
        TruthBox box = ((DetectionTruth)read.Set.Images[0].Truth).Boxes.ShouldHaveSingleItem();
        (box.ClassIndex, box.Box.X, box.Box.Y).ShouldBe((2, 40, 15));
        (read.Report.KeptCount, read.Report.Warnings.ShouldHaveSingleItem().Code).ShouldBe((1, "classes_not_named"));
        read.Report.ImagesNotFound.ShouldBe(["c"]);
        new YoloText().Read(labels, new() { ImageFolder = images, Classes = ["x", "y", "z"] }).Report.Warnings.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("these are no labels, only a note\n")]
    [InlineData("")]
    public void Recognizes_OtherText_IsNotYolo(string text)
    {
        string folder = Directory.CreateTempSubdirectory("yolo").FullName;
        File.WriteAllText(Path.Combine(folder, "notes.txt"), text);
        new YoloText().Recognizes(folder).ShouldBeFalse();
    }

    private static ReadReport Read(HostileFile file)
    {
        if (file.Path.EndsWith(".yaml", StringComparison.Ordinal))
        {
            ReadReport report = new YoloText().Read(file.FullPath, new()).Report;
            return report with { Warnings = [.. report.Warnings.Where(note => note.Code != "folder_not_found")] };
        }

        ReadReportBuilder rows = new();
        int kept = YoloText.ReadRows(file.FullPath, 64, 48, 1, rows).Count;
        return rows.Build(1, kept, []);
    }

    private sealed class NearlyEqual : IEqualityComparer<TruthBox>
    {
        public bool Equals(TruthBox a, TruthBox b) =>
            a.ClassIndex == b.ClassIndex && Math.Abs(a.Box.X - b.Box.X) < 1e-9 && Math.Abs(a.Box.Y - b.Box.Y) < 1e-9 && Math.Abs(a.Box.Area - b.Box.Area) < 1e-9;

        public int GetHashCode(TruthBox box) => box.ClassIndex;
    }
}
