using VisionMonitor.Metrics.Geometry;
using VisionMonitor.Vision.Images;
using VisionMonitor.Vision.Labels;
using VisionMonitor.Vision.Masks;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Vision.Tests.Labels;

/// <summary>
/// Every format in the list, with every task and everything that it says it holds: what is written is read again. A new format is covered by its line in
/// the list.
/// </summary>
public sealed class LabelRoundTripTests : IDisposable
{
    private const int Width = 64;
    private const int Height = 48;

    private readonly string _folder = Directory.CreateTempSubdirectory("roundtrip").FullName;

    public static TheoryData<string, VisionTask, LabelFeatures> Everything
    {
        get
        {
            TheoryData<string, VisionTask, LabelFeatures> rows = [];
            foreach (ILabelFormat format in LabelFormats.All)
            {
                foreach (VisionTask task in format.Tasks)
                {
                    rows.Add(format.Id, task, LabelFeatures.None);
                    foreach (LabelFeatures feature in Enum.GetValues<LabelFeatures>().Where(one => Concerns(one, task) && format.Holds.HasFlag(one)))
                    {
                        rows.Add(format.Id, task, feature);
                    }
                }
            }

            return rows;
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Everything))]
    public void Write_ThenRead_GivesTheSameSet(string id, VisionTask task, LabelFeatures feature)
    {
        ILabelFormat format = LabelFormats.Find(id)!;
        LabelSet set = Sample(task, feature);
        LabelLosses.Of(set, format).ShouldBeEmpty();
        foreach (LabelledImage image in set.Images.Where(_ => format.Holds.HasFlag(LabelFeatures.Sizes)))
        {
            Picture(image.FileName);
        }

        string path = Path.Combine(_folder, format.FileName ?? "");
        format.Write(set, path);
        LabelFormats.Recognize(path)!.Id.ShouldBe(id);
        LabelRead read = format.Read(path, new() { KeepShapes = task == VisionTask.InstanceSegmentation, Classes = set.Classes.Count > 0 ? set.Classes : null });

        read.Report.DroppedByCode.ShouldBeEmpty();
        read.Report.Warnings.ShouldBeEmpty();
        read.Set.Task.ShouldBe(task);
        read.Set.Classes.ShouldBe(set.Classes);
        read.Set.StuffClasses.ShouldBe(set.StuffClasses);
        LabelledImage[] images = [.. read.Set.Images.OrderBy(image => image.FileName, StringComparer.Ordinal)];
        images.Select(image => image.FileName).ShouldBe(set.Images.Select(image => image.FileName));
        foreach ((LabelledImage found, LabelledImage expected) in images.Zip(set.Images))
        {
            if (feature == LabelFeatures.Sizes)
            {
                (found.Width, found.Height).ShouldBe((expected.Width, expected.Height));
            }

            ShouldBeEqual(found.Truth, expected.Truth);
        }
    }

    [Theory]
    [MemberData(nameof(NotHeld))]
    public void Of_WhatAFormatDoesNotHold_IsNamed(string id, LabelFeatures feature, string code) =>
        LabelLosses.Of(Sample(VisionTask.InstanceSegmentation, feature), LabelFormats.Find(id)!).Select(note => note.Code).ShouldContain(code);

    public static TheoryData<string, LabelFeatures, string> NotHeld => new()
    {
        { "yolo", LabelFeatures.Crowds, "crowd_not_held" },
        { "yolo", LabelFeatures.Parts, "parts_not_held" },
        { "yolo", LabelFeatures.Masks, "mask_not_held" },
        { "yolo", LabelFeatures.Mixed, "outline_not_held" },
        { "labelme", LabelFeatures.Joints, "joints_not_held" },
        { "voc", LabelFeatures.Overlaps, "overlap_not_held" },
    };

    private static bool Concerns(LabelFeatures feature, VisionTask task) => task switch
    {
        VisionTask.InstanceSegmentation => feature != LabelFeatures.None,
        VisionTask.Detection => feature is LabelFeatures.Sizes or LabelFeatures.Crowds,
        VisionTask.Panoptic => feature is LabelFeatures.Sizes or LabelFeatures.Crowds,
        VisionTask.SemanticSegmentation => feature is LabelFeatures.Sizes,
        _ => false,
    };

    // Coordinates that parts and percents of 64 × 48 hold exactly, so that no division loses a bit.
    private static LabelSet Sample(VisionTask task, LabelFeatures feature) => task switch
    {
        VisionTask.Classification => Set(task, ["box", "tube"], ("box/a.jpg", new ClassificationTruth(0)), ("tube/b.jpg", new ClassificationTruth(1))),
        VisionTask.Detection => Set(
            task,
            ["box", "it's \"round\"", "상자"],
            ("a.jpg", new DetectionTruth([new(0, new(8, 12, 16, 24)), new(2, new(0, 0, 64, 48), 64 * 48, feature == LabelFeatures.Crowds)])),
            ("b.jpg", new DetectionTruth([])),
            ("c.jpg", new DetectionTruth([new(1, new(4, 6, 32, 12))]))),
        VisionTask.InstanceSegmentation => Set(task, ["box", "person", "tube"], ("a.jpg", new InstanceTruth([feature == LabelFeatures.Joints ? new(new(2, new(8, 12, 16, 24))) : Outlined(2, [8, 12, 24, 12, 24, 36, 8, 36]), .. Featured(feature)])), ("b.jpg", new InstanceTruth([]))),
        VisionTask.SemanticSegmentation => Set(task, ["floor", "box"], ("a.jpg", new SemanticTruth(ClassMap.From(Width, Height, [.. Enumerable.Range(0, Width * Height).Select(pixel => (pixel / 7 % 3) - 1)])))),
        VisionTask.Panoptic => Panoptic(feature),
        VisionTask.Text => Set(
            task,
            [],
            ("a.jpg", new TextTruth([new("Hello, \"world\"", [4, 6, 32, 6, 32, 12, 4, 12]), new("###", [4, 24, 32, 24, 32, 36, 4, 36], IsIgnored: true), new("한글", [8, 0, 16, 3, 12, 12, 4, 6])])),
            ("b.jpg", new TextTruth([]))),
        _ => throw new ArgumentOutOfRangeException(nameof(task), task, "There is no sample of this task."),
    };

    private static TruthInstance[] Featured(LabelFeatures feature) => feature switch
    {
        LabelFeatures.Crowds => [Outlined(0, [32, 12, 48, 12, 48, 24, 32, 24], isCrowd: true)],
        LabelFeatures.Parts => [new(new(1, new(32, 0, 24, 36), 96 + 96)) { Polygons = [[32, 0, 40, 0, 40, 12, 32, 12], [48, 24, 56, 24, 56, 36, 48, 36]] }],
        LabelFeatures.Masks => [Painted(1, [5, 6, 7, 70, 71, 133])],
        LabelFeatures.Joints or LabelFeatures.Mixed => [new(new(1, new(16, 12, 32, 24))) { Joints = [32, 24, 2, 0, 0, 0, 16, 12, 1] }],
        LabelFeatures.Overlaps => [Outlined(1, [16, 24, 48, 24, 48, 48, 16, 48])],
        _ => [],
    };

    private static LabelSet Panoptic(LabelFeatures feature)
    {
        int[] ids = new int[Width * Height];
        ids.AsSpan(0, 1000).Fill(1);
        ids.AsSpan(1200, 70).Fill(2);
        return Set(VisionTask.Panoptic, ["person", "sky"], ("a.jpg", new PanopticTruth(ClassMap.From(Width, Height, ids), [new(1, 1), new(2, 0, feature == LabelFeatures.Crowds)]))) with { StuffClasses = ["sky"] };
    }

    private static TruthInstance Outlined(int classIndex, double[] corners, bool isCrowd = false)
    {
        RunLengthMask mask = RunLengthMask.FromPolygon(Height, Width, corners);
        return new(new(classIndex, mask.Bounds, mask.Area, isCrowd)) { Polygons = [corners] };
    }

    private static TruthInstance Painted(int classIndex, int[] pixels)
    {
        byte[] all = new byte[Width * Height];
        foreach (int pixel in pixels)
        {
            all[pixel] = 1;
        }

        RunLengthMask mask = RunLengthMask.FromPixels(Height, Width, all);
        return new(new(classIndex, mask.Bounds, mask.Area)) { Mask = mask };
    }

    private static LabelSet Set(VisionTask task, string[] classes, params ReadOnlySpan<(string Name, Truth Truth)> images)
    {
        List<LabelledImage> labelled = [];
        foreach ((string name, Truth truth) in images)
        {
            labelled.Add(new(name, Width, Height, truth));
        }

        return new(task, classes, labelled);
    }

    /// <summary>Shapes are equal where class, box, joints and pixels are: whether a format outlines or paints them is its own affair.</summary>
    private static void ShouldBeEqual(Truth found, Truth expected)
    {
        switch (found, expected)
        {
            case (InstanceTruth { Instances: var one }, InstanceTruth { Instances: var other }):
                one.Select(Facts).ShouldBe(other.Select(Facts));
                break;
            case (TextTruth { Lines: var one }, TextTruth { Lines: var other }):
                one.Select(line => (line.Text, line.IsIgnored)).ShouldBe(other.Select(line => (line.Text, line.IsIgnored)));
                one.SelectMany(line => line.Corners).ShouldBe(other.SelectMany(line => line.Corners), tolerance: 1e-9);
                break;
            default:
                found.ToJson().ShouldBe(expected.ToJson());
                break;
        }
    }

    private static string Facts(TruthInstance one) => FormattableString.Invariant(
        $"class {one.Box.ClassIndex} at {one.Box.Box.X:0.######},{one.Box.Box.Y:0.######} of {one.Box.Box.Width:0.######} × {one.Box.Box.Height:0.######}, area {one.Box.AreaPixels:0.######}, crowd {one.Box.IsCrowd}, joints {string.Join(' ', one.Joints)}, pixels {one.Pixels(Height, Width).ToText()}");

    private void Picture(string name)
    {
        string file = Path.Combine(_folder, "images", name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        using DecodedImage picture = DecodedImage.FromRgb(Width, Height, new byte[Width * Height * 3]);
        File.WriteAllBytes(file, Thumbnails.Encode(picture, Width));
    }
}
