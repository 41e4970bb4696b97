using VisionMonitor.Components;

namespace VisionMonitor.Tests.Components;

public sealed class NumberTextTests
{
    [Theory]
    [InlineData(0.9123, "0.912")]
    [InlineData(0.99996, "1.00")]
    [InlineData(12.345, "12.3")]
    [InlineData(99.97, "100")]
    [InlineData(0.01234, "0.0123")]
    [InlineData(0.0, "0.00")]
    [InlineData(-3.456, "−3.46")]
    [InlineData(12345.6, "12\u202f346")]
    [InlineData(double.NaN, "n/a")]
    public void Significant_OfANumber_HasThreeDigits(double value, string expected) => NumberText.Significant(value).ShouldBe(expected);

    [Fact]
    public void Significant_OfNothing_IsNotAvailable() => NumberText.Significant(null).ShouldBe("n/a");

    [Theory]
    [InlineData(0.912, 0.898, 0.926, "0.912 ± 0.014")]
    [InlineData(0.912, 0.850, 0.931, "0.912 (0.850–0.931)")]
    public void WithInterval_IsSymmetricOnlyWhereItNearlyIs(double value, double low, double high, string expected) => NumberText.WithInterval(value, low, high).ShouldBe(expected);

    [Theory]
    [InlineData(0.0214, "+2.14 pt")]
    [InlineData(-0.123, "−12.3 pt")]
    [InlineData(0.0, "0.00 pt")]
    public void Points_AlwaysCarryTheirSign(double difference, string expected) => NumberText.Points(difference).ShouldBe(expected);

    [Fact]
    public void Range_BelowZero_IsWrittenWithAWord() => NumberText.Range(-0.5, 0.25, 0.1).ShouldBe("−0.500 to 0.250");

    [Theory]
    [InlineData(1, "1 image")]
    [InlineData(1204, "1\u202f204 images")]
    public void Count_AgreesWithItsNoun(long count, string expected) => NumberText.Count(count, "image", "images").ShouldBe(expected);
}
