namespace VisionMonitor.Metrics.Text;

/// <summary>What comparing the text places of one image leaves behind.</summary>
/// <param name="Pairs">Matched places: index among the valid truths, index among the valid predictions.</param>
/// <param name="TruthCount">Valid truth places that are not ignored.</param>
/// <param name="PredictedCount">Valid predicted places that do not lie in an ignored one.</param>
/// <param name="ReadCount">Matched places whose text is right too; null where texts were not given.</param>
public sealed record TextDetectionEvidence(IReadOnlyList<(int Truth, int Predicted)> Pairs, int TruthCount, int PredictedCount, int? ReadCount)
{
    private const byte Version = 1;

    /// <summary>Share of truth places found; 1 where there is none (ICDAR).</summary>
    public double Recall => TruthCount == 0 ? 1 : (double)Pairs.Count / TruthCount;

    /// <summary>Share of predicted places that are right; where no truth counts, 1 without predictions and 0 with.</summary>
    public double Precision => TruthCount == 0 ? (PredictedCount == 0 ? 1 : 0) : PredictedCount == 0 ? 0 : (double)Pairs.Count / PredictedCount;

    /// <summary>Harmonic mean of the two.</summary>
    public double HarmonicMean => Precision + Recall == 0 ? 0 : 2 * Precision * Recall / (Precision + Recall);

    /// <summary>The stored form: a version byte, then variable-length integers.</summary>
    public byte[] ToBytes()
    {
        var writer = new EvidenceWriter(Version);
        writer.Number(TruthCount);
        writer.Number(PredictedCount);
        writer.Number(ReadCount is { } read ? read + 1L : 0);
        writer.Number(Pairs.Count);
        foreach ((int truth, int predicted) in Pairs)
        {
            writer.Number(truth);
            writer.Number(predicted);
        }

        return writer.ToArray();
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The bytes are of another version, cut off or damaged.</exception>
    public static TextDetectionEvidence FromBytes(ReadOnlySpan<byte> bytes)
    {
        var reader = new EvidenceReader(bytes, Version, "text detection");
        (int truthCount, int predictedCount, int read) = (reader.Index(), reader.Index(), reader.Index());
        var pairs = new (int, int)[reader.Count()];
        for (int i = 0; i < pairs.Length; i++)
        {
            pairs[i] = (reader.Index(), reader.Index());
        }

        reader.End();
        return new TextDetectionEvidence(pairs, truthCount, predictedCount, read == 0 ? null : read - 1);
    }
}
