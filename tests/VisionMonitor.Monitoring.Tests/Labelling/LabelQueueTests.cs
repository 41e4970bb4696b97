using VisionMonitor.Metrics.Statistics;
using VisionMonitor.Monitoring.Labelling;

namespace VisionMonitor.Monitoring.Tests.Labelling;

public sealed class LabelQueueTests
{
    [Fact]
    public void Odds_OfVeryDifferentValues_AddToTheCountAndNoneIsZeroOrAboveOne()
    {
        double[] odds = LabelQueue.Odds([1000, 5, 1, 0, 0, 0, 2, 1, 0, 3], 4, 0.2);
        odds.Sum().ShouldBe(4, 1e-9);
        odds.ShouldAllBe(one => one > 0 && one <= 1);
        odds[0].ShouldBe(1);
        odds[1].ShouldBeGreaterThan(odds[2]);
    }

    // Wrong answers are valued most, so that the plain mean of chosen labels is far too low; weighed by 1 / odds it is right.
    [Fact]
    public void Choose_ByValue_WeighedByOddsGivesTheMeanOfAll()
    {
        LabelCandidate[] all = [.. Enumerable.Range(0, 300).Select(id => new LabelCandidate(id, id % 5 == 0 ? 4 : 0.5, 1))];
        double plain = 0, weighed = 0;
        const int Draws = 400;
        for (int draw = 0; draw < Draws; draw++)
        {
            IReadOnlyList<QueuedImage> chosen = LabelQueue.Choose(all, 40, 0.2, SplitMix64.Derive(3, (ulong)draw));
            chosen.Count.ShouldBe(40);
            plain += chosen.Average(one => one.ImageId % 5 == 0 ? 0 : 1.0) / Draws;
            weighed += chosen.Sum(one => (one.ImageId % 5 == 0 ? 0 : 1) / one.InclusionProbability) / chosen.Sum(one => 1 / one.InclusionProbability) / Draws;
        }

        plain.ShouldBeLessThan(0.5);
        weighed.ShouldBe(0.8, 0.01);
    }

    [Fact]
    public void Choose_DuplicateGroup_CountsForAllThatItStandsFor()
    {
        IReadOnlyList<QueuedImage> chosen = LabelQueue.Choose([new LabelCandidate(1, 1, 1, StandsFor: 4)], 5, 0.2, 1);
        chosen.ShouldHaveSingleItem().InclusionProbability.ShouldBe(0.25);
    }

    [Fact]
    public void Choose_WithoutARandomShare_IsRefused() => Should.Throw<ArgumentOutOfRangeException>(() => LabelQueue.Choose([], 5, 0, 1));
}
