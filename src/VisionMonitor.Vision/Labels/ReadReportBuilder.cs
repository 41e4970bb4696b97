namespace VisionMonitor.Vision.Labels;

/// <summary>Collects a reader's remarks; lists end at a limit, counts do not.</summary>
internal sealed class ReadReportBuilder
{
    /// <summary>The most remarks that are kept word for word.</summary>
    public const int MaxNotes = 1000;

    private readonly Dictionary<string, int> _droppedByCode = [];
    private readonly List<ReadNote> _dropped = [];
    private readonly List<ReadNote> _warnings = [];
    private readonly HashSet<string> _images = [];

    public void Drop(string where, string code, string reason)
    {
        _droppedByCode[code] = _droppedByCode.GetValueOrDefault(code) + 1;
        if (_dropped.Count < MaxNotes)
        {
            _dropped.Add(new(where, code, reason));
        }
    }

    /// <summary>Whether an image is met for the first time; what is said of it again is dropped, with the reason after its name.</summary>
    public bool IsFirst(string image, string where, string reason)
    {
        bool isFirst = _images.Add(image);
        if (!isFirst)
        {
            Drop(where, "duplicate_image", $"'{image}' {reason}");
        }

        return isFirst;
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
