using VisionMonitor.Components.Charts;
using VisionMonitor.Monitoring.Charts;

namespace VisionMonitor.Tests.Components.Charts;

public sealed class LineLayoutTests
{
    [Fact]
    public void Of_APointWithoutValue_LeavesAGapInLineAndBand()
    {
        LineLayout layout = LineLayout.Of(Spec([new(0, 1, 0.9, 1.1), new(1, 2, 1.9, 2.1), new(2, null), new(3, 2, 1.9, 2.1), new(4, 1, 0.9, 1.1)]), 600, 200);

        layout.Lines[0].Line.Count(letter => letter == 'M').ShouldBe(2);
        layout.Lines[0].Band.Count(letter => letter == 'Z').ShouldBe(2);
    }

    [Fact]
    public void Of_TwoNewestValuesAlmostEqual_SpreadsTheirLabels()
    {
        ChartSpec spec = Spec([new(0, 1), new(1, 5)]) with { Series = [Line("v1", [new(0, 1), new(1, 5)]), Line("v2", [new(0, 2), new(1, 5.01)])] };

        LineLayout layout = LineLayout.Of(spec, 600, 200);

        Math.Abs(layout.Lines[0].LabelY - layout.Lines[1].LabelY).ShouldBeGreaterThanOrEqualTo(15);
        layout.Lines.ShouldAllBe(line => line.LabelY <= layout.Bottom && line.LabelY >= layout.Top);
    }

    [Fact]
    public void Of_ALimitBeyondTheValues_KeepsTheLimitInSight()
    {
        LineLayout layout = LineLayout.Of(Spec([new(0, 1), new(1, 2)]) with { Limits = [new ChartLimit(9, "limit")] }, 600, 200);

        layout.Y(9).ShouldBeInRange(layout.Top - 0.01, layout.Bottom);
    }

    [Fact]
    public void Of_AnAxisThatDoesNotStartAtZero_SaysSo()
    {
        LineLayout.Of(Spec([new(0, 0.8), new(1, 0.9)]), 600, 200).YText.ShouldContain("axis from 0.8");
        LineLayout.Of(Spec([new(0, 0.8), new(1, 0.9)]) with { Y = new ChartAxis("Accuracy", "0–1") { Minimum = 0 } }, 600, 200).YText.ShouldNotContain("axis from");
    }

    [Fact]
    public void Of_ASinglePoint_StandsInsideTheFrame()
    {
        LineLayout layout = LineLayout.Of(Spec([new(7, 3)]), 600, 200);

        layout.Lines[0].NewestX.ShouldNotBeNull().ShouldBeInRange(layout.Left, layout.Right);
        layout.Lines[0].NewestY.ShouldNotBeNull().ShouldBeInRange(layout.Top, layout.Bottom);
    }

    [Fact]
    public void Of_NoPoints_DrawsNothing() => LineLayout.Of(Spec([]), 600, 200).Lines[0].Line.ShouldBeEmpty();

    private static ChartSpec Spec(IReadOnlyList<ChartPoint> points) => new()
    {
        Title = "Accuracy",
        X = new ChartAxis("Run", ""),
        Y = new ChartAxis("Accuracy", "0–1"),
        Series = [Line("v1", points)],
    };

    private static ChartSeries Line(string name, IReadOnlyList<ChartPoint> points) => new() { Name = name, Points = points };
}
