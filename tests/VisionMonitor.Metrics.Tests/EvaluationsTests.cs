namespace VisionMonitor.Metrics.Tests;

public sealed class EvaluationsTests
{
    [Fact]
    public void All_EveryEvaluationOfTheAssembly_IsListedOnceWithAnIdOfItsOwn()
    {
        Type[] kinds = [.. typeof(Evaluations).Assembly.GetTypes().Where(type => type.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IEvaluation<,,,>)))];

        Evaluations.All.Select(one => one.Type).ShouldBe(kinds, ignoreOrder: true);
        Evaluations.All.Select(one => one.Id).ShouldBeUnique();
    }
}
