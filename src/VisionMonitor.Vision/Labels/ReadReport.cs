namespace VisionMonitor.Vision.Labels;

/// <summary>What a reader took in, what it left out and why. Nothing is dropped in silence.</summary>
public sealed record ReadReport
{
    /// <summary>Images in the file.</summary>
    public int ImageCount { get; init; }

    /// <summary>Rows (boxes, or labelled images for classification) that were taken in.</summary>
    public int KeptCount { get; init; }

    /// <summary>Rows that were left out.</summary>
    public int DroppedCount { get; init; }

    /// <summary>How many rows were left out, by code.</summary>
    public IReadOnlyDictionary<string, int> DroppedByCode { get; init; } = new Dictionary<string, int>();

    /// <summary>The first <see cref="ReadReportBuilder.MaxNotes"/> rows that were left out.</summary>
    public IReadOnlyList<ReadNote> Dropped { get; init; } = [];

    /// <summary>What is unusual but was taken in; the first <see cref="ReadReportBuilder.MaxNotes"/>.</summary>
    public IReadOnlyList<ReadNote> Warnings { get; init; } = [];

    /// <summary>Images that the labels name and the folder lacks.</summary>
    public IReadOnlyList<string> ImagesNotFound { get; init; } = [];

    /// <summary>Classes of the labels that the model does not know.</summary>
    public IReadOnlyList<string> ClassesNotInModel { get; init; } = [];

    /// <summary>This report and that of another part of the same labels.</summary>
    internal ReadReport Joined(ReadReport other) => this with
    {
        ImageCount = ImageCount + other.ImageCount,
        KeptCount = KeptCount + other.KeptCount,
        DroppedCount = DroppedCount + other.DroppedCount,
        DroppedByCode = DroppedByCode.Concat(other.DroppedByCode).GroupBy(pair => pair.Key).ToDictionary(group => group.Key, group => group.Sum(pair => pair.Value)),
        Dropped = [.. Dropped, .. other.Dropped],
        Warnings = [.. Warnings, .. other.Warnings],
        ImagesNotFound = [.. ImagesNotFound, .. other.ImagesNotFound],
    };

    internal ReadReport With(ReadReportBuilder later)
    {
        ReadReport added = later.Build(ImageCount, 0, []);
        Dictionary<string, int> byCode = new(DroppedByCode);
        foreach ((string code, int count) in added.DroppedByCode)
        {
            byCode[code] = byCode.GetValueOrDefault(code) + count;
        }

        return this with
        {
            KeptCount = KeptCount - added.DroppedCount,
            DroppedCount = DroppedCount + added.DroppedCount,
            DroppedByCode = byCode,
            Dropped = [.. Dropped, .. added.Dropped],
            Warnings = [.. Warnings, .. added.Warnings],
        };
    }
}
