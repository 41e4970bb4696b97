using VisionMonitor.Panels;

namespace VisionMonitor.Tests.Panels;

public sealed class CronTextTests
{
    [Theory]
    [InlineData("* * * * *", "every minute")]
    [InlineData("*/5 * * * *", "every 5 min")]
    [InlineData("0 * * * *", "every hour")]
    [InlineData("20 * * * *", "every hour, 20 min past")]
    [InlineData("0 */8 * * *", "every 8 h")]
    [InlineData("30 3 * * *", "every day at 03:30")]
    [InlineData("0 7 * * 1", "Monday at 07:00")]
    [InlineData("0 7 * * 1-5", "Monday to Friday at 07:00")]
    [InlineData("*/20 * * * * *", "every 20 s")]
    [InlineData("0 30 3 * * *", "every day at 03:30")]
    [InlineData("0 3 1 * *", "at the times of “0 3 1 * *”")]
    [InlineData("nonsense", "at the times of “nonsense”")]
    public void Words_OfAnExpression_ReadsAsASentence(string cron, string expected) => CronText.Words(cron).ShouldBe(expected);
}
