using System.Text.Json;
using VisionMonitor.Metrics.Text;

namespace VisionMonitor.Certificate;

/// <summary>Read texts and text polygons against python-Levenshtein, jiwer, PaddleOCR and the ICDAR evaluator.</summary>
internal static class TextParity
{
    private static readonly (string Key, TextUnit Unit)[] Units =
    [
        ("codepoint", TextUnit.CodePoint), ("utf16", TextUnit.Utf16), ("grapheme", TextUnit.Grapheme), ("nfc_codepoint", TextUnit.NfcCodePoint),
        ("nfc_grapheme", TextUnit.NfcGrapheme), ("nfkc_codepoint", TextUnit.NfkcCodePoint), ("nfd_jamo", TextUnit.Jamo),
    ];

    public static void Run(GoldenSet golden, ParityLedger ledger, CancellationToken cancellationToken)
    {
        if (golden.Folder("text", "ocr", "segmentation-classification-ocr/ocr") is not { } folder)
        {
            return;
        }

        cancellationToken.ThrowIfCancellationRequested();
        Texts(GoldenSet.Json(Path.Combine(folder, "text.json")), ledger);
        Polygons(GoldenSet.Json(Path.Combine(folder, "detection.json")), ledger);
    }

    private static void Texts(JsonElement expected, ParityLedger ledger)
    {
        JsonElement[] pairs = [.. expected.GetProperty("named").EnumerateArray(), .. expected.GetProperty("random").EnumerateArray()];
        JsonElement aggregate = expected.GetProperty("aggregate");
        foreach ((string key, TextUnit unit) in Units)
        {
            var evaluation = new TextEvaluation(new TextOptions { Unit = unit });
            TextEvidence[] evidence = [.. pairs.Select(p => evaluation.Compare(p.GetProperty("ref").GetString()!, p.GetProperty("hyp").GetString()!))];
            ParityLedger.Account edits = ledger.Of("text: edits in seven units", "python-Levenshtein");
            for (int i = 0; i < pairs.Length; i++)
            {
                if (pairs[i].TryGetProperty(key, out JsonElement one))
                {
                    edits.Add($"{key} {i}", evidence[i].Characters.Edits, one[0].GetDouble());
                    edits.Add($"{key} {i}", evidence[i].TruthLength, one[1].GetDouble());
                }
            }

            TextReport report = evaluation.Summarize(evidence, []);
            ledger.Of("text: CER", "jiwer c1b0d5e").Add(key, report.CharacterErrorRate, GoldenSet.Number(aggregate.GetProperty(key).GetProperty("cer_micro")));
            if (unit == TextUnit.CodePoint)
            {
                ledger.Of("text: WER", "jiwer c1b0d5e").Add(key, report.WordErrorRate, GoldenSet.Number(aggregate.GetProperty("word_whitespace").GetProperty("cer_micro")));
                JsonElement paddle = aggregate.GetProperty("paddleocr").GetProperty("keep_space");
                ledger.Of("text: exact match and 1 − edit distance", "PaddleOCR").Add(key, report.ExactMatch, GoldenSet.Number(paddle.GetProperty("acc_exact")));
                ledger.Of("text: exact match and 1 − edit distance", "PaddleOCR").Add(key, 1 - report.MeanNormalizedEditDistance, GoldenSet.Number(paddle.GetProperty("norm_edit_dis_exact")));
            }
        }
    }

    private static void Polygons(JsonElement expected, ParityLedger ledger)
    {
        var evaluation = new TextDetectionEvaluation();
        ParityLedger.Account account = ledger.Of("text detection: matched pairs, precision, recall, hmean", "DB DetectionIoUEvaluator, shapely 1.8.5");
        var all = new List<TextDetectionEvidence>();
        foreach (JsonElement image in expected.GetProperty("images").EnumerateArray())
        {
            TextDetectionEvidence one = evaluation.Compare(
                [.. image.GetProperty("gt").EnumerateArray().Select(g => new TextRegion(Points(g.GetProperty("points")), g.GetProperty("ignore").GetBoolean()))],
                [.. image.GetProperty("det").EnumerateArray().Select(d => new TextRegion(Points(d)))]);
            string name = image.GetProperty("name").GetString()!;
            account.AddEqual(name, one.Pairs.SequenceEqual(image.GetProperty("pairs").EnumerateArray().Select(p => (p[0].GetInt32(), p[1].GetInt32()))));
            account.Add(name, one.Precision, GoldenSet.Number(image.GetProperty("precision")));
            account.Add(name, one.Recall, GoldenSet.Number(image.GetProperty("recall")));
            all.Add(one);
        }

        TextDetectionReport report = evaluation.Summarize([.. all], []);
        account.Add("all images", report.HarmonicMean, GoldenSet.Number(expected.GetProperty("combined").GetProperty("hmean")));
    }

    private static double[] Points(JsonElement points) => [.. points.EnumerateArray().SelectMany(p => p.EnumerateArray()).Select(v => v.GetDouble())];
}
