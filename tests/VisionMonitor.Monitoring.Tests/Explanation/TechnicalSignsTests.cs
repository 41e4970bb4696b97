using System.Runtime.InteropServices;
using VisionMonitor.Monitoring.Explanation;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Monitoring.Tests.Explanation;

public sealed class TechnicalSignsTests
{
    private static readonly Reproduction Nothing = new() { Fits = [], Distance = 0, IsShifted = false, MixShare = 0, TrialCount = 0, WindowCount = 20 };

    [Fact]
    public void Of_AQuietWindow_FindsNothing() => Of().ShouldBeEmpty();

    [Fact]
    public void Of_FilesThatComeAgain_NamesTheSender() =>
        Of(window: Images(20, index => index % 10)).ShouldHaveSingleItem().ShouldStartWith("10 of 20 images are byte for byte");

    [Fact]
    public void Of_PicturesThatDoNotChange_NamesTheCamera() =>
        Of(embeddings: [.. Enumerable.Range(0, 20).Select(index => Bytes([1, 1 + (index * 1e-6f)]))]).ShouldHaveSingleItem().ShouldStartWith("19 of 20 images look the same");

    [Fact]
    public void Of_OtherSizes_NamesResizing() =>
        Of(window: Images(20, index => index, width: 320)).ShouldHaveSingleItem().ShouldContain("320 × 64");

    [Theory]
    [InlineData(0.0001f, false)]
    [InlineData(0.05f, true)]
    public void Of_ABaselineAnsweredAnew_NamesTheModelBeyondRounding(float change, bool isNamed)
    {
        (byte[], float[])[] anew = [.. Enumerable.Range(0, 24).Select(index => (Bytes([1, index]), new[] { 1 + (change * MathF.Sqrt(1 + (index * index))), index }))];
        IReadOnlyList<string> signs = Of(anew: anew);
        signs.Count.ShouldBe(isNamed ? 1 : 0);
        if (isNamed)
        {
            signs[0].ShouldContain("24 of 24 baseline images");
            signs[0].ShouldContain("5 % in the median");
        }
    }

    [Fact]
    public void Of_EmbeddingsOfAnotherLength_NamesTheModel() =>
        Of(anew: [(Bytes([1, 2]), [1, 2, 3])]).ShouldHaveSingleItem().ShouldContain("1 of 1 baseline images");

    [Theory]
    [InlineData("channel-swap", "BGR")]
    [InlineData("letterbox", "pads")]
    public void Of_ACauseOfTheFeed_NamesIt(string corruption, string word) =>
        Of(found: Nothing with { IsShifted = true, Fits = [new CorruptionFit(corruption, 1, 0.9)] }).ShouldHaveSingleItem().ShouldContain(word);

    private static IReadOnlyList<string> Of(Image[]? window = null, byte[][]? embeddings = null, (byte[], float[])[]? anew = null, Reproduction? found = null) => TechnicalSigns.Of(
        window ?? Images(20, index => index),
        Images(20, index => index + 100),
        embeddings ?? [.. Enumerable.Range(0, 20).Select(index => Bytes([1, index]))],
        anew ?? [(Bytes([3, 4]), [3, 4])],
        found ?? Nothing);

    private static Image[] Images(int count, Func<int, int> content, int width = 64) =>
        [.. Enumerable.Range(0, count).Select(index => new Image { ClientId = $"{index}", Sha256 = $"{content(index):x64}", Camera = "", WidthPixels = width, HeightPixels = 64 })];

    private static byte[] Bytes(float[] values) => MemoryMarshal.AsBytes<float>(values).ToArray();
}
