using System.Text.Json;
using VisionMonitor.Metrics.Statistics;

namespace VisionMonitor.Metrics.Tests.Statistics;

public sealed class ProportionTests
{
    [Fact]
    public void Wilson_GoldenCases_EqualsScipy()
    {
        foreach (JsonElement one in Golden.Json(Golden.Folder("statistics", "stats.json")).GetProperty("proportion").EnumerateArray())
        {
            (double k, double n, double level) = (one.GetProperty("k").GetDouble(), one.GetProperty("n").GetDouble(), 1 - one.GetProperty("alpha").GetDouble());
            BootstrapTests.ShouldMatch(Proportion.Wilson(k, n, level), one.GetProperty("wilson"), 1e-9);
        }
    }

    [Fact]
    public void Wilson_NoOutcome_IsNull() => Proportion.Wilson(0, 0).ShouldBeNull();

    [Fact]
    public void Wilson_MoreSuccessesThanOutcomes_Throws() => Should.Throw<ArgumentOutOfRangeException>(() => Proportion.Wilson(3, 2));

    [Fact]
    public void ClopperPearsonAndJeffreys_GoldenCases_EqualScipy()
    {
        foreach (System.Text.Json.JsonElement one in Golden.Json(Golden.Folder("statistics", "stats.json")).GetProperty("proportion").EnumerateArray())
        {
            (double k, double n, double level) = (one.GetProperty("k").GetDouble(), one.GetProperty("n").GetDouble(), 1 - one.GetProperty("alpha").GetDouble());
            BootstrapTests.ShouldMatch(Proportion.ClopperPearson(k, n, level), one.GetProperty("clopper_pearson"), 1e-9);
            BootstrapTests.ShouldMatch(Proportion.Jeffreys(k, n, level), one.GetProperty("jeffreys"), 1e-9);
        }

        Proportion.ClopperPearson(0, 0).ShouldBeNull();
        Should.Throw<ArgumentException>(() => Proportion.Jeffreys(3, 2));
    }
}
