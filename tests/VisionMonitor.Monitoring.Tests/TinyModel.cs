using System.Runtime.InteropServices;
using System.Text;
using VisionMonitor.Vision;
using VisionMonitor.Vision.Models;

namespace VisionMonitor.Monitoring.Tests;

/// <summary>
/// A network of three nodes, written here byte by byte so that the tests need no file: the mean colour of the image is its embedding,
/// and a 3 × 3 matrix turns it into three class scores.
/// </summary>
internal static class TinyModel
{
    /// <summary>How the network is fed.</summary>
    public static ModelContract Contract(params string[] classes) => new()
    {
        Family = "classifier",
        Task = VisionTask.Classification,
        Classes = classes,
        Input = new() { Name = "image", Width = 8, Height = 8 },
        Outputs = ["scores"],
        EmbeddingOutput = "colour",
    };

    /// <summary>The ONNX file of a network with these weights (colour × class, row-major).</summary>
    public static byte[] Onnx(float[] weights)
    {
        byte[] matrix = Message(Field(1, 3), Field(1, 3), Field(2, 1), Field(8, "weights"), Field(9, MemoryMarshal.AsBytes(weights.AsSpan()).ToArray()));
        byte[] graph = Message(
            Field(1, Node("GlobalAveragePool", ["image"], "pooled")),
            Field(1, Node("Flatten", ["pooled"], "colour")),
            Field(1, Node("MatMul", ["colour", "weights"], "scores")),
            Field(2, "tiny"),
            Field(5, matrix),
            Field(11, Value("image", 1, 3, 8, 8)),
            Field(12, Value("scores", 1, 3)),
            Field(12, Value("colour", 1, 3)));
        return Message(Field(1, 8), Field(7, graph), Field(8, Message(Field(2, 13))));
    }

    private static byte[] Node(string operation, string[] inputs, string output) =>
        Message([.. inputs.Select(input => Field(1, input)), Field(2, output), Field(3, output), Field(4, operation)]);

    private static byte[] Value(string name, params int[] shape)
    {
        byte[] dimensions = Message([.. shape.Select(length => Field(1, Message(Field(1, length))))]);
        return Message(Field(1, name), Field(2, Message(Field(1, Message(Field(1, 1), Field(2, dimensions))))));
    }

    private static byte[] Message(params byte[][] fields) => [.. fields.SelectMany(field => field)];

    private static byte[] Field(int number, long value) => [.. Varint(number << 3), .. Varint(value)];

    private static byte[] Field(int number, string text) => Field(number, Encoding.UTF8.GetBytes(text));

    private static byte[] Field(int number, byte[] content) => [.. Varint(number << 3 | 2), .. Varint(content.Length), .. content];

    private static IEnumerable<byte> Varint(long value)
    {
        for (; value >= 128; value >>= 7)
        {
            yield return (byte)(value & 127 | 128);
        }

        yield return (byte)value;
    }
}
