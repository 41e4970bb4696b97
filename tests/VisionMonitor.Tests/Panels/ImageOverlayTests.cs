using VisionMonitor.Metrics.Detection;
using VisionMonitor.Metrics.Geometry;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Panels;
using VisionMonitor.Vision;
using VisionMonitor.Vision.Masks;
using VisionMonitor.Vision.Predictions;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Tests.Panels;

public sealed class ImageOverlayTests
{
    private static readonly Project Parcels = new() { Slug = "parcels", Name = "Parcels", Task = VisionTask.Detection, ClassNames = ["box", "bag"], OperatingConfidence = 0.25 };

    [Fact]
    public void Of_AMatchAMissAndAFalseBox_NamesEach()
    {
        DetectionTruth truth = new([new TruthBox(0, new BoundingBox(10, 10, 40, 40)), new TruthBox(1, new BoundingBox(100, 100, 40, 40))]);
        DetectionPrediction predicted = new([new PredictedBox(0, new BoundingBox(12, 10, 40, 40), 0.9), new PredictedBox(0, new BoundingBox(100, 100, 40, 40), 0.6), new PredictedBox(1, new BoundingBox(5, 5, 9, 9), 0.1)]);

        ImageOverlay overlay = ImageOverlay.Of(Parcels, truth.ToJson(), predicted.ToJson());

        // The box of the wrong class lies right on the bag: false, and the bag is missed. The one of confidence 0.1 does not count.
        overlay.Objects.Select(one => (one.Kind, one.ClassName)).ShouldBe([(OutcomeKind.Match, "box"), (OutcomeKind.False, "box"), (OutcomeKind.Missed, "bag")]);
        overlay.Objects[0].Overlap.ShouldNotBeNull().ShouldBe(38.0 * 40 / ((40 * 40 * 2) - (38 * 40)), 1e-12);
        (overlay.IsWrong, overlay.PredictedText, overlay.TruthText).ShouldBe((true, "1 missed, 1 false", "2 objects"));
    }

    [Fact]
    public void Of_NoLabel_JudgesNothing()
    {
        ImageOverlay overlay = ImageOverlay.Of(Parcels, null, new DetectionPrediction([new PredictedBox(0, new BoundingBox(0, 0, 9, 9), 0.9)]).ToJson());

        overlay.IsWrong.ShouldBeNull();
        overlay.Objects.ShouldHaveSingleItem().Kind.ShouldBe(OutcomeKind.Unjudged);
    }

    [Fact]
    public void Of_AClassification_RanksClassesAndTellsTheMistake()
    {
        ImageOverlay overlay = ImageOverlay.Of(Parcels, new ClassificationTruth(0).ToJson(), new ClassificationPrediction([0.3f, 0.7f]).ToJson());

        (overlay.TruthText, overlay.PredictedText, overlay.IsWrong).ShouldBe(("box", "bag 0.700", true));
        overlay.Ranked.Select(pair => pair.Name).ShouldBe(["bag", "box"]);
    }

    [Fact]
    public void Of_Instances_MatchesByTheirMasksNotTheirBoxes()
    {
        // Two triangles share one box: half of it each, so that their masks hardly meet.
        TruthInstance upper = new(new TruthBox(0, new BoundingBox(0, 0, 40, 40))) { Polygons = [[0, 0, 40, 0, 0, 40]] };
        PredictedBox box = new(0, new BoundingBox(0, 0, 40, 40), 0.9);
        RunLengthMask same = RunLengthMask.FromPolygon(50, 50, [0, 0, 40, 0, 0, 40]), lower = RunLengthMask.FromPolygon(50, 50, [40, 0, 40, 40, 0, 40]);

        ImageOverlay right = ImageOverlay.Of(Parcels, new InstanceTruth([upper]).ToJson(), new InstancePrediction([new PredictedInstance(box, same)]).ToJson());
        ImageOverlay wrong = ImageOverlay.Of(Parcels, new InstanceTruth([upper]).ToJson(), new InstancePrediction([new PredictedInstance(box, lower)]).ToJson());

        (right.IsWrong, right.PredictedText, right.HasPixels).ShouldBe((false, "all found", true));
        wrong.Objects.Select(one => one.Kind).ShouldBe([OutcomeKind.False, OutcomeKind.Missed]);
    }

    [Fact]
    public void Of_Segments_ComparesThePixelsThatTheyShare()
    {
        // A row of ten: truth 1111122222, predicted 1111111333; segment 1 overlaps 5 of 7, the second 3 of 5 under another class.
        PanopticTruth truth = new(ClassMap.From(10, 1, [1, 1, 1, 1, 1, 2, 2, 2, 2, 2]), [new TruthSegment(1, 0), new TruthSegment(2, 1)]);
        PanopticPrediction predicted = new(ClassMap.From(10, 1, [1, 1, 1, 1, 1, 1, 1, 3, 3, 3]), [new PredictedSegment(1, 0, 0.9), new PredictedSegment(3, 0, 0.8)]);

        ImageOverlay overlay = ImageOverlay.Of(Parcels, truth.ToJson(), predicted.ToJson());

        overlay.Objects.Select(one => (one.Kind, Math.Round(one.Overlap!.Value, 3))).ShouldBe([(OutcomeKind.Match, 0.714), (OutcomeKind.False, 0.6), (OutcomeKind.Missed, 0.6)]);
        overlay.Objects[0].Box.ShouldBe(new BoundingBox(0, 0, 7, 1));
    }

    [Theory]
    [InlineData(9, false, "90 % of the pixels right")]
    [InlineData(8, true, "80 % of the pixels right")]
    public void Of_Maps_CountsTheLabelledPixels(int rightCount, bool isWrong, string text)
    {
        // Ten labelled pixels and one that nobody knows.
        int[] truth = [.. Enumerable.Repeat(1, 10), SemanticTruth.Ignored];
        int[] said = [.. truth.Select((_, at) => at < rightCount ? 1 : 0)];

        ImageOverlay overlay = ImageOverlay.Of(Parcels, new SemanticTruth(ClassMap.From(11, 1, truth)).ToJson(), new SemanticPrediction(ClassMap.From(11, 1, said)).ToJson());

        (overlay.IsWrong, overlay.PredictedText, overlay.TruthText).ShouldBe((isWrong, text, "bag 91 %"));
    }

    /// <summary>A label that the frame cuts: the model reads a part of it, which is neither right nor wrong, and the overlay shows it as unjudged.</summary>
    [Fact]
    public void Of_LineReadWhereNobodyCanRead_IsUnjudgedAndNothingIsWrong()
    {
        TextTruth truth = new([new TruthLine("GATE 7", [0, 0, 60, 0, 60, 10, 0, 10]), new TruthLine("TAE 152", [80, 0, 140, 0, 140, 10, 80, 10], IsIgnored: true)]);
        TextPrediction said = new([new TextLine("GATE 7", 0.9, [0, 0, 60, 0, 60, 10, 0, 10]), new TextLine("52", 0.95, [82, 1, 98, 1, 98, 9, 82, 9])]);

        ImageOverlay overlay = ImageOverlay.Of(Parcels, truth.ToJson(), said.ToJson());

        (overlay.IsWrong, overlay.PredictedText).ShouldBe((false, "all found"));
        overlay.Objects.Select(one => (one.ClassName, one.Kind)).ShouldBe([("52", OutcomeKind.Unjudged), ("GATE 7", OutcomeKind.Match)]);
    }

    [Fact]
    public void Of_Lines_MustBeInTheirPlaceAndReadRight()
    {
        TextTruth truth = new([new TruthLine("GATE 7", [0, 0, 60, 0, 60, 10, 0, 10]), new TruthLine("EXIT", [0, 20, 40, 20, 40, 30, 0, 30])]);
        TextPrediction predicted = new([new TextLine("GATE 7", 0.9, [1, 0, 60, 0, 60, 10, 1, 10]), new TextLine("EX1T", 0.7, [0, 20, 40, 20, 40, 30, 0, 30])]);

        ImageOverlay overlay = ImageOverlay.Of(Parcels, truth.ToJson(), predicted.ToJson());

        overlay.Objects.Select(one => (one.Kind, one.ClassName)).ShouldBe([(OutcomeKind.Match, "GATE 7"), (OutcomeKind.False, "EX1T"), (OutcomeKind.Missed, "EXIT")]);
        overlay.Objects[1].Corners.Count.ShouldBe(8);
        (overlay.TruthText, overlay.PredictedText).ShouldBe(("“GATE 7 / EXIT”", "“GATE 7 / EX1T”"));
    }

    [Fact]
    public void Of_NeitherLabelNorAnswer_IsEmpty() => ImageOverlay.Of(Parcels, null, null).ShouldBe(new ImageOverlay(), new OverlayTexts());

    private sealed class OverlayTexts : IEqualityComparer<ImageOverlay>
    {
        public bool Equals(ImageOverlay? x, ImageOverlay? y) => x?.TruthText == y?.TruthText && x?.PredictedText == y?.PredictedText && x?.Objects.Count == y?.Objects.Count;

        public int GetHashCode(ImageOverlay obj) => 0;
    }
}
