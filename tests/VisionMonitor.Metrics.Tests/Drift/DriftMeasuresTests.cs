using System.Reflection;
using VisionMonitor.Metrics.Drift;

namespace VisionMonitor.Metrics.Tests.Drift;

public sealed class DriftMeasuresTests
{
    /// <summary>Everything that a comparison of two sets can measure, by name; a new one that no line of the list takes fails here.</summary>
    [Fact]
    public void All_EveryMeasureOfAComparison_IsTakenByALine()
    {
        float[] baseline = [.. Enumerable.Range(0, 80).Select(i => (float)Math.Sin(i * i))], window = [.. Enumerable.Range(0, 60).Select(i => (float)Math.Cos(i * i))];
        foreach (PropertyInfo measured in typeof(DriftComparison).GetProperties().Where(property => property.Name is not ("BaselineCount" or "WindowCount" or "Bandwidth")))
        {
            DriftComparison comparison = new(baseline, window, 4, new DriftComparisonOptions { Permutations = 9 });
            object? value = measured.GetValue(comparison);
            double?[] known = [.. Numbers(value)];

            known.ShouldNotBeEmpty(measured.Name);
            DriftMeasures.All.Any(measure => measure.Take(comparison) is var reading && known.Any(number => number == reading.Value || number * 1000 == reading.Value)).ShouldBeTrue($"{measured.Name} is in no line of DriftMeasures.All");
        }

        DriftMeasures.All.Select(measure => measure.Id).Distinct().Count().ShouldBe(DriftMeasures.All.Count);
    }

    private static IEnumerable<double?> Numbers(object? value) => value switch
    {
        double number => [number],
        DriftReading reading => [reading.Value],
        PermutationTest test => [test.Biased, test.Unbiased],
        DimensionTests tests => [tests.KolmogorovSmirnov.Max(), tests.Wasserstein.Average()],
        DomainClassifier classifier => [classifier.Auc],
        _ => [],
    };
}
