namespace VisionMonitor.Vision.Labels;

/// <summary>Collects a reader's remarks; lists end at a limit, counts do not.</summary>
internal sealed class ReadReportBuilder
{
    /// <summary>The most remarks that are kept word for word.</summary>
    public const int MaxNotes = 1000;

    private readonly Dictionary<string, int> _droppedByCode = [];
    private readonly List<ReadNote> _dropped = [];
    private readonly List<ReadNote> _warnings = [];

    public void Drop(string where, string code, string reason)
    {
        _droppedByCode[code] = _droppedByCode.GetValueOrDefault(code) + 1;
        if (_dropped.Count < MaxNotes)
        {
            _dropped.Add(new(where, code, reason));
        }
    }

    public void Warn(string where, string code, string reason)
    {
        if (_warnings.Count < MaxNotes)
        {
            _warnings.Add(new(where, code, reason));
        }
    }

    public ReadReport Build(int imageCount, int keptCount, IReadOnlyList<string> imagesNotFound) => new()
    {
        ImageCount = imageCount,
        KeptCount = keptCount,
        DroppedCount = _droppedByCode.Values.Sum(),
        DroppedByCode = _droppedByCode,
        Dropped = _dropped,
        Warnings = _warnings,
        ImagesNotFound = imagesNotFound,
    };
}
