using VisionMonitor.Monitoring.Sampling;

namespace VisionMonitor.Monitoring.Tests.Sampling;

public sealed class UniformSampleTests
{
    [Fact]
    public void ImageIds_OfferedInAnotherOrder_AreTheSame()
    {
        UniformSample forward = Drawn(Enumerable.Range(0, 500), 20, "p/1/2");
        UniformSample backward = Drawn(Enumerable.Range(0, 500).Reverse(), 20, "p/1/2");

        backward.ImageIds().ShouldBe(forward.ImageIds());
        forward.ImageIds().Distinct().Count().ShouldBe(20);
        forward.InclusionProbability.ShouldBe(20.0 / 500);
    }

    [Fact]
    public void ImageIds_ForAFixedKey_AreTheseOnEveryMachine() =>
        Drawn(Enumerable.Range(0, 10), 4, "parcels/0/1").ImageIds().ShouldBe(ExpectedOfTen);

    // Worked out with Python: sorted(range(10), key=lambda i: hmac.digest(sha256(b"parcels/0/1").digest(), b"c%d" % i, "sha256")[:16])[:4]
    private static readonly long[] ExpectedOfTen = [9, 6, 7, 4];

    [Fact]
    public void ImageIds_OfASmallerSample_AreTheBeginningOfALargerOne() =>
        Drawn(Enumerable.Range(0, 300), 10, "k").ImageIds().ShouldBe(Drawn(Enumerable.Range(0, 300), 50, "k").ImageIds().Take(10));

    [Fact]
    public void ImageIds_OfAnotherWindow_AreDrawnAnew() =>
        Drawn(Enumerable.Range(0, 300), 50, "k1").ImageIds().ShouldNotBe(Drawn(Enumerable.Range(0, 300), 50, "k2").ImageIds());

    [Fact]
    public void InclusionProbability_OfAWindowSmallerThanTheSample_IsOne()
    {
        UniformSample sample = Drawn(Enumerable.Range(0, 7), 20, "k");

        sample.Count.ShouldBe(7);
        sample.PopulationCount.ShouldBe(7);
        sample.InclusionProbability.ShouldBe(1);
        new UniformSample(20, "k").InclusionProbability.ShouldBe(1);
    }

    [Fact]
    public void Draw_OverManyKeys_TakesEveryImageEquallyOften()
    {
        int[] taken = new int[50];
        for (int key = 0; key < 2000; key++)
        {
            foreach (long id in Drawn(Enumerable.Range(0, 50), 10, $"k{key}").ImageIds())
            {
                taken[id]++;
            }
        }

        // Each is taken 400 times on average with a standard deviation of 18; five of them is far out.
        taken.ShouldAllBe(count => Math.Abs(count - 400) < 90);
    }

    private static UniformSample Drawn(IEnumerable<int> ids, int size, string key)
    {
        UniformSample sample = new(size, key);
        foreach (int id in ids)
        {
            sample.Offer(id, $"c{id}");
        }

        return sample;
    }
}
