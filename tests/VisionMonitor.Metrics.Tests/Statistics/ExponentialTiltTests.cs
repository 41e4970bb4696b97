using VisionMonitor.Metrics.Statistics;

namespace VisionMonitor.Metrics.Tests.Statistics;

public sealed class ExponentialTiltTests
{
    // Two values: the weights are the shares that give the mean, whatever the form of the tilt.
    [Fact]
    public void Weights_TwoValues_AreTheSharesOfTheTarget()
    {
        double[] weights = ExponentialTilt.Weights([0, 1, 1, 0], [1, 1, 1, 1], 0.6);
        weights.ShouldBe([0.8, 1.2, 1.2, 0.8], 1e-9);
    }

    // By hand: exp(λ·value) at λ = ln 2 of the values −1, 0, 1 is ½, 1, 2, whose mean is 1.5 / 3.5.
    [Fact]
    public void Weights_ThreeValues_AreExponential()
    {
        double[] weights = ExponentialTilt.Weights([-1, 0, 1], [1, 1, 1], 1.5 / 3.5);
        weights.ShouldBe([3 * 0.5 / 3.5, 3 / 3.5, 3 * 2 / 3.5], 1e-9);
    }

    [Fact]
    public void Weights_OutOfReach_GoAsFarAsTheLimit()
    {
        double[] weights = ExponentialTilt.Weights([0, 1], [1, 1], 5);
        (weights[1] / weights[0]).ShouldBe(Math.Exp(2), 1e-6, "one standard deviation, ½, either side of the mean");
        weights.Sum().ShouldBe(2, 1e-9);
    }

    [Fact]
    public void Weights_AllTheSame_StayAsTheyAre() => ExponentialTilt.Weights([0.5, 0.5], [1, 3], 0.9).ShouldBe([1, 3]);

    [Fact]
    public void Weights_NoWeight_StaysNone() => ExponentialTilt.Weights([0, 0.5, 1], [0, 1, 1], 0.7)[0].ShouldBe(0);
}
