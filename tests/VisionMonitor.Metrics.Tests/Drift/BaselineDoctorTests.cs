using VisionMonitor.Metrics.Drift;
using VisionMonitor.Metrics.Statistics;

namespace VisionMonitor.Metrics.Tests.Drift;

public sealed class BaselineDoctorTests
{
    private const int Dimension = 16;

    [Fact]
    public void Examine_ManyImagesOfOneCloud_FindsNothing() => BaselineDoctor.Examine(Cloud(600, 1, 0), Dimension, Cloud(50, 2, 0), ageDays: 10).ShouldBeEmpty();

    [Fact]
    public void Examine_OneClassInTen_IsNotMixed() =>
        BaselineDoctor.Examine([.. Enumerable.Range(0, 10).SelectMany(kind => Cloud(60, 3, 10 * kind, spread: 3))], Dimension).Select(finding => finding.Code).ShouldNotContain("mixed");

    [Fact]
    public void Examine_TwoClouds_IsMixed()
    {
        BaselineFinding finding = BaselineDoctor.Examine([.. Cloud(400, 1, 0), .. Cloud(200, 2, 77)], Dimension).ShouldHaveSingleItem();

        finding.Code.ShouldBe("mixed");
        finding.Sentence.ShouldStartWith("It is made of two separate groups, 200 and 400 images");
    }

    [Fact]
    public void Examine_RepeatedEmptyAndOldImages_SaysHowMany()
    {
        float[] rows = Cloud(600, 1, 0);
        for (int i = 1; i < 150; i++)
        {
            rows.AsSpan(0, Dimension).CopyTo(rows.AsSpan(i * Dimension));
        }

        rows.AsSpan(599 * Dimension).Clear();

        IReadOnlyList<BaselineFinding> findings = BaselineDoctor.Examine(rows, Dimension, rows.AsSpan(0, Dimension), ageDays: 400);

        findings.Select(finding => finding.Code).ShouldBe(["empty", "duplicates", "window-inside", "stale"]);
        findings[0].Sentence.ShouldStartWith("1 of its 600");
        findings[1].Sentence.ShouldStartWith("149 of its 600");
    }

    [Fact]
    public void Examine_FewImagesAndAThinCamera_SaysWhatIsMissing()
    {
        string[] cameras = [.. Enumerable.Range(0, 100).Select(i => i < 90 ? "a" : "b")];

        BaselineDoctor.Examine(Cloud(30, 1, 0), Dimension).ShouldHaveSingleItem().Sentence.ShouldBe("It has 30 images; 10 more are the least that drift can be calibrated on.");
        BaselineDoctor.Examine(Cloud(100, 1, 0), Dimension, cameras: cameras).Select(finding => finding.Code).ShouldBe(["small", "camera-too-small"]);
    }

    /// <summary>Normal images around a centre of its own.</summary>
    private static float[] Cloud(int count, ulong seed, int centre, double spread = 1) =>
        [.. Enumerable.Range(0, count * Dimension).Select(i => (float)((8 * SplitMix64.Normal((ulong)(centre + 1000), (ulong)(i % Dimension))) + (spread * SplitMix64.Normal(seed + (ulong)centre, (ulong)i))))];
}
