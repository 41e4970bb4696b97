using System.IO.Compression;
using System.Text;
using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Text;

namespace VisionMonitor.Vision.Tests.Text;

public sealed class BytePairTokenizerTests
{
    /// <summary>
    /// The pieces of three sentences with their numbers in CLIP's vocabulary and the pairs that join them, in CLIP's order. Numbers and order were
    /// taken from the results of OpenAI's <c>simple_tokenizer.py</c> on these sentences.
    /// </summary>
    internal const string FewPieces = """
        {
          "model": {
            "type": "BPE",
            "end_of_word_suffix": "</w>",
            "vocab": {
              "a</w>": 320, "photo</w>": 1125, "of</w>": 539, "cat</w>": 2368, "traffic</w>": 3399, "light</w>": 1395,
              "\u00ea\u00b3": 36216, "\u0142": 254, "\u00ec\u0138": 31625, "\u0133": 239, "\u00ec\u013f\u00b4</w>": 34746,
              ",</w>": 267, "don</w>": 847, "'t</w>": 713, "!</w>": 256, "<|startoftext|>": 49406, "<|endoftext|>": 49407
            },
            "merges": [
              "o n</w>", "t o</w>", "a t</w>", ["o", "f</w>"], "l i", "r a", "g h", "h o", "gh t</w>", "f i", "' t</w>", "t ra", "p ho", "d on</w>", "pho to</w>",
              "li ght</w>", "fi c</w>", "c at</w>", "tra f", "traf fic</w>", "\u00ec \u013f", "\u00ec \u0138", "\u00ec\u013f \u00b4</w>", "\u00ea \u00b3"
            ]
          }
        }
        """;

    [Theory]
    [InlineData("a photo of a cat", new long[] { 49406, 320, 1125, 539, 320, 2368, 49407, 0, 0, 0, 0, 0 })]
    [InlineData("A  photo of a\tTRAFFIC light", new long[] { 49406, 320, 1125, 539, 320, 3399, 1395, 49407, 0, 0, 0, 0 })]
    [InlineData("고양이, don't!", new long[] { 49406, 36216, 254, 31625, 239, 34746, 267, 847, 713, 256, 49407, 0 })]
    [InlineData("", new long[] { 49406, 49407, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 })]
    public void Encode_KnownSentences_GiveClipsNumbers(string text, long[] ids) =>
        BytePairTokenizer.Read(Encoding.UTF8.GetBytes(FewPieces), "tokenizer.json").Encode(text, ids.Length).ShouldBe(ids);

    [Fact]
    public void Encode_TextTooLong_KeepsItsEnd() =>
        BytePairTokenizer.Read(Encoding.UTF8.GetBytes(FewPieces), "tokenizer.json").Encode("a photo of a cat", 4).ShouldBe([49406, 320, 1125, 49407]);

    /// <summary>
    /// Worked by hand: the pairs are a+b, ab+c&lt;/w&gt;. Letters are numbered from '!' = 0, so a = 64, b = 65, c = 66, the same with a word's end 256 further;
    /// then abs = 512, abc = 513, start = 514, end = 515. "abc" is one piece; in "abb" only the first two join; "ab" has b with the word's end, so nothing joins.
    /// </summary>
    [Theory]
    [InlineData("abc", new long[] { 514, 513, 515, 0, 0 })]
    [InlineData("abb", new long[] { 514, 512, 256 + 65, 515, 0 })]
    [InlineData("ab", new long[] { 514, 64, 256 + 65, 515, 0 })]
    public void Read_ListOfPairs_NumbersFollowFromIt(string text, long[] ids)
    {
        byte[] list = "#version: 0.2\na b\nab c</w>\n"u8.ToArray();
        BytePairTokenizer.Read(list, "merges.txt").Encode(text, 5).ShouldBe(ids);

        using MemoryStream packed = new();
        using (GZipStream stream = new(packed, CompressionMode.Compress, leaveOpen: true))
        {
            stream.Write(list);
        }

        BytePairTokenizer.Read(packed.ToArray(), "bpe.txt.gz").Encode(text, 5).ShouldBe(ids);
    }

    [Theory]
    [InlineData("""{ "a": 1 }""", "vocab.json alone")]
    [InlineData("""{ "model": { "vocab": { "a": 1 }, "merges": [] } }""", "<|startoftext|>")]
    [InlineData("""{ "model": { "end_of_word_suffix": "", "vocab": {}, "merges": [] } }""", "</w>")]
    [InlineData("""{ "model": { "vocab": { "a": "b" }, "merges": [] } }""", "damaged")]
    [InlineData("{", "damaged")]
    [InlineData("one two three", "no pair")]
    [InlineData("", "no pairs")]
    public void Read_OtherFiles_AreRefusedByName(string file, string sentence)
    {
        ModelContractException refusal = Should.Throw<ModelContractException>(() => BytePairTokenizer.Read(Encoding.UTF8.GetBytes(file), "/somewhere/words.txt"));
        refusal.Message.ShouldContain(sentence);
        refusal.File.ShouldBe("words.txt");
    }
}
