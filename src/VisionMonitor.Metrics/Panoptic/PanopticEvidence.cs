namespace VisionMonitor.Metrics.Panoptic;

/// <summary>What comparing one image leaves behind: per category the matched, the unmatched and the sum of IoU.</summary>
public sealed class PanopticEvidence
{
    private const byte Version = 1;

    internal PanopticEvidence(PanopticCell[] cells, int areaMismatchCount) => (Cells, AreaMismatchCount) = (cells, areaMismatchCount);

    /// <summary>By category id.</summary>
    internal PanopticCell[] Cells { get; }

    /// <summary>Truth segments whose area in the JSON is not their number of pixels; any other than 0 makes SQ wrong, even above 1.</summary>
    public int AreaMismatchCount { get; }

    /// <summary>The stored form: a version byte, then variable-length integers and float64.</summary>
    public byte[] ToBytes()
    {
        var writer = new EvidenceWriter(Version);
        writer.Number(AreaMismatchCount);
        writer.Number(Cells.Length);
        foreach (PanopticCell cell in Cells)
        {
            writer.Number(cell.CategoryId);
            writer.Number(cell.TruePositives);
            writer.Number(cell.FalsePositives);
            writer.Number(cell.FalseNegatives);
            writer.Real(cell.IouSum);
        }

        return writer.ToArray();
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The bytes are of another version, cut off or damaged.</exception>
    public static PanopticEvidence FromBytes(ReadOnlySpan<byte> bytes)
    {
        var reader = new EvidenceReader(bytes, Version, "panoptic");
        int mismatches = reader.Index();
        var cells = new PanopticCell[reader.Count()];
        for (int i = 0; i < cells.Length; i++)
        {
            cells[i] = new PanopticCell(reader.Index(), reader.Number(), reader.Number(), reader.Number(), reader.Real());
        }

        reader.End();
        return new PanopticEvidence(cells, mismatches);
    }
}

/// <summary>One category in one image.</summary>
internal readonly record struct PanopticCell(int CategoryId, long TruePositives, long FalsePositives, long FalseNegatives, double IouSum);
