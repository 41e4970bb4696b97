using VisionMonitor.Metrics.Detection;
using VisionMonitor.Vision.Families;
using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Vision.Tests.Families;

public sealed class YoloDetectionTests
{
    private static readonly ModelContract _contract = new()
    {
        Family = "yolo-detection",
        Task = VisionTask.Detection,
        Classes = ["box", "tube"],
        Input = new() { Name = "images", Width = 100, Height = 100, Resize = ResizeKind.LetterboxCentred },
    };

    [Fact]
    public void Read_RecordedOutput_KeepsTheStrongestOfEachClassAndUndoesTheLetterbox()
    {
        // Anchors: a box, its weaker double (overlap 0.81), the same place as another class, one too unsure, one beyond the edge.
        float[] output =
        [
            50, 51, 50, 20, 98,
            50, 50, 50, 50, 30,
            20, 20, 20, 10, 10,
            10, 10, 10, 10, 10,
            0.9f, 0.8f, 0.1f, 0.2f, 0.0f,
            0.1f, 0.2f, 0.7f, 0.1f, 0.5f,
        ];

        // 200 × 100 pixels into 100 × 100: scale 0.5, 25 rows above.
        Placement placement = Placement.Of(_contract.Input, 200, 100);
        DetectionPrediction prediction = (DetectionPrediction)new YoloDetection().Read(new(new OutputTensor("output0", [1, 6, 5], output)), _contract, placement);
        prediction.Boxes.ShouldBe(
        [
            new PredictedBox(0, new(80, 40, 40, 20), 0.9),
            new PredictedBox(1, new(80, 40, 40, 20), 0.7),
            new PredictedBox(1, new(186, 0, 14, 20), 0.5),
        ]);
    }

    [Fact]
    public void Read_NoAnchorSure_GivesNoBoxes() =>
        ((DetectionPrediction)new YoloDetection().Read(new(new OutputTensor("output0", [1, 6, 1], [5, 5, 2, 2, 0.1f, 0.2f])), _contract, Placement.Of(_contract.Input, 10, 10)))
            .Boxes.ShouldBeEmpty();

    [Fact]
    public void Read_OtherShape_IsRefused() =>
        Should.Throw<ModelOutputException>(() => new YoloDetection().Read(new(new OutputTensor("output0", [1, 5, 1], [5, 5, 2, 2, 0.9f])), _contract, default))
            .Code.ShouldBe("unexpected_output_shape");
}
