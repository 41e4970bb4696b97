using System.Reflection;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Monitoring.Tests.Storage;

public sealed class EstimateMethodsTests
{
    private static readonly string[] All = [.. typeof(EstimateMethods).GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!)];

    /// <summary>Where two shared a rank, the order of rows in the database would say which of them speaks for a run.</summary>
    [Fact]
    public void Rank_OfAllMethods_IsEachItsOwn()
    {
        All.OrderBy(EstimateMethods.Rank).ShouldBe([EstimateMethods.Labels, EstimateMethods.Confidence, EstimateMethods.Agreement, EstimateMethods.SecondLook]);
        All.Append("unknown").Select(EstimateMethods.Rank).ShouldBeUnique();
    }

    [Fact]
    public void Describe_OfAllMethods_SaysWhatTheNumberComesFrom() => All.ShouldAllBe(id => EstimateMethods.Describe(id).Sentence.StartsWith("from ", StringComparison.Ordinal));
}
