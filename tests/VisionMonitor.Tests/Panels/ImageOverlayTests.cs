using VisionMonitor.Metrics.Detection;
using VisionMonitor.Metrics.Geometry;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Panels;
using VisionMonitor.Vision;
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
    public void Of_NeitherLabelNorAnswer_IsEmpty() => ImageOverlay.Of(Parcels, null, null).ShouldBe(new ImageOverlay(), new OverlayTexts());

    private sealed class OverlayTexts : IEqualityComparer<ImageOverlay>
    {
        public bool Equals(ImageOverlay? x, ImageOverlay? y) => x?.TruthText == y?.TruthText && x?.PredictedText == y?.PredictedText && x?.Objects.Count == y?.Objects.Count;

        public int GetHashCode(ImageOverlay obj) => 0;
    }
}
