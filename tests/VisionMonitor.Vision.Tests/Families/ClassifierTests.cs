using VisionMonitor.Vision.Families;
using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Vision.Tests.Families;

public sealed class ClassifierTests
{
    private static readonly ModelContract _contract = new()
    {
        Family = "classifier",
        Task = VisionTask.Classification,
        Input = new() { Name = "x", Width = 8, Height = 8 },
    };

    [Fact]
    public void Read_Logits_AreSoftmaxedWithoutOverflow()
    {
        // e^0 / (e^0 + e^-1 + e^-100) = 1 / 1.36788 = 0.731059
        float[] probabilities = Read([1, 3], [1000, 999, 900]);
        probabilities[0].ShouldBe(0.731059f, 1e-6f);
        probabilities[1].ShouldBe(0.268941f, 1e-6f);
        probabilities[2].ShouldBe(0, 1e-6f);
    }

    [Fact]
    public void Read_Probabilities_AreKept() => Read([1, 3, 1, 1], [0.25f, 0.5f, 0.25f]).ShouldBe([0.25f, 0.5f, 0.25f]);

    [Fact]
    public void Read_OneLogit_GivesTwoClasses()
    {
        // 1 / (1 + e^-2) = 0.880797
        float[] probabilities = Read([1, 1], [2]);
        probabilities[1].ShouldBe(0.880797f, 1e-6f);
        probabilities[0].ShouldBe(0.119203f, 1e-6f);
    }

    [Fact]
    public void Read_OtherCountThanClasses_IsRefused() =>
        Should.Throw<ModelOutputException>(() => new Classifier().Read(
            new(new OutputTensor("logits", [1, 3], [1, 2, 3])), _contract with { Classes = ["a", "b"] }, default)).Code.ShouldBe("unexpected_output_shape");

    private static float[] Read(int[] shape, float[] values) =>
        ((ClassificationPrediction)new Classifier().Read(new(new OutputTensor("logits", shape, values)), _contract, default)).Probabilities;
}
