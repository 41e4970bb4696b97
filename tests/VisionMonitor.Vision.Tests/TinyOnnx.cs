using System.Text;

namespace VisionMonitor.Vision.Tests;

/// <summary>Writes ONNX files of a few operators, byte by byte, for exports that no real model at hand shows.</summary>
internal static class TinyOnnx
{
    public const int Float = 1;
    public const int Byte = 2;
    public const int Long = 7;
    public const int Half = 10;

    /// <summary>A model that casts its input to floats and averages rows and columns away: mean per channel and image, three "scores".</summary>
    /// <param name="elementType">Type of the input's elements.</param>
    /// <param name="shape">The input's shape, four axes; a free axis is -1.</param>
    /// <param name="metadata">Keys and values of the exporter.</param>
    public static byte[] ChannelMeans(int elementType, int[] shape, params (string Key, string Value)[] metadata)
    {
        bool isLast = shape[3] == 3;
        byte[] axes = isLast ? [.. Varint(1), .. Varint(2)] : [.. Varint(2), .. Varint(3)];
        byte[] graph =
        [
            .. Field(1, Node("Cast", "image", "floats", [.. Field(1, "to"), .. Number(3, Float), .. Number(20, 2)])),
            .. Field(1, Node("Identity", "floats", "same", [])),
            .. Field(1, Node("ReduceMean", "same", "logits", [.. Field(1, "axes"), .. Field(8, axes), .. Number(20, 7)], [.. Field(1, "keepdims"), .. Number(3, 0), .. Number(20, 2)])),
            .. Field(2, "graph"),
            .. Field(11, Value("image", elementType, shape)),
            .. Field(12, Value("logits", Float, [shape[0], 3])),
        ];
        return
        [
            .. Number(1, 8),
            .. Field(7, graph),
            .. Field(8, [.. Field(1, ""), .. Number(2, 13)]),
            .. metadata.SelectMany(pair => Field(14, [.. Field(1, pair.Key), .. Field(2, pair.Value)])),
        ];
    }

    /// <summary>A model that casts its input to floats and hands it through operators without attributes.</summary>
    /// <param name="input">The input's name, type and shape.</param>
    /// <param name="output">The output's name and shape.</param>
    /// <param name="operations">Names of the operators, one after the other.</param>
    public static byte[] Chain((string Name, int ElementType, int[] Shape) input, (string Name, int[] Shape) output, params string[] operations)
    {
        List<byte[]> nodes = [Node("Cast", input.Name, "value0", [.. Field(1, "to"), .. Number(3, Float), .. Number(20, 2)])];
        foreach ((int index, string operation) in operations.Index())
        {
            nodes.Add(Node(operation, $"value{index}", $"value{index + 1}"));
        }

        nodes.Add(Node("Identity", $"value{operations.Length}", output.Name));
        byte[] graph =
        [
            .. nodes.SelectMany(node => Field(1, node)),
            .. Field(2, "graph"),
            .. Field(11, Value(input.Name, input.ElementType, input.Shape)),
            .. Field(12, Value(output.Name, Float, output.Shape)),
        ];
        return [.. Number(1, 8), .. Field(7, graph), .. Field(8, [.. Field(1, ""), .. Number(2, 13)])];
    }

    private static byte[] Node(string operation, string input, string output, params byte[][] attributes) =>
    [
        .. Field(1, input), .. Field(2, output), .. Field(4, operation), .. attributes.Where(attribute => attribute.Length > 0).SelectMany(attribute => Field(5, attribute)),
    ];

    private static byte[] Value(string name, int elementType, int[] shape)
    {
        byte[] axes = [.. shape.SelectMany(length => Field(1, length < 0 ? Field(2, "free") : Number(1, (ulong)length)))];
        return [.. Field(1, name), .. Field(2, Field(1, [.. Number(1, (ulong)elementType), .. Field(2, axes)]))];
    }

    private static byte[] Field(int number, string text) => Field(number, Encoding.UTF8.GetBytes(text));

    private static byte[] Field(int number, byte[] bytes) => [.. Varint((ulong)(number << 3 | 2)), .. Varint((ulong)bytes.Length), .. bytes];

    private static byte[] Number(int number, ulong value) => [.. Varint((ulong)(number << 3)), .. Varint(value)];

    private static byte[] Varint(ulong value)
    {
        List<byte> bytes = [];
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        return [.. bytes, (byte)value];
    }
}
