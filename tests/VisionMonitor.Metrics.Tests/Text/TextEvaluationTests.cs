using System.Text.Json;
using VisionMonitor.Metrics.Statistics;
using VisionMonitor.Metrics.Text;

namespace VisionMonitor.Metrics.Tests.Text;

public sealed class TextEvaluationTests
{
    private static readonly JsonElement Expected = Golden.Json(Golden.Folder("text", "text.json"));
    private static readonly (string Truth, string Predicted, JsonElement Counts)[] Pairs =
        [.. Expected.GetProperty("named").EnumerateArray().Concat(Expected.GetProperty("random").EnumerateArray()).Select(p => (p.GetProperty("ref").GetString()!, p.GetProperty("hyp").GetString()!, p))];

    public static TheoryData<string, TextUnit> Units => new()
    {
        { "codepoint", TextUnit.CodePoint }, { "utf16", TextUnit.Utf16 }, { "grapheme", TextUnit.Grapheme }, { "nfc_codepoint", TextUnit.NfcCodePoint },
        { "nfc_grapheme", TextUnit.NfcGrapheme }, { "nfkc_codepoint", TextUnit.NfkcCodePoint }, { "nfd_jamo", TextUnit.Jamo },
    };

    /// <summary>kitten → sitting: k→s, e→i, +g: two substitutions, one insertion of six characters.</summary>
    [Fact]
    public void Compare_KittenAndSitting_HasThreeEdits()
    {
        TextEvidence evidence = new TextEvaluation().Compare("kitten", "sitting");

        evidence.Characters.ShouldBe(new EditCounts(2, 0, 1, 4));
        evidence.Words.ShouldBe(new EditCounts(1, 0, 0, 0));
        new TextEvaluation().Summarize([evidence], []).CharacterErrorRate.ShouldBe(0.5);
    }

    [Theory]
    [MemberData(nameof(Units))]
    public void Compare_GoldenPairs_EqualsTheReferenceInEveryUnit(string key, TextUnit unit)
    {
        var evaluation = new TextEvaluation(new TextOptions { Unit = unit });
        foreach ((string truth, string predicted, JsonElement counts) in Pairs)
        {
            TextEvidence evidence = evaluation.Compare(truth, predicted);
            if (counts.TryGetProperty(key, out JsonElement expected))
            {
                (evidence.Characters.Edits, evidence.TruthLength, evidence.PredictedLength).ShouldBe((expected[0].GetInt32(), expected[1].GetInt32(), expected[2].GetInt32()), $"{truth} / {predicted}");
            }
        }

        TextReport report = evaluation.Summarize([.. Pairs.Select(p => evaluation.Compare(p.Truth, p.Predicted))], []);
        JsonElement aggregate = Expected.GetProperty("aggregate").GetProperty(key);
        report.Edits.ShouldBe(aggregate.GetProperty("edits").GetDouble());
        report.TruthLength.ShouldBe(aggregate.GetProperty("ref_len").GetDouble());
        report.CharacterErrorRate.ShouldMatch(aggregate.GetProperty("cer_micro"));
        report.MeanCharacterErrorRate.ShouldMatch(aggregate.GetProperty("cer_macro"));
    }

    [Fact]
    public void Summarize_GoldenPairs_EqualsWordErrorRateAndPaddle()
    {
        JsonElement aggregate = Expected.GetProperty("aggregate"), paddle = aggregate.GetProperty("paddleocr");

        Report(new TextOptions { Unit = TextUnit.CodePoint }).WordErrorRate.ShouldMatch(aggregate.GetProperty("word_whitespace").GetProperty("cer_micro"));
        Report(new TextOptions { Unit = TextUnit.CodePoint }).ExactMatch.ShouldMatch(aggregate.GetProperty("exact_match").GetProperty("raw"));
        Report(new TextOptions()).ExactMatch.ShouldMatch(aggregate.GetProperty("exact_match").GetProperty("nfc"));
        foreach ((string key, TextOptions options) in new[]
        {
            ("ignore_space", new TextOptions { Unit = TextUnit.CodePoint, IgnoreSpaces = true }),
            ("keep_space", new TextOptions { Unit = TextUnit.CodePoint }),
            ("filter_alnum_lower", new TextOptions { Unit = TextUnit.CodePoint, IgnoreSpaces = true, IgnoreCase = true, OnlyLatinLettersAndDigits = true }),
        })
        {
            Report(options).ExactMatch.ShouldMatch(paddle.GetProperty(key).GetProperty("acc_exact"), what: key);
            (1 - Report(options).MeanNormalizedEditDistance).ShouldMatch(paddle.GetProperty(key).GetProperty("norm_edit_dis_exact"), what: key);
        }
    }

    /// <summary>Against the plain dynamic program, at lengths around the 64 items of a machine word and over several of them.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(130)]
    [InlineData(300)]
    public void EditDistance_RandomSequences_EqualsTheDynamicProgram(int length)
    {
        for (ulong seed = 0; seed < 20; seed++)
        {
            int[] a = Sequence(seed, length, 4), b = Sequence(seed + 100, length + (int)(seed % 7), 4);
            (int edits, int substitutions) = Plain(a, b);
            EditDistance.Of(a, b).ShouldBe(edits);
            EditDistance.Of(b, a).ShouldBe(edits);
            EditCounts counts = EditCounts.Of(a, b);
            (counts.Edits, counts.Substitutions).ShouldBe((edits, substitutions));
            (counts.Hits + counts.Substitutions + counts.Deletions).ShouldBe(a.Length);
            (counts.Hits + counts.Substitutions + counts.Insertions).ShouldBe(b.Length);
        }
    }

    [Fact]
    public void Compare_EmptyTextsAndHalfSurrogates_AreCounted()
    {
        var evaluation = new TextEvaluation();
        evaluation.Compare("", "").NormalizedEditDistance.ShouldBe(0);
        evaluation.Compare("", "abc").Characters.ShouldBe(new EditCounts(0, 0, 3, 0));
        evaluation.Compare("\uD83D", "é\uD83D").Characters.Edits.ShouldBe(1);
        evaluation.Summarize([evaluation.Compare("", "x")], []).CharacterErrorRate.ShouldBeNull();
        evaluation.Summarize([], []).ExactMatch.ShouldBeNull();
    }

    [Fact]
    public void Summarize_WeightOf2_EqualsTheTextTwice()
    {
        var evaluation = new TextEvaluation();
        TextEvidence a = evaluation.Compare("abc", "axc"), b = evaluation.Compare("one two", "one");

        evaluation.Summarize([a, b], [2, 1]).CharacterErrorRate.ShouldBe(evaluation.Summarize([b, a, a], []).CharacterErrorRate);
        TextEvidence.FromBytes(b.ToBytes()).ShouldBe(b);
    }

    private static TextReport Report(TextOptions options)
    {
        var evaluation = new TextEvaluation(options);
        return evaluation.Summarize([.. Pairs.Select(p => evaluation.Compare(p.Truth, p.Predicted))], []);
    }

    private static int[] Sequence(ulong seed, int length, int symbols) => [.. Enumerable.Range(0, length).Select(i => SplitMix64.Index(seed, (ulong)i, symbols))];

    private static (int Edits, int Substitutions) Plain(int[] a, int[] b)
    {
        var table = new (int Edits, int Substitutions)[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
        {
            for (int j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    table[i, j] = (i + j, 0);
                    continue;
                }

                (int edits, int substitutions) = table[i - 1, j - 1];
                (int, int) diagonal = a[i - 1] == b[j - 1] ? (edits, substitutions) : (edits + 1, substitutions + 1);
                (int, int) up = (table[i - 1, j].Edits + 1, table[i - 1, j].Substitutions), left = (table[i, j - 1].Edits + 1, table[i, j - 1].Substitutions);
                table[i, j] = new[] { diagonal, up, left }.Min();
            }
        }

        return table[a.Length, b.Length];
    }
}
