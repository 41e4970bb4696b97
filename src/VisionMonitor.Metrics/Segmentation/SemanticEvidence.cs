namespace VisionMonitor.Metrics.Segmentation;

/// <summary>
/// What comparing one image leaves behind: its sparse confusion matrix in pixels, and the boundary pixels of each class. Index
/// "class count" stands for a label out of range.
/// </summary>
public sealed class SemanticEvidence
{
    private const byte Version = 1;

    internal SemanticEvidence(int classCount, ConfusionCell[] cells, BoundaryCell[] boundaries) => (ClassCount, Cells, Boundaries) = (classCount, cells, boundaries);

    /// <summary>How many classes were compared.</summary>
    public int ClassCount { get; }

    /// <summary>The cells of the confusion matrix that are not 0, by truth, then by prediction.</summary>
    internal ConfusionCell[] Cells { get; }

    /// <summary>The classes that have boundary pixels; empty where boundaries were not asked for.</summary>
    internal BoundaryCell[] Boundaries { get; }

    /// <summary>Pixels that count: not ignored, truth in range.</summary>
    public long ValidPixelCount => Cells.Where(c => c.Truth < ClassCount).Sum(c => c.Count);

    /// <summary>The stored form: a version byte, then variable-length integers.</summary>
    public byte[] ToBytes()
    {
        var writer = new EvidenceWriter(Version);
        writer.Number(ClassCount);
        writer.Number(Cells.Length);
        foreach (ConfusionCell cell in Cells)
        {
            writer.Number(cell.Truth);
            writer.Number(cell.Predicted);
            writer.Number(cell.Count);
        }

        writer.Number(Boundaries.Length);
        foreach (BoundaryCell boundary in Boundaries)
        {
            writer.Number(boundary.Class);
            writer.Number(boundary.Intersection);
            writer.Number(boundary.Union);
        }

        return writer.ToArray();
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The bytes are of another version, cut off or damaged.</exception>
    public static SemanticEvidence FromBytes(ReadOnlySpan<byte> bytes)
    {
        var reader = new EvidenceReader(bytes, Version, "semantic");
        int classCount = reader.Index();
        var cells = new ConfusionCell[reader.Count()];
        for (int i = 0; i < cells.Length; i++)
        {
            cells[i] = new ConfusionCell(reader.Index(), reader.Index(), reader.Number());
        }

        var boundaries = new BoundaryCell[reader.Count()];
        for (int i = 0; i < boundaries.Length; i++)
        {
            boundaries[i] = new BoundaryCell(reader.Index(), reader.Number(), reader.Number());
        }

        reader.End();
        if (cells.Any(c => c.Truth > classCount || c.Predicted > classCount) || boundaries.Any(b => b.Class >= classCount))
        {
            throw new InvalidDataException("The stored semantic evidence is damaged: compare the image again.");
        }

        return new SemanticEvidence(classCount, cells, boundaries);
    }
}

/// <summary>Pixels of one truth class that were predicted as one class.</summary>
internal readonly record struct ConfusionCell(int Truth, int Predicted, long Count);

/// <summary>Boundary pixels of one class in both maps, and in either.</summary>
internal readonly record struct BoundaryCell(int Class, long Intersection, long Union);
