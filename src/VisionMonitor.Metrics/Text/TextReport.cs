namespace VisionMonitor.Metrics.Text;

/// <summary>The numbers of a weighted set of read texts; <see langword="null"/> where one is undefined.</summary>
public sealed record TextReport
{
    /// <summary>Texts with a weight above 0.</summary>
    public long PairCount { get; private init; }

    /// <summary>Sum of the weights.</summary>
    public double WeightSum { get; private init; }

    /// <summary>Weighted substitutions of characters.</summary>
    public double Substitutions { get; private init; }

    /// <summary>Weighted deletions of characters.</summary>
    public double Deletions { get; private init; }

    /// <summary>Weighted insertions of characters.</summary>
    public double Insertions { get; private init; }

    /// <summary>Weighted characters that agree.</summary>
    public double Hits { get; private init; }

    /// <summary>Weighted edits of characters.</summary>
    public double Edits => Substitutions + Deletions + Insertions;

    /// <summary>Weighted characters of the truth.</summary>
    public double TruthLength => Substitutions + Deletions + Hits;

    /// <summary>CER: edits / characters of the truth, over all texts; may exceed 1.</summary>
    public double? CharacterErrorRate => Ratio(Edits, TruthLength);

    /// <summary>Edits / (edits + hits), 0 to 1.</summary>
    public double? NormalizedCharacterErrorRate => Ratio(Edits, Edits + Hits);

    /// <summary>Mean over texts with a truth of each one's own CER.</summary>
    public double? MeanCharacterErrorRate => Ratio(CharacterErrorRateSum, NonEmptyWeight);

    /// <summary>WER: edits of words / words of the truth, over all texts; may exceed 1, and means nothing in scripts without spaces.</summary>
    public double? WordErrorRate => Ratio(WordEdits, TruthWords);

    /// <summary>Share of texts that are right to the last character, 0 to 1.</summary>
    public double? ExactMatch => Ratio(ExactWeight, WeightSum);

    /// <summary>Mean over texts of edits / longer length, 0 to 1; 1 minus it is PaddleOCR's norm_edit_dis.</summary>
    public double? MeanNormalizedEditDistance => Ratio(NormalizedSum, WeightSum);

    /// <summary>Weighted edits of words.</summary>
    public double WordEdits { get; private init; }

    /// <summary>Weighted words of the truth.</summary>
    public double TruthWords { get; private init; }

    private double ExactWeight { get; init; }

    private double NormalizedSum { get; init; }

    private double CharacterErrorRateSum { get; init; }

    private double NonEmptyWeight { get; init; }

    internal TextReport With(TextEvidence one, double weight) => this with
    {
        PairCount = PairCount + 1,
        WeightSum = WeightSum + weight,
        Substitutions = Substitutions + (weight * one.Characters.Substitutions),
        Deletions = Deletions + (weight * one.Characters.Deletions),
        Insertions = Insertions + (weight * one.Characters.Insertions),
        Hits = Hits + (weight * one.Characters.Hits),
        WordEdits = WordEdits + (weight * one.Words.Edits),
        TruthWords = TruthWords + (weight * one.TruthWords),
        ExactWeight = ExactWeight + (one.IsExact ? weight : 0),
        NormalizedSum = NormalizedSum + (weight * one.NormalizedEditDistance),
        CharacterErrorRateSum = CharacterErrorRateSum + (one.TruthLength > 0 ? weight * one.Characters.Edits / one.TruthLength : 0),
        NonEmptyWeight = NonEmptyWeight + (one.TruthLength > 0 ? weight : 0),
    };

    private static double? Ratio(double part, double whole) => whole > 0 ? part / whole : null;
}
