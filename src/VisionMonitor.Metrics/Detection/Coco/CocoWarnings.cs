namespace VisionMonitor.Metrics.Detection.Coco;

/// <summary>Oddities that do not stop an evaluation: one line per kind, with a count and the first example.</summary>
internal sealed class CocoWarnings(string file)
{
    private readonly List<Kind> _warnings = [];

    public void Add(string problem, string example)
    {
        int at = _warnings.FindIndex(w => w.Problem == problem);
        if (at < 0)
        {
            _warnings.Add(new Kind(problem, example, 1));
        }
        else
        {
            _warnings[at] = _warnings[at] with { Count = _warnings[at].Count + 1 };
        }
    }

    public IReadOnlyList<string> Lines => [.. _warnings.Select(w => $"{file}: {w.Problem} ({w.Count} {(w.Count == 1 ? "time" : "times")}; first: {w.Example})")];

    private sealed record Kind(string Problem, string Example, int Count);
}
