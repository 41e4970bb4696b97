using VisionMonitor.Metrics.Detection;
using VisionMonitor.Metrics.Geometry;
using VisionMonitor.Vision.Families;
using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Vision.Tests.Families;

/// <summary>Small outputs, written by hand, and the predictions that each family must make of them.</summary>
public sealed class RecordedOutputTests
{
    private static readonly ModelContract _contract = new()
    {
        Family = "any",
        Task = VisionTask.Detection,
        Input = new() { Name = "x", Width = 32, Height = 32 },
        Thresholds = new() { Confidence = 0.4 },
    };

    /// <summary>An image of 64 × 32 pixels, stretched to 32 × 32.</summary>
    private static readonly Placement _placement = Placement.Of(_contract.Input, 64, 32);

    private static float[] Logits(params float[] probabilities) => [.. probabilities.Select(p => MathF.Log(p / (1 - p)))];

    [Fact]
    public void EndToEnd_Rows_AreThresholdedAndSorted()
    {
        float[] rows = [0, 0, 8, 8, 0.5f, 3, 4, 4, 16, 32, 0.9f, 1, 0, 0, 0, 0, 0, 0];
        Boxes(new EndToEndDetection(), ("output0", [1, 3, 6], rows)).ShouldBe(
            [new PredictedBox(1, new BoundingBox(8, 4, 24, 28), 0.9), new PredictedBox(3, new BoundingBox(0, 0, 16, 8), 0.5)]);
    }

    [Fact]
    public void YoloObjectness_Row_IsObjectnessTimesClass()
    {
        float[] rows = [16, 16, 8, 8, 0.8f, 0.1f, 0.75f, 16, 16, 8, 8, 0.3f, 1, 1];
        Boxes(new YoloObjectness(), ("output", [1, 2, 7], rows)).ShouldBe([new PredictedBox(1, new BoundingBox(24, 12, 16, 8), 0.6)]);
    }

    [Fact]
    public void YoloX_Cells_AreDecodedByTheirStride()
    {
        // 32 × 32: 16 cells of 8 pixels, 4 of 16, 1 of 32. Cell 5 is column 1, row 1; the last cell is the whole frame.
        float[] rows = new float[21 * 6];
        Set(rows, 5, [0.5f, 0.5f, 0, 0, 1, 0.9f]);
        Set(rows, 20, [0.5f, 0.5f, MathF.Log(0.5f), MathF.Log(1), 0.5f, 1]);
        Boxes(new YoloXDetection(), ("output", [1, 21, 6], rows)).ShouldBe(
            [new PredictedBox(0, new BoundingBox(16, 8, 16, 8), 0.9), new PredictedBox(0, new BoundingBox(16, 0, 32, 32), 0.5)]);
    }

    [Fact]
    public void YoloX_SizesInPixels_AreTakenAsTheyAre()
    {
        float[] rows = new float[21 * 6];
        for (int row = 0; row < 21; row++)
        {
            Set(rows, row, [16, 16, 1, 1, 0, 0]);
        }

        Set(rows, 5, [16, 16, 16, 32, 1, 0.9f]);
        Boxes(new YoloXDetection(), ("output", [1, 21, 6], rows)).ShouldBe([new PredictedBox(0, new BoundingBox(16, 0, 32, 32), 0.9)]);
    }

    [Fact]
    public void YoloHeads_LogitsOfBothLayouts_AreDecodedByTheirAnchors()
    {
        // Sigmoids of 0.5 are the middle of their cell and the anchor itself: 373 × 326 at the stride of 32, third anchor.
        float[][] heads = [[.. Enumerable.Repeat(-20f, 3 * 16 * 6)], [.. Enumerable.Repeat(-20f, 3 * 4 * 6)], [.. Enumerable.Repeat(-20f, 3 * 6)]];
        Logits(0.5f, 0.5f, 0.1f, 0.1f, 0.9f, 0.8f).CopyTo(heads[2], 2 * 6);
        PredictedBox box = Boxes(new YoloHeads(), ("a", [1, 3, 4, 4, 6], heads[0]), ("b", [1, 3, 2, 2, 6], heads[1]), ("c", [1, 3, 1, 1, 6], heads[2])).ShouldHaveSingleItem();
        (box.ClassIndex, box.Confidence).ShouldBe((0, 0.72));
        box.Box.Width.ShouldBe(373 * 0.04 * 2, 1e-3);
        box.Box.Height.ShouldBe(326 * 0.04, 1e-3);
        (box.Box.X + box.Box.Width / 2).ShouldBe(32, 1e-3);
        Boxes(new YoloHeads(), ("a", [1, 18, 4, 4], heads[0]), ("b", [1, 18, 2, 2], heads[1]), ("c", [1, 18, 1, 1], heads[2])).ShouldBe([box]);
    }

    [Fact]
    public void NanoDetPlus_Row_CountsFromTheCellsCorner()
    {
        // Cells of 32 × 32: 16 + 4 + 1 + 1; row 5 is column 1, row 1 of stride 8. All weight on bin 1: 8 pixels to every side.
        float[] rows = new float[22 * 34];
        for (int side = 0; side < 4; side++)
        {
            rows[5 * 34 + 2 + side * 8 + 1] = 50;
        }

        rows[5 * 34 + 1] = 0.9f;
        Boxes(new NanoDetPlus(), ("output", [1, 22, 34], rows)).ShouldBe([new PredictedBox(1, new BoundingBox(0, 0, 32, 16), 0.9)]);
    }

    [Fact]
    public void YoloPose_Joints_ComeWithTheirBoxInImagePixels()
    {
        // One class, two joints; of twelve anchors the second is sure. The image is twice as wide as the frame.
        float[] sure = [16, 16, 8, 8, 0.9f, 10, 12, 0.8f, 20, 6, 0.7f];
        float[] output = new float[11 * 12];
        for (int row = 0; row < sure.Length; row++)
        {
            output[row * 12 + 1] = sure[row];
        }

        DetectionPrediction found = (DetectionPrediction)new YoloPose().Read(new ModelOutputs(new OutputTensor("output0", [1, 11, 12], output)), _contract with { Classes = ["person"] }, _placement);
        found.Boxes.ShouldBe([new PredictedBox(0, new BoundingBox(24, 12, 16, 8), 0.9)]);
        found.Joints!.ShouldHaveSingleItem().ShouldBe([20, 12, 0.8, 40, 6, 0.7], 1e-5);
        ((DetectionPrediction)Prediction.FromJson(found.ToJson())).Joints![0].ShouldBe(found.Joints[0]);
    }

    [Fact]
    public void YoloTurnedBoxes_CrossingBoxes_AreBothKeptThoughTheirUprightBoxesAreOne()
    {
        // Two thin boxes turned by ± 45 degrees about one point cross: they share a twentieth, their upright boxes everything.
        float quarter = MathF.PI / 4;
        float[] output = [16, 16, 16, 16, 20, 20, 2, 2, 0.9f, 0.8f, quarter, -quarter];
        DetectionPrediction found = (DetectionPrediction)new YoloTurnedBoxes().Read(new ModelOutputs(new OutputTensor("output0", [1, 6, 2], output)), _contract, _placement);
        found.Boxes.Count.ShouldBe(2);
        found.Corners!.Select(corners => corners.Count).ShouldBe([8, 8]);
        (found.Corners![0].Where((_, at) => at % 2 == 1).Min(), found.Corners[0].Where((_, at) => at % 2 == 1).Max()).ShouldBe((8.222, 23.778));
    }

    [Fact]
    public void Detr_Queries_AreSoftmaxedWithoutTheLast()
    {
        // e^2 / (e^2 + e^0 + e^0) = 0.786986; the second query is no object.
        float[] logits = [2, 0, 0, 0, 0, 5];
        float[] boxes = [0.5f, 0.5f, 0.5f, 1, 0.1f, 0.1f, 0.1f, 0.1f];
        PredictedBox box = Boxes(new DetrDetection(), ("logits", [1, 2, 3], logits), ("pred_boxes", [1, 2, 4], boxes)).ShouldHaveSingleItem();
        box.Box.ShouldBe(new BoundingBox(16, 0, 32, 32));
        box.Confidence.ShouldBe(0.786986, 1e-6);
    }

    [Fact]
    public void RtDetr_ThreeExports_GiveTheSameBoxes()
    {
        float[] unit = [0.5f, 0.5f, 0.5f, 1];
        PredictedBox[] expected = [new(1, new BoundingBox(16, 0, 32, 32), 0.8), new(0, new BoundingBox(16, 0, 32, 32), 0.5)];
        Boxes(new RtDetrDetection(), ("logits", [1, 1, 2], Logits(0.5f, 0.8f)), ("pred_boxes", [1, 1, 4], unit)).ShouldBe(expected);
        Boxes(new RtDetrDetection(), ("output0", [1, 1, 6], [.. unit, 0.5f, 0.8f])).ShouldBe(expected);
        Boxes(new RtDetrDetection(), ("labels", [1, 2], [1, 0]), ("boxes", [1, 2, 4], [16, 0, 48, 32, 16, 0, 48, 32]), ("scores", [1, 2], [0.8f, 0.5f])).ShouldBe(expected);
    }

    [Fact]
    public void Torchvision_Labels_CountFromOne() =>
        Boxes(new TorchvisionDetection(), ("boxes", [2, 4], [0, 0, 8, 8, 4, 4, 8, 8]), ("labels", [2], [3, 0]), ("scores", [2], [0.9f, 0.9f]))
            .ShouldBe([new PredictedBox(2, new BoundingBox(0, 0, 16, 8), 0.9)]);

    [Fact]
    public void TorchvisionInstances_Mask_IsBroughtToTheImage()
    {
        // The mask's left half is 1 over a frame of 4 × 4 cells; the box takes all of it.
        float[] mask = [1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0];
        ModelOutputs outputs = new(
            new OutputTensor("boxes", [1, 4], [0, 0, 32, 32]), new OutputTensor("labels", [1], [1]), new OutputTensor("scores", [1], [0.9f]), new OutputTensor("masks", [1, 1, 4, 4], mask));
        PredictedInstance instance = ((InstancePrediction)new TorchvisionInstances().Read(outputs, _contract, _placement)).Instances.ShouldHaveSingleItem();
        instance.Mask.Area.ShouldBe(32 * 32);
        instance.Mask.Bounds.ShouldBe(new BoundingBox(0, 0, 32, 32));
    }

    [Fact]
    public void DecodedBoxes_Background_IsLeftOut() =>
        Boxes(new DecodedBoxDetection(), ("scores", [1, 2, 2], [0.1f, 0.9f, 0.95f, 0.05f]), ("boxes", [1, 2, 4], [0, 0, 0.5f, 1, 0, 0, 1, 1]))
            .ShouldBe([new PredictedBox(0, new BoundingBox(0, 0, 32, 32), 0.9)]);

    [Fact]
    public void YoloTurnedBoxes_QuarterTurn_SwapsTheSides()
    {
        float[] output = [16, 16, 16, 4, 0.9f, MathF.PI / 2];
        PredictedBox box = Boxes(new YoloTurnedBoxes(), ("output0", [1, 6, 1], output)).ShouldHaveSingleItem();

        // 16 × 4 turned is 4 × 16 in the frame, and twice as wide in the image.
        box.Box.X.ShouldBe(28, 0.01);
        box.Box.Width.ShouldBe(8, 0.01);
        box.Box.Height.ShouldBe(16, 0.01);
    }

    [Fact]
    public void Semantic_FineAndCoarseMaps_TakeTheLargestClass()
    {
        float[] coarse = [0, 0, 0, 0, 1, 1, -1, -1];
        SemanticPrediction prediction = (SemanticPrediction)new SemanticSegmentation().Read(new(new OutputTensor("logits", [1, 2, 2, 2], coarse)), _contract, _placement);
        prediction.Map.CountPixels(2).ShouldBe([64 * 16, 64 * 16]);
        int[] classes = new int[64 * 32];
        prediction.Map.CopyTo(classes);
        (classes[0], classes[^1]).ShouldBe((1, 0));

        // Above, class 1 leads by 1: its probability is e/(e+1); below, class 0 leads by 1.
        float sure = 0.5f * MathF.E / (MathF.E + 1);
        prediction.Sureness!.Select(one => (one.ClassIndex, one.Area)).ShouldBe([(0, 0.5f), (1, 0.5f)]);
        prediction.Sureness!.ShouldAllBe(one => Math.Abs(one.Sure - sure) < 1e-4 && Math.Abs(one.Mass - 0.5f) < 1e-4);
    }

    [Fact]
    public void Semantic_Probabilities_AreNotSoftenedAgain()
    {
        float[] map = [0.9f, 0.9f, 0.9f, 0.2f, 0.1f, 0.1f, 0.1f, 0.8f];
        SemanticPrediction prediction = (SemanticPrediction)new SemanticSegmentation().Read(new(new OutputTensor("out", [1, 2, 2, 2], map)), _contract, _placement);
        prediction.Sureness!.Select(one => (one.Area, one.Sure, one.Mass)).ShouldBe([(0.75f, 0.675f, 0.725f), (0.25f, 0.2f, 0.275f)]);
        SemanticPrediction read = (SemanticPrediction)Prediction.FromJson(prediction.ToJson());
        read.Sureness!.ShouldBe(prediction.Sureness);
    }

    [Fact]
    public void Semantic_ClassesWithoutScores_HaveNoSureness() =>
        ((SemanticPrediction)new SemanticSegmentation().Read(new(new OutputTensor("out", [1, 1, 2, 2], [0, 1, 2, 3])), _contract, _placement)).Sureness.ShouldBeNull();

    [Theory]
    [InlineData(-3, 2)]
    [InlineData(0.2, 0.8)]
    public void Semantic_OneChannel_IsLogitsOrProbabilities(double off, double on)
    {
        float[] map = [(float)off, (float)on, (float)off, (float)on];
        SemanticPrediction prediction = (SemanticPrediction)new SemanticSegmentation().Read(
            new(new OutputTensor("out", [1, 1, 2, 2], map)), _contract with { Input = _contract.Input with { Width = 2, Height = 2 } }, Placement.Of(new() { Name = "x", Width = 2, Height = 2 }, 4, 2));
        prediction.Map.Runs.ShouldBe([0, 2, 1, 2, 0, 2, 1, 2]);
    }

    [Fact]
    public void MaskQueries_SureQueries_ShareThePixels()
    {
        // Query 0 is class 1 on the left half, query 1 class 0 on the right half, query 2 is no object.
        float[] classes = [0, 8, 0, 8, 0, 0, 0, 0, 8];
        float[] masks = [9, -9, 9, -9, -9, 9, -9, 9, 9, 9, 9, 9];
        PanopticPrediction prediction = (PanopticPrediction)new MaskQueries().Read(
            new(new OutputTensor("class_queries_logits", [1, 3, 3], classes), new OutputTensor("masks_queries_logits", [1, 3, 2, 2], masks)), _contract, _placement);
        prediction.Segments.Select(segment => (segment.Id, segment.ClassIndex)).ShouldBe([(1, 1), (2, 0)]);
        prediction.Map.CountPixels(3).ShouldBe([0, 32 * 32, 32 * 32]);

        // Between the cells' centres, 32 columns apart, the logit falls by 18: beside the border a mask has 32/18 · ln 2 = 1.23 columns of doubt on either side.
        prediction.Segments.ShouldAllBe(segment => Math.Abs(segment.ExpectedOverlap!.Value - ((32 - 1.23) / (32 + 1.23))) < 0.002);
        ((PanopticPrediction)Prediction.FromJson(prediction.ToJson())).Segments.ShouldBe(prediction.Segments);
        ((PanopticPrediction)Prediction.FromJson("""{"task":"panoptic","map":MAP,"segments":[{"id":1,"classIndex":1,"confidence":0.5}]}""".Replace("MAP", MapOf(prediction.ToJson()), StringComparison.Ordinal))).Segments.ShouldBe([new(1, 1, 0.5)]);

        static string MapOf(string json) => System.Text.Json.JsonDocument.Parse(json).RootElement.GetProperty("map").GetRawText();
    }

    [Fact]
    public void PaddleRecognition_BestPath_DropsRepeatsThenBlanks()
    {
        // Steps: a, a, blank, a, b, space; of blank, a, b, space.
        float[] steps = [0, 1, 0, 0, 0, 0.8f, 0, 0, 1, 0, 0, 0, 0, 0.6f, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0.8f];
        TextLine line = ((TextPrediction)new PaddleTextRecognition().Read(new(new OutputTensor("out", [1, 6, 4], steps)), _contract with { Classes = ["a", "b"] }, _placement)).Lines.ShouldHaveSingleItem();
        line.Text.ShouldBe("aab ");
        line.Confidence.ShouldBe((1 + 0.6 + 1 + 0.8) / 4, 1e-6);
        Should.Throw<ModelOutputException>(() => new PaddleTextRecognition().Read(new(new OutputTensor("out", [1, 6, 4], steps)), _contract with { Classes = ["a"] }, _placement))
            .Message.ShouldContain("another dictionary");
    }

    [Fact]
    public void PaddleDetection_Rectangle_GrowsByItsAreaOverItsPerimeter()
    {
        float[] map = new float[32 * 32];
        for (int y = 10; y <= 14; y++)
        {
            map.AsSpan(y * 32 + 6, 21).Fill(0.9f);
        }

        // Pixels 6 to 26 and 10 to 14: sides 20 and 4, grown by 20 · 4 · 1.5 / 48 = 2.5; the image is twice as wide.
        TextLine line = ((TextPrediction)new PaddleTextDetection().Read(new(new OutputTensor("out", [1, 1, 32, 32], map)), _contract, _placement)).Lines.ShouldHaveSingleItem();
        line.Corners.ShouldBe([7, 7.5, 57, 7.5, 57, 16.5, 7, 16.5]);
        line.Confidence.ShouldBe(0.9, 1e-6);
    }

    [Fact]
    public void NanoDet_Bins_AreTheirMean()
    {
        // One cell of 32 pixels counts: each side's bins say 0 or 1 alike, so half a stride: the whole frame.
        OutputTensor[] outputs =
        [
            .. new[] { 8, 16, 32 }.SelectMany(stride =>
            {
                int cells = (32 / stride) * (32 / stride);
                return (OutputTensor[])
                [
                    new($"cls_pred_stride_{stride}", [1, cells, 1], [.. Enumerable.Repeat(stride == 32 ? 0.9f : 0, cells)]),
                    new($"dis_pred_stride_{stride}", [1, cells, 8], new float[cells * 8]),
                ];
            }),
        ];
        ((DetectionPrediction)new NanoDetDetection().Read(new(outputs), _contract, _placement)).Boxes.ShouldBe([new PredictedBox(0, new BoundingBox(0, 0, 64, 32), 0.9)]);
    }

    private static IReadOnlyList<PredictedBox> Boxes(IModelFamily family, params (string Name, int[] Shape, float[] Values)[] outputs)
    {
        ModelOutputs tensors = new([.. outputs.Select(output => new OutputTensor(output.Name, output.Shape, output.Values))]);
        return ((DetectionPrediction)family.Read(tensors, _contract, _placement)).Boxes;
    }

    private static void Set(float[] rows, int row, float[] values) => values.CopyTo(rows, row * values.Length);
}
