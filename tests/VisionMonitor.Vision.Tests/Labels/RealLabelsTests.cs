using VisionMonitor.Metrics.Geometry;
using VisionMonitor.Testing;
using VisionMonitor.Vision.Labels;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Vision.Tests.Labels;

/// <summary>Files that others' tools wrote.</summary>
public sealed class RealLabelsTests
{
    [Fact]
    public void Read_LabelmeAndItsCocoExport_HaveTheSameObjects()
    {
        string examples = SharedFolder.Require("real", "images", "labelme_voc", "examples", "instance_segmentation");
        LabelOptions shapes = new() { KeepShapes = true };
        LabelRead labelme = Recognized(Path.Combine(examples, "data_annotated"), "labelme").Read(Path.Combine(examples, "data_annotated"), shapes);
        labelme.Report.DroppedByCode.ShouldBe([new("ignored_label", 1)]);
        InstanceTruth truth = (InstanceTruth)labelme.Set.Images[0].Truth;
        labelme.Set.Images[0].FileName.ShouldBe("2011_000003.jpg");

        // labelme's exporter joins what has one group, and so do we.
        LabelRead coco = LabelFormats.Find("coco")!.Read(Path.Combine(examples, "data_dataset_coco", "annotations.json"), shapes);
        InstanceTruth exported = (InstanceTruth)coco.Set.Images[0].Truth;
        exported.Instances.Select(one => one.Polygons.Count).Order().ShouldBe(truth.Instances.Select(one => one.Polygons.Count).Order());
        Union(truth).Area.ShouldBe(Union(exported).Area);
    }

    [Fact]
    public void Read_VocPicturesOfObjects_AreTheObjectsThatLabelmeDrew()
    {
        string examples = SharedFolder.Require("real", "images", "labelme_voc", "examples", "instance_segmentation");
        LabelRead drawn = LabelFormats.Find("labelme")!.Read(Path.Combine(examples, "data_annotated"), new() { KeepShapes = true });
        LabelRead read = Recognized(Path.Combine(examples, "data_dataset_voc"), "voc").Read(Path.Combine(examples, "data_dataset_voc"), new() { KeepShapes = true });
        read.Report.DroppedCount.ShouldBe(0);
        LabelledImage image = read.Set.Images.Single();
        (image.FileName, image.Width, image.Height).ShouldBe(("2011_000003.jpg", 500, 338));

        string[] Named(LabelRead labels) => [.. ((InstanceTruth)labels.Set.Images[0].Truth).Instances.Select(one => labels.Set.Classes[one.Box.ClassIndex]).Order()];
        Named(read).ShouldBe(Named(drawn));
        IReadOnlyList<TruthInstance> masks = ((InstanceTruth)image.Truth).Instances;
        foreach (TruthInstance outlined in ((InstanceTruth)drawn.Set.Images[0].Truth).Instances)
        {
            // PIL fills polygons with their rim, and the rim of 255 belongs to nobody: the same object, give or take its edge.
            masks.Max(one => RunLengthMask.IntersectionOverUnion(outlined.Pixels(338, 500), one.Mask!)).ShouldBeGreaterThan(0.8);
        }
    }

    [Fact]
    public void Read_VocMasks_AreIndicesAndNotColours()
    {
        string voc = SharedFolder.Require("real", "images", "labelme_voc", "examples", "semantic_segmentation", "data_dataset_voc");
        LabelRead read = Recognized(voc, "index-png").Read(voc, new());
        read.Report.DroppedCount.ShouldBe(0);
        (read.Set.Classes[0], read.Set.Classes[15], read.Set.Classes.Count).ShouldBe(("_background_", "person", 21));
        SemanticTruth truth = (SemanticTruth)read.Set.Images.Single().Truth;
        long[] pixels = truth.Map.CountPixels(21);

        // Counted with PIL: 125767 of background, 873 of bottle, 32900 of person, 9460 of nobody knows.
        (pixels[0], pixels[5], pixels[15], 500 * 338 - pixels.Sum()).ShouldBe((125_767, 873, 32_900, 9_460));
    }

    [Fact]
    public void Read_CocoPanopticSample_HasEverySegmentWithItsArea()
    {
        string path = SharedFolder.Require("real", "images", "panoptic", "sample_data", "panoptic_examples.json");
        LabelRead read = Recognized(path, "coco-panoptic").Read(path, new());

        // The sample lists a second image, whose picture it does not bring.
        read.Report.DroppedByCode.ShouldBe([new("file_not_readable", 1)]);
        read.Report.Warnings.ShouldBeEmpty();
        using System.Text.Json.JsonDocument file = System.Text.Json.JsonDocument.Parse(File.ReadAllBytes(path));
        System.Text.Json.JsonElement first = file.RootElement.GetProperty("annotations")[0].GetProperty("segments_info");
        PanopticTruth truth = (PanopticTruth)read.Set.Images[0].Truth;
        truth.Map.CountPixels(truth.Segments.Count + 1).Skip(1).ShouldBe(first.EnumerateArray().Select(segment => segment.GetProperty("area").GetInt64()));
        read.Set.Classes.Count.ShouldBeGreaterThan(100);
        read.Set.StuffClasses.Count.ShouldBeGreaterThan(20);
    }

    [Fact]
    public void Read_WithoutDescription_CountsTheClasses()
    {
        string folder = SharedFolder.Require("real", "images", "coco128-seg");
        LabelFormats.Recognize(folder)!.Id.ShouldBe("yolo");
        LabelRead read = LabelFormats.Find("yolo")!.Read(folder, new() { KeepShapes = true });
        (read.Set.Images.Count, read.Report.KeptCount, read.Report.DroppedCount, read.Set.Task).ShouldBe((64, 542, 0, VisionTask.InstanceSegmentation));
        read.Report.Warnings.Single().Code.ShouldBe("classes_not_named");
    }

    private static ILabelFormat Recognized(string path, string id)
    {
        ILabelFormat format = LabelFormats.Recognize(path).ShouldNotBeNull();
        format.Id.ShouldBe(id);
        return format;
    }

    private static RunLengthMask Union(InstanceTruth truth) => truth.Instances.Select(one => one.Pixels(338, 500)).Aggregate(RunLengthMask.Union);
}
