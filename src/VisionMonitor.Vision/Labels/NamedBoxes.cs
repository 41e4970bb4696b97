using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Vision.Labels;

/// <summary>Gives class names their indices, for formats that write names beside every box.</summary>
internal sealed class NamedBoxes(IReadOnlyList<string> classes, ReadReportBuilder report)
{
    private readonly Dictionary<string, int> _index = classes.Select((name, index) => (name, index)).DistinctBy(pair => pair.name).ToDictionary(pair => pair.name, pair => pair.index);

    public IReadOnlyList<string> Classes => classes;

    public int KeptCount { get; private set; }

    public InstanceTruth Truth(string image, IReadOnlyList<(string Name, TruthInstance Object)> objects)
    {
        List<TruthInstance> kept = [];
        foreach ((string name, TruthInstance drawn) in objects)
        {
            if (_index.TryGetValue(name, out int index))
            {
                kept.Add(drawn with { Box = drawn.Box with { ClassIndex = index } });
            }
            else
            {
                report.Drop(image, "unknown_category", $"there is no class '{name}'");
            }
        }

        KeptCount += kept.Count;
        return new(kept);
    }
}
