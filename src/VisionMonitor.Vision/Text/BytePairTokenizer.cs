using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using VisionMonitor.Vision.Models;

namespace VisionMonitor.Vision.Text;

/// <summary>
/// CLIP's words to numbers: lower case, split into words, digits and signs, each as UTF-8 bytes, which are joined pair by pair in the order of the
/// learned list; a word's end is part of its last piece (<c>&lt;/w&gt;</c>). The list comes from one of the files that ship with the model: <c>tokenizer.json</c>,
/// <c>merges.txt</c> or OpenAI's <c>bpe_simple_vocab_16e6.txt.gz</c>.
/// </summary>
internal sealed partial class BytePairTokenizer
{
    private const string WordEnd = "</w>";
    private const string StartToken = "<|startoftext|>";
    private const string EndToken = "<|endoftext|>";

    /// <summary>CLIP's vocabulary has 49,408 pieces: 256 bytes, the same with a word's end, these pairs, start and end. OpenAI's list is longer.</summary>
    private const int MostMerges = 49152 - 256 - 2;

    /// <summary>The largest file that is read, unpacked.</summary>
    private const int MostBytes = 32 * 1024 * 1024;

    private static readonly char[] _byteLetters = ByteLetters();

    private readonly Dictionary<string, int> _vocabulary;
    private readonly Dictionary<(string, string), int> _ranks;

    private BytePairTokenizer(Dictionary<string, int> vocabulary, IReadOnlyList<(string, string)> merges, string name)
    {
        _vocabulary = vocabulary;
        _ranks = new(merges.Count);
        foreach ((int rank, (string, string) pair) in merges.Index())
        {
            _ranks.TryAdd(pair, rank);
        }

        Start = IdOf(StartToken);
        End = IdOf(EndToken);

        long IdOf(string token) => vocabulary.TryGetValue(token, out int id) ? id : throw Refusal(name, $"it has no piece {token}, so it is not CLIP's");
    }

    /// <summary>The number that begins every text.</summary>
    public long Start { get; }

    /// <summary>The number that ends every text.</summary>
    public long End { get; }

    /// <summary>Reads a tokenizer's file.</summary>
    /// <exception cref="ModelContractException">It is none of the three files.</exception>
    public static BytePairTokenizer Read(ReadOnlySpan<byte> file, string name)
    {
        name = Path.GetFileName(name);
        byte[] bytes = file.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b]) ? Unpack(file, name) : file.ToArray();
        return bytes.AsSpan().TrimStart(" \t\r\n\uFEFF"u8) is [(byte)'{', ..] ? ReadJson(bytes, name) : ReadMerges(Encoding.UTF8.GetString(bytes), name);
    }

    /// <summary>The numbers of a text between start and end, filled with zeros; a text that is too long loses its last pieces.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="length">How many numbers there are to be, at least 2.</param>
    public long[] Encode(string text, int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 2);
        long[] ids = new long[length];
        ids[0] = Start;
        int at = 1;

        // Unicode's lower case of the Turkish capital, an i with a dot above, which the invariant culture leaves alone.
        string lower = text.Normalize(NormalizationForm.FormC).Replace("\u0130", "i\u0307", StringComparison.Ordinal).ToLowerInvariant();
        foreach (Match word in Words().Matches(lower))
        {
            foreach (string piece in Pieces(word.Value))
            {
                if (at < length - 1)
                {
                    ids[at++] = _vocabulary.GetValueOrDefault(piece, (int)End);
                }
            }
        }

        ids[at] = End;
        return ids;
    }

    private List<string> Pieces(string word)
    {
        List<string> pieces = [.. Encoding.UTF8.GetBytes(word).Select(value => _byteLetters[value].ToString())];
        pieces[^1] += WordEnd;
        while (true)
        {
            (int best, int rank) = (-1, int.MaxValue);
            for (int index = 0; index + 1 < pieces.Count; index++)
            {
                if (_ranks.TryGetValue((pieces[index], pieces[index + 1]), out int found) && found < rank)
                {
                    (best, rank) = (index, found);
                }
            }

            if (best < 0)
            {
                return pieces;
            }

            pieces[best] += pieces[best + 1];
            pieces.RemoveAt(best + 1);
        }
    }

    private static BytePairTokenizer ReadJson(byte[] json, string name)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            if (!document.RootElement.TryGetProperty("model", out JsonElement model) || !model.TryGetProperty("merges", out JsonElement merges) || !model.TryGetProperty("vocab", out JsonElement vocabulary))
            {
                throw Refusal(name, "it holds no list of pairs; take tokenizer.json or merges.txt (vocab.json alone does not say in which order pieces are joined)");
            }

            if (model.TryGetProperty("end_of_word_suffix", out JsonElement suffix) && suffix.GetString() is not WordEnd)
            {
                throw Refusal(name, "its words do not end in </w>, so it is not CLIP's");
            }

            return new(
                vocabulary.EnumerateObject().ToDictionary(piece => piece.Name, piece => piece.Value.GetInt32()),
                [.. merges.EnumerateArray().Select(pair => pair.ValueKind == JsonValueKind.Array ? (pair[0].GetString()!, pair[1].GetString()!) : Pair(pair.GetString()!, name))],
                name);
        }
        catch (Exception damage) when (damage is JsonException or InvalidOperationException or FormatException or IndexOutOfRangeException)
        {
            throw Refusal(name, $"it is damaged: {damage.Message}");
        }
    }

    /// <summary>The numbers follow from the list of pairs alone: bytes, bytes that end a word, pairs, start, end.</summary>
    private static BytePairTokenizer ReadMerges(string text, string name)
    {
        string[] lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        int header = lines is [var first, ..] && first.Contains("#version", StringComparison.Ordinal) ? 1 : 0;
        (string Left, string Right)[] merges = [.. lines.Skip(header).Take(MostMerges).Select(line => Pair(line, name))];
        if (merges.Length == 0)
        {
            throw Refusal(name, "it holds no pairs");
        }

        string[] letters = [.. VocabularyOrder().Select(letter => letter.ToString())];
        string[] pieces = [.. letters, .. letters.Select(letter => letter + WordEnd), .. merges.Select(pair => pair.Left + pair.Right), StartToken, EndToken];
        Dictionary<string, int> vocabulary = [];
        foreach ((int id, string piece) in pieces.Index())
        {
            vocabulary[piece] = id;
        }

        return new(vocabulary, merges, name);
    }

    private static (string Left, string Right) Pair(string line, string name) => line.Split(' ') is [{ Length: > 0 } left, { Length: > 0 } right]
        ? (left, right)
        : throw Refusal(name, $"'{(line.Length > 40 ? line[..40] : line)}' is no pair of pieces; take tokenizer.json, merges.txt or bpe_simple_vocab_16e6.txt.gz of the model");

    private static byte[] Unpack(ReadOnlySpan<byte> packed, string name)
    {
        using GZipStream stream = new(new MemoryStream(packed.ToArray()), CompressionMode.Decompress);
        byte[] bytes = new byte[MostBytes];
        try
        {
            int length = stream.ReadAtLeast(bytes, MostBytes, throwOnEndOfStream: false);
            return length < MostBytes ? bytes[..length] : throw Refusal(name, $"it unpacks to more than {MostBytes} bytes");
        }
        catch (InvalidDataException damage)
        {
            throw Refusal(name, $"it is damaged: {damage.Message}");
        }
    }

    /// <summary>Every byte as a letter that can be seen: printable ones stand for themselves, the others for letters from 256 on (GPT-2's table).</summary>
    private static char[] ByteLetters()
    {
        char[] letters = new char[256];
        int next = 256;
        for (int value = 0; value < 256; value++)
        {
            letters[value] = (char)(IsVisible(value) ? value : next++);
        }

        return letters;
    }

    /// <summary>The order of the single letters in the vocabulary: the visible bytes first.</summary>
    private static IEnumerable<char> VocabularyOrder() => Enumerable.Range(0, 256).OrderBy(value => IsVisible(value) ? 0 : 1).Select(value => _byteLetters[value]);

    private static bool IsVisible(int value) => value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);

    private static ModelContractException Refusal(string name, string sentence) => new(name, sentence);

    [GeneratedRegex(@"'s|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|[^\s\p{L}\p{N}]+")]
    private static partial Regex Words();
}
