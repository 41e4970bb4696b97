using VisionMonitor.Monitoring.Alerting;

namespace VisionMonitor.Monitoring.Tests.Alerting;

public sealed class DeliveryPlanTests
{
    [Fact]
    public void Wait_AReceiverDownForADay_IsSpareButSoonAfterTenMinutes()
    {
        List<double> tries = [];
        TimeSpan age = TimeSpan.Zero;
        while (age < TimeSpan.FromDays(1))
        {
            tries.Add(age.TotalMinutes);
            age += DeliveryPlan.Wait(tries.Count, age, null);
        }

        tries.Count(minutes => minutes <= 10).ShouldBeInRange(10, 25);
        tries.Zip(tries.Skip(1)).Where(pair => pair.First < 10.5).ShouldAllBe(pair => pair.Second - pair.First < 1, "whoever is back after ten minutes hears within one");
        tries.Count.ShouldBeLessThan(120);
    }

    [Theory]
    [InlineData(30, 30)]
    [InlineData(7200, 3600)]
    [InlineData(-5, 5)]
    public void Wait_AReceiverThatNamesATime_IsTakenAtItsWordUpToAnHour(int askedSeconds, int expectedSeconds) =>
        DeliveryPlan.Wait(1, TimeSpan.Zero, TimeSpan.FromSeconds(askedSeconds)).ShouldBe(TimeSpan.FromSeconds(expectedSeconds));
}
