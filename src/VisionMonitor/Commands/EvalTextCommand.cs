using System.CommandLine;
using System.Text.Json;
using VisionMonitor.Hosting;
using VisionMonitor.Metrics.Text;

namespace VisionMonitor.Commands;

/// <summary>Character and word error rates of read texts.</summary>
internal static class EvalTextCommand
{
    private static readonly Dictionary<string, TextUnit> Units = new(StringComparer.OrdinalIgnoreCase)
    {
        ["nfc-codepoint"] = TextUnit.NfcCodePoint,
        ["codepoint"] = TextUnit.CodePoint,
        ["utf16"] = TextUnit.Utf16,
        ["nfc-grapheme"] = TextUnit.NfcGrapheme,
        ["grapheme"] = TextUnit.Grapheme,
        ["nfkc-codepoint"] = TextUnit.NfkcCodePoint,
        ["jamo"] = TextUnit.Jamo,
        ["nfc"] = TextUnit.NfcCodePoint,
        ["nfkc"] = TextUnit.NfkcCodePoint,
        ["nfd-jamo"] = TextUnit.Jamo,
    };

    public static Command Create()
    {
        Option<FileInfo> pairs = EvalOptions.File("--pairs", "One JSON object a line: {\"truth\": …, \"predicted\": …}; also ref and hyp.");
        Option<string> unit = new("--unit") { Description = "What one character is: " + string.Join(", ", Units.Keys.Take(7)) + ".", DefaultValueFactory = _ => "nfc-codepoint", HelpName = "UNIT" };
        Option<bool> ignoreSpaces = new("--ignore-spaces") { Description = "Leave spaces out (PaddleOCR)." };
        Option<bool> ignoreCase = new("--ignore-case") { Description = "Compare in lower case." };
        Option<bool> latinOnly = new("--latin-only") { Description = "Keep only 0–9, A–Z and a–z (PaddleOCR's is_filter); deletes every other script." };
        EvalPrint print = new();
        Command command = new("text", "CER, WER, exact match and edit distance of pairs of texts.");
        foreach (Option option in (Option[])[pairs, unit, ignoreSpaces, ignoreCase, latinOnly])
        {
            command.Options.Add(option);
        }

        print.AddTo(command);
        command.SetAction(parsed =>
        {
            string name = parsed.GetRequiredValue(unit).Replace('_', '-');
            if (!Units.TryGetValue(name, out TextUnit chosen))
            {
                throw new StartException($"--unit: '{name}' is none of {string.Join(", ", Units.Keys)}");
            }

            string path = parsed.GetRequiredValue(pairs).FullName;
            List<(string Truth, string Predicted)> texts = EvalFiles.Read(path, Lines);
            var evaluation = new TextEvaluation(new TextOptions { Unit = chosen, IgnoreSpaces = parsed.GetValue(ignoreSpaces), IgnoreCase = parsed.GetValue(ignoreCase), OnlyLatinLettersAndDigits = parsed.GetValue(latinOnly) });
            TextEvidence[] evidence = print.Compare(parsed, texts.Count, i => evaluation.Compare(texts[i].Truth, texts[i].Predicted));
            return print.Print(parsed, evidence.Length, weights => Numbers(evaluation.Summarize(evidence, weights.Span)), numbers =>
            {
                for (int i = 0; i < evidence.Length; i++)
                {
                    numbers.Fact($"perPair[{i}].edits", evidence[i].Characters.Edits);
                    numbers.Fact($"perPair[{i}].length", evidence[i].TruthLength);
                }
            });
        });
        return command;
    }

    private static List<(string Truth, string Predicted)> Lines(string path)
    {
        var texts = new List<(string, string)>();
        int line = 0;
        foreach (string text in File.ReadLines(path))
        {
            line++;
            if (string.IsNullOrWhiteSpace(text))
            {
                continue;
            }

            try
            {
                using JsonDocument document = JsonDocument.Parse(text);
                texts.Add((Side(document.RootElement, "truth", "ref", "reference"), Side(document.RootElement, "predicted", "hyp", "hypothesis", "prediction")));
            }
            catch (Exception error) when (error is JsonException or InvalidDataException or InvalidOperationException)
            {
                throw new InvalidDataException($"line {line}: {error.Message}");
            }
        }

        return texts;
    }

    private static string Side(JsonElement pair, params string[] names)
    {
        foreach (string name in names)
        {
            if (pair.ValueKind == JsonValueKind.Object && pair.TryGetProperty(name, out JsonElement value))
            {
                return EvalFiles.Text(value, $"\"{name}\"");
            }
        }

        throw new InvalidDataException($"there is no \"{names[0]}\"");
    }

    private static EvalNumbers Numbers(TextReport report)
    {
        EvalNumbers numbers = new();
        numbers.Fact("pairs", report.PairCount);
        numbers.Statistic("cer", report.CharacterErrorRate);
        numbers.Statistic("wer", report.WordErrorRate);
        numbers.Statistic("exactMatch", report.ExactMatch);
        numbers.Statistic("meanNormalizedEditDistance", report.MeanNormalizedEditDistance);
        numbers.Statistic("cerNormalized", report.NormalizedCharacterErrorRate);
        numbers.Statistic("cerMean", report.MeanCharacterErrorRate);
        numbers.Fact("edits", report.Edits);
        numbers.Fact("length", report.TruthLength);
        numbers.Fact("substitutions", report.Substitutions);
        numbers.Fact("deletions", report.Deletions);
        numbers.Fact("insertions", report.Insertions);
        return numbers;
    }
}
