using VisionMonitor.Metrics.Geometry;
using VisionMonitor.Testing;
using VisionMonitor.Vision.Families;
using VisionMonitor.Vision.Images;
using VisionMonitor.Vision.Masks;
using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Vision.Tests.Families;

public sealed class MergedPanopticTests
{
    /// <summary>
    /// By hand, six columns and two rows. Instance A (0.9) covers columns 0 and 1. B (0.8) covers 1 to 3: a third is A's, so it keeps 2 and 3. C (0.7) covers 2
    /// and 3: all B's, so it is left out. D (0.4) is not sure enough. Then stuff 5 has columns 4 and 5 of the first row, stuff 6 those of the second, of
    /// which one pixel is void; with at least two pixels only 5 is a segment.
    /// </summary>
    [Fact]
    public void Merge_Overlaps_GoToTheSurerAndStuffTakesTheRest()
    {
        int[] semantic = [5, 5, 5, 5, 5, 5, 6, 6, 6, 6, 6, -1];
        PanopticPrediction merged = MergedPanoptic.Merge(
            ClassMap.From(6, 2, semantic),
            [Columns(2, 0.7, 2, 4), Columns(0, 0.9, 0, 2), Columns(3, 0.4, 4, 6), Columns(1, 0.8, 1, 4)],
            new() { Confidence = 0.5, Overlap = 0.5 },
            smallestStuffPixels: 2);
        int[] map = new int[12];
        merged.Map.CopyTo(map);
        map.ShouldBe([1, 1, 2, 2, 3, 3, 1, 1, 2, 2, 0, 0]);
        merged.Segments.ShouldBe([new(1, 0, 0.9), new(2, 1, 0.8), new(3, 5, 1)]);
    }

    [Fact]
    public void Merge_LimitsAtTheirValue_AreKept()
    {
        // Half of B is A's, which is not more than half; the one pixel of stuff is not fewer than one.
        PanopticPrediction merged = MergedPanoptic.Merge(
            ClassMap.From(3, 1, [7, 7, 7]), [Columns(0, 0.5, 0, 1, rows: 1), Columns(1, 0.5, 0, 2, rows: 1, width: 3)], new() { Confidence = 0.5, Overlap = 0.5 }, smallestStuffPixels: 1);
        merged.Segments.ShouldBe([new(1, 0, 0.5), new(2, 1, 0.5), new(3, 7, 1)]);
        merged.Map.Runs.ShouldBe([1, 1, 2, 1, 3, 1]);
    }

    // Class 5 covers 30 % of the image with a probability of 24 % there and 6 % elsewhere: 24 / (30 + 6).
    [Fact]
    public void Merge_MapWithProbabilities_TellsWhatOverlapToExpectOfStuff()
    {
        PanopticPrediction merged = MergedPanoptic.Merge(ClassMap.From(3, 1, [5, 5, 7]), [], new(), smallestStuffPixels: 1, index => index == 5 ? PredictedSegment.OverlapOf(0.24, 0.3, 0.3) : null);
        merged.Segments.ShouldBe([new(1, 5, 1) { ExpectedOverlap = 0.6667 }, new(2, 7, 1)]);
    }

    [Fact]
    public void Score_EspNetAndYolo_AreMergedByTheirClassNames()
    {
        string semantic = Model("espnetv2_s2_voc_384");
        string instances = Model("yolov8n-seg_int8");
        ContractGuess first = ModelProbe.Inspect(semantic, TextWriter.Null).Guess!;
        first.Contract.Classes.Count.ShouldBe(21);
        ModelContract contract = Composition.Of(first, new Dictionary<string, OfferedPart>
        {
            ["instances"] = new(instances, ModelQuarantine.KeyOf(instances), ModelProbe.Inspect(instances, TextWriter.Null).Guess),
        }).Contract;
        (contract.Family, contract.Task, contract.Thresholds.Confidence).ShouldBe(("merged-panoptic", VisionTask.Panoptic, 0.5));
        contract.Classes.ShouldNotContain("background");
        contract.Classes.ShouldContain("tennis racket");
        contract.Classes.Count(name => name == "bus").ShouldBe(1);
        contract.StuffClasses.ShouldBe(["aeroplane", "diningtable", "motorbike", "pottedplant", "sofa", "tvmonitor"]);

        using ModelSession session = ModelSession.Open(semantic, ModelContract.Parse(contract.ToJson()));
        PanopticPrediction found = (PanopticPrediction)session.Score(
            File.ReadAllBytes(SharedFolder.Require("real", "images", "yolo", "bus.jpg")), ImageLimits.Default, TestContext.Current.CancellationToken).Prediction;

        // Known of yolov8n-seg: a bus of 261,238 pixels and persons of 57,004, 32,615 and 20,626; nothing else in the picture is one of VOC's classes.
        found.Segments.Select(segment => contract.Classes[segment.ClassIndex]).ShouldBe(["bus", "person", "person", "person"]);
        long[] areas = found.Map.CountPixels(5)[1..];
        ((double)areas[0] / 261238).ShouldBe(1, 0.05);
        ((double)areas[1] / 57004).ShouldBe(1, 0.15);
    }

    /// <summary>One network with both answers: yolov8n-seg's prototypes stand in for a map of 32 classes, its instances are the known ones.</summary>
    [Fact]
    public void Score_OneFile_MergesItsOwnInstances()
    {
        string path = Model("yolov8n-seg_int8");
        ModelContract instances = ModelProbe.Inspect(path, TextWriter.Null).Guess!.Contract;
        string[] stuff = [.. Enumerable.Range(0, 32).Select(index => $"stuff {index}")];
        ModelContract contract = instances with
        {
            Family = "merged-panoptic",
            Task = VisionTask.Panoptic,
            Classes = ["person", "bus", .. stuff],
            Outputs = [instances.Outputs[1]],
            Merge = new() { SemanticClasses = stuff },
            Thresholds = new() { Confidence = 0.8, Overlap = 0.5 },
            Parts = new Dictionary<string, ModelPart> { ["instances"] = new() { Contract = instances } },
        };
        using ModelSession session = ModelSession.Open(path, contract);
        PanopticPrediction found = (PanopticPrediction)session.Score(
            File.ReadAllBytes(SharedFolder.Require("real", "images", "yolo", "bus.jpg")), ImageLimits.Default, TestContext.Current.CancellationToken).Prediction;

        // Known: a bus at 0.921, persons at 0.884, 0.767 and 0.759, of which two reach 0.8; the rest of the picture is stuff.
        found.Segments.Take(2).Select(segment => segment.ClassIndex).ShouldBe([1, 0]);
        found.Segments.Skip(2).ShouldNotBeEmpty();
        found.Segments.Skip(2).ShouldAllBe(segment => segment.ClassIndex >= 2 && segment.Confidence == 1);
        ((double)found.Map.CountPixels(2)[1] / 261238).ShouldBe(1, 0.05);
    }

    /// <summary>What does not fit is said of the part: the network's first output is the map, the others are read by the part's family.</summary>
    [Fact]
    public void Score_OneFileWithBothOutputs_ReadsThePartFromTheSameRun()
    {
        string folder = Directory.CreateTempSubdirectory("panoptic").FullName;
        try
        {
            string path = Path.Combine(folder, "both.onnx");
            File.WriteAllBytes(path, TinyOnnx.Chain(("image", TinyOnnx.Float, [1, 3, 2, 2]), ("out", [1, 3, 2, 2]), "Identity"));
            ModelInput input = new() { Name = "image", Width = 2, Height = 2, Resize = ResizeKind.None };
            ModelContract contract = new()
            {
                Family = "merged-panoptic",
                Task = VisionTask.Panoptic,
                Classes = ["sky", "road"],
                Input = input,
                Outputs = ["out"],
                Merge = new() { SemanticClasses = ["Background", "road", "sky"], SmallestStuffPixels = 1 },
                Parts = new Dictionary<string, ModelPart> { ["instances"] = new() { Contract = new() { Family = "classifier", Task = VisionTask.Classification, Input = input, Outputs = ["out"] } } },
            };
            using DecodedImage image = DecodedImage.FromRgb(2, 2, [255, 0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 255]);
            using ModelSession wrong = ModelSession.Open(path, contract);
            Should.Throw<ModelOutputException>(() => wrong.Score(image)).Message.ShouldContain("answers Classification, not instances");

            ModelContract none = new() { Family = "torchvision-instances", Task = VisionTask.InstanceSegmentation, Input = input, Outputs = ["out", "out", "out", "out"] };
            using ModelSession session = ModelSession.Open(path, contract with { Parts = new Dictionary<string, ModelPart> { ["instances"] = new() { Contract = none } } });
            Should.Throw<ModelOutputException>(() => session.Score(image)).Code.ShouldBe("unexpected_output_shape");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static PredictedInstance Columns(int classIndex, double confidence, int from, int to, int rows = 2, int? width = null)
    {
        int columns = width ?? (rows == 2 ? 6 : 3);
        RunLengthMask mask = MaskDrawing.Draw(columns, rows, from..to, 0..rows, (_, _) => true);
        return new(new(classIndex, mask.Bounds, confidence), mask);
    }

    private static string Model(string name) => SharedFolder.Require("real", "models", "trained", name + ".onnx");
}
