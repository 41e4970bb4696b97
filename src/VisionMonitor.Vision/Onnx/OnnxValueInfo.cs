namespace VisionMonitor.Vision.Onnx;

/// <summary>Reads the message that describes an input or output: its name, element type and shape.</summary>
internal static class OnnxValueInfo
{
    private static readonly string[] _elementTypes =
    [
        "undefined", "float", "uint8", "int8", "uint16", "int16", "int32", "int64", "string", "bool", "float16", "double", "uint32", "uint64",
        "complex64", "complex128", "bfloat16",
    ];

    public static OnnxTensorType Read(ReadOnlySpan<byte> bytes)
    {
        string name = "";
        (string type, List<int> shape) = ("undefined", []);
        ProtoReader reader = new(bytes);
        while (reader.Read())
        {
            switch (reader.Field)
            {
                case 1:
                    name = reader.Text;
                    break;
                case 2:
                    (type, shape) = ReadType(reader.Bytes);
                    break;
            }
        }

        return new(name, type, shape);
    }

    private static (string Type, List<int> Shape) ReadType(ReadOnlySpan<byte> bytes)
    {
        ProtoReader reader = new(bytes);
        while (reader.Read())
        {
            // Sequences, maps and optional values are other fields: no image goes into them.
            if (reader.Field == 1)
            {
                return ReadTensorType(reader.Bytes);
            }
        }

        return ("undefined", []);
    }

    private static (string Type, List<int> Shape) ReadTensorType(ReadOnlySpan<byte> bytes)
    {
        (string type, List<int> shape) = ("undefined", []);
        ProtoReader reader = new(bytes);
        while (reader.Read())
        {
            if (reader.Field == 1)
            {
                type = reader.Number < (ulong)_elementTypes.Length ? _elementTypes[reader.Number] : "undefined";
            }
            else if (reader.Field == 2)
            {
                ProtoReader axes = new(reader.Bytes);
                while (axes.Read())
                {
                    shape.Add(ReadAxis(axes.Bytes));
                }
            }
        }

        return (type, shape);
    }

    private static int ReadAxis(ReadOnlySpan<byte> bytes)
    {
        ProtoReader reader = new(bytes);
        int length = -1;
        while (reader.Read())
        {
            length = reader.Field == 1 && reader.Number is > 0 and <= int.MaxValue ? (int)reader.Number : length;
        }

        return length;
    }
}
