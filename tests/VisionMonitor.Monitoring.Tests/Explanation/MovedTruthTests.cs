using VisionMonitor.Monitoring.Explanation;
using VisionMonitor.Vision.Images.Corruptions;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Monitoring.Tests.Explanation;

public sealed class MovedTruthTests
{
    // The middle of 100 × 100 pixels fills the picture: 2 × (place - 50) + 50. The second line leaves it on the right.
    [Fact]
    public void Of_LinesUnderAZoom_MoveAndThoseThatAreCutAreNotAskedFor()
    {
        TextTruth truth = new([new("in", [40, 40, 60, 40, 60, 50, 40, 50]), new("cut", [60, 60, 90, 60, 90, 70, 60, 70]), new("whole image", [])]);

        TextTruth moved = MovedTruth.Of(truth, new Zoom(), 2, 100, 100).ShouldBeOfType<TextTruth>();

        moved.Lines.Select(line => (line.Text, line.IsIgnored)).ShouldBe([("in", false), ("cut", true), ("whole image", false)]);
        moved.Lines[0].Corners.ShouldBe([30, 30, 70, 30, 70, 50, 30, 50], 1e-9);
        moved.Lines[2].Corners.ShouldBeEmpty();
    }
}
