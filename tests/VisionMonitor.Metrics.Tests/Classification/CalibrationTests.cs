using System.Text.Json;
using VisionMonitor.Metrics.Classification;

namespace VisionMonitor.Metrics.Tests.Classification;

public sealed class CalibrationTests
{
    [Theory]
    [InlineData(5)]
    [InlineData(10)]
    [InlineData(15)]
    [InlineData(20)]
    public void EveryScheme_ConfidencesOnBinEdges_EqualsTheReference(int bins)
    {
        double[] confidences = Golden.Array<double>(Golden.Folder("classification", "c10_bin_edges", "conf.f64"));
        bool[] isCorrect = [.. Golden.Array<byte>(Golden.Folder("classification", "c10_bin_edges", "correct.u8")).Select(c => c != 0)];
        JsonElement expected = Golden.Json(Golden.Folder("classification", "c10_bin_edges", "expected.json")).GetProperty("calibration").GetProperty($"{bins}");

        ShouldMatch(Calibration.RightClosed(confidences, isCorrect, [], bins), expected.GetProperty("width_right_closed"));
        ShouldMatch(Calibration.LeftClosed(confidences, isCorrect, [], bins), expected.GetProperty("width_left_closed"));
        ShouldMatch(Calibration.EqualMass(confidences, isCorrect, [], bins), expected.GetProperty("equal_mass"));
    }

    /// <summary>Two bins: 0.5 belongs to (0, 0.5] and to [0.5, 1).</summary>
    [Fact]
    public void RightAndLeftClosed_ConfidenceOnTheEdge_PutItIntoDifferentBins()
    {
        Calibration.RightClosed([0.5], [true], [], 2).Bins[0].Weight.ShouldBe(1);
        Calibration.LeftClosed([0.5], [true], [], 2).Bins[1].Weight.ShouldBe(1);
        Calibration.RightClosed([0, 1], [true, true], [], 2).Bins.Select(b => b.Weight).ShouldBe([1, 1]);
        Calibration.LeftClosed([0, 1], [true, true], [], 2).Bins.Select(b => b.Weight).ShouldBe([1, 1]);
    }

    [Fact]
    public void RightClosed_NaN_Throws() => Should.Throw<ArgumentException>(() => Calibration.RightClosed([double.NaN], [true], [], 10));

    internal static void ShouldMatch(CalibrationReport actual, JsonElement expected)
    {
        actual.ExpectedError.ShouldMatch(expected.GetProperty("ece"), what: "ECE");
        actual.MaximumError.ShouldMatch(expected.GetProperty("mce"), what: "MCE");
        actual.RootMeanSquareError.ShouldMatch(expected.GetProperty("rmsce"), what: "RMSCE");
        for (int b = 0; b < actual.Bins.Count; b++)
        {
            JsonElement bin = expected.GetProperty("bins")[b];
            actual.Bins[b].Weight.ShouldBe(bin.GetProperty("count").GetDouble());
            actual.Bins[b].Accuracy.ShouldMatch(bin.GetProperty("acc"));
            actual.Bins[b].Confidence.ShouldMatch(bin.GetProperty("conf"));
        }
    }
}
