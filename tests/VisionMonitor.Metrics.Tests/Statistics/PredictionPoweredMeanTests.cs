using VisionMonitor.Metrics.Statistics;

namespace VisionMonitor.Metrics.Tests.Statistics;

public sealed class PredictionPoweredMeanTests
{
    // Outcomes 1, 1, 0, 0 on estimates .8, .6, .4, .2: the slope is .8 / .4 = 2 and is cut to 1; the window's mean is .6 against .5, so the labelled mean .5 moves to .6.
    // Of 4 images what is left are .2, .4, −.4, −.2, squares of .4; with no prior and half of the window labelled: √(½ · .4/4 / 4) = √.0125, times t(4) = 2.776.
    [Fact]
    public void OfWindow_FourLabels_ByHand()
    {
        PredictionPoweredMean mean = PredictionPoweredMean.OfWindow([1, 1, 0, 0], [0.8, 0.6, 0.4, 0.2], [1, 1, 1, 1], windowEstimate: 0.6, labelledShare: 0.5, priorVariance: 0);

        mean.Tuning.ShouldBe(1);
        mean.Estimate.ShouldBe(0.6, 1e-12);
        mean.Interval.High.ShouldBe(0.6 + (2.7764451 * Math.Sqrt(0.0125)), 1e-6);
    }

    [Fact]
    public void OfWindow_EveryImageLabelled_IsExact()
    {
        PredictionPoweredMean mean = PredictionPoweredMean.OfWindow([1, 1, 0, 1], [0.9, 0.7, 0.4, 0.2], [2, 2, 2, 2], windowEstimate: 0.55, labelledShare: 1, priorVariance: 0.1);
        (mean.Estimate, mean.Interval.Low, mean.Interval.High).ShouldBe((0.75, 0.75, 0.75));
    }

    // Where all ten labelled are right, the prior alone says how far the other ninety may be wrong.
    [Fact]
    public void OfWindow_AllRight_IsNotCertain()
    {
        double[] right = [.. Enumerable.Repeat(1.0, 10)];
        PredictionPoweredMean.OfWindow(right, right, right, 1, 0.1, 0).Interval.Width.ShouldBe(0);
        PredictionPoweredMean.OfWindow(right, right, right, 1, 0.1, 0.09).Interval.Width.ShouldBe(2 * 2.2281389 * Math.Sqrt(0.9 * 0.018 / 10), 1e-6);
    }

    // Windows of 200 of which 25 are labelled, with chances that grow with the estimate: the interval holds the window's own mean, not the world's, and is narrower than that of the labels alone.
    [Fact]
    public void OfWindow_UnequalChances_HoldsTheWindowsMean()
    {
        int held = 0;
        (double powered, double alone) = (0, 0);
        for (ulong seed = 1; seed <= 400; seed++)
        {
            double[] chances = [.. Enumerable.Range(0, 200).Select(at => SplitMix64.Uniform(seed, (ulong)at))];
            double[] right = [.. chances.Select((chance, at) => SplitMix64.Uniform(seed + 1_000_000, (ulong)at) < chance ? 1.0 : 0.0)], odds = [.. chances.Select(chance => 0.25 * (0.25 + (0.5 * chance)))];
            int[] labelled = [.. Enumerable.Range(0, 200).Where(at => SplitMix64.Uniform(seed + 2_000_000, (ulong)at) < odds[at])];
            double[] weights = [.. labelled.Select(at => 1 / odds[at])], outcomes = [.. labelled.Select(at => right[at])], estimates = [.. labelled.Select(at => chances[at])];
            PredictionPoweredMean mean = PredictionPoweredMean.OfWindow(outcomes, estimates, weights, chances.Average(), labelled.Length / 200.0, 0.2);
            held += mean.Interval.Contains(right.Average()) ? 1 : 0;
            powered += mean.Interval.Width;
            alone += PredictionPoweredMean.OfWindow(outcomes, [.. outcomes.Select(_ => 0.5)], weights, 0.5, labelled.Length / 200.0, 0.2).Interval.Width;
        }

        held.ShouldBeInRange(368, 396);
        powered.ShouldBeLessThan(0.95 * alone);
    }

    [Fact]
    public void OfWindow_TooLittleOrNonsense_IsRefused()
    {
        Should.Throw<ArgumentException>(() => PredictionPoweredMean.OfWindow([1, 0], [1, 0], [1, 1], 0.5, 0.5, 0));
        Should.Throw<ArgumentException>(() => PredictionPoweredMean.OfWindow([1, 0, 1], [1, 0, 1], [1, 0, 1], 0.5, 0.5, 0));
        Should.Throw<ArgumentOutOfRangeException>(() => PredictionPoweredMean.OfWindow([1, 0, 1], [1, 0, 1], [1, 1, 1], 0.5, 0, 0));
    }

    // Tables of Student's t: 12.706, 2.228 and 1.984 for 1, 10 and 100 degrees of freedom at 95 %.
    [Fact]
    public void StudentQuantile_TableValues_AreEqual()
    {
        NormalDistribution.StudentQuantile(0.95, 1).ShouldBe(12.7062047, 1e-6);
        NormalDistribution.StudentQuantile(0.95, 10).ShouldBe(2.2281389, 1e-6);
        NormalDistribution.StudentQuantile(0.99, 100).ShouldBe(2.6258905, 1e-6);
    }
}
