namespace VisionMonitor.Metrics.Detection.Coco;

/// <summary>Oddities that do not stop an evaluation: one line per kind, with a count and the first example.</summary>
internal sealed class CocoWarnings(string file)
{
    private readonly List<(string Problem, string Example, int Count)> _warnings = [];

    public void Add(string problem, string example)
    {
        int at = _warnings.FindIndex(w => w.Problem == problem);
        if (at < 0)
        {
            _warnings.Add((problem, example, 1));
        }
        else
        {
            _warnings[at] = (problem, _warnings[at].Example, _warnings[at].Count + 1);
        }
    }

    public IReadOnlyList<string> Lines => [.. _warnings.Select(w => $"{file}: {w.Problem} ({w.Count} {(w.Count == 1 ? "time" : "times")}; first: {w.Example})")];
}
