using VisionMonitor.Components;

namespace VisionMonitor.Tests.Components;

public sealed class ClockTextTests
{
    private static readonly DateTimeOffset Noon = new(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Minute_InAZone_IsItsClock() => ClockText.Minute(Noon, "Europe/Berlin").ShouldBe("2026-07-01 14:00");

    [Fact]
    public void ZoneNote_InSummer_SaysTheOffsetOfThatDay() => ClockText.ZoneNote("America/New_York", Noon).ShouldBe("America/New_York, UTC−04:00");

    [Fact]
    public void Minute_InAnUnknownZone_IsUtc() => ClockText.Minute(Noon, "Mars/Olympus").ShouldBe("2026-07-01 12:00");

    [Theory]
    [InlineData(3, "just now")]
    [InlineData(45, "45 s ago")]
    [InlineData(240, "4 min ago")]
    [InlineData(3 * 3600, "3 h ago")]
    [InlineData(-7200, "in 2 h")]
    [InlineData(5 * 86400, "5 d ago")]
    public void Age_IsInWords(int seconds, string expected) => ClockText.Age(Noon.AddSeconds(-seconds), Noon).ShouldBe(expected);
}
