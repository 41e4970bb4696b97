namespace VisionMonitor.Metrics.Text;

/// <summary>What comparing one text with one reading leaves behind.</summary>
/// <param name="Characters">Edits between the characters.</param>
/// <param name="Words">Edits between the words.</param>
public sealed record TextEvidence(EditCounts Characters, EditCounts Words)
{
    private const byte Version = 1;

    /// <summary>Characters of the truth.</summary>
    public int TruthLength => Characters.Hits + Characters.Substitutions + Characters.Deletions;

    /// <summary>Characters of the reading.</summary>
    public int PredictedLength => Characters.Hits + Characters.Substitutions + Characters.Insertions;

    /// <summary>Words of the truth.</summary>
    public int TruthWords => Words.Hits + Words.Substitutions + Words.Deletions;

    /// <summary>Whether the reading is right to the last character.</summary>
    public bool IsExact => Characters.Edits == 0;

    /// <summary>Edits divided by the longer length, 0 to 1; 0 for two empty texts.</summary>
    public double NormalizedEditDistance => Characters.Edits == 0 ? 0 : (double)Characters.Edits / Math.Max(TruthLength, PredictedLength);

    /// <summary>The stored form: a version byte, then variable-length integers.</summary>
    public byte[] ToBytes()
    {
        var writer = new EvidenceWriter(Version);
        foreach (EditCounts counts in (ReadOnlySpan<EditCounts>)[Characters, Words])
        {
            writer.Number(counts.Substitutions);
            writer.Number(counts.Deletions);
            writer.Number(counts.Insertions);
            writer.Number(counts.Hits);
        }

        return writer.ToArray();
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The bytes are of another version, cut off or damaged.</exception>
    public static TextEvidence FromBytes(ReadOnlySpan<byte> bytes)
    {
        var reader = new EvidenceReader(bytes, Version, "text");
        var evidence = new TextEvidence(
            new EditCounts(reader.Index(), reader.Index(), reader.Index(), reader.Index()),
            new EditCounts(reader.Index(), reader.Index(), reader.Index(), reader.Index()));
        reader.End();
        return evidence;
    }
}
