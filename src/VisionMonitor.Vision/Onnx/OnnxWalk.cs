namespace VisionMonitor.Vision.Onnx;

/// <summary>Gathers from the messages of a model what admission looks at. Field numbers are those of onnx.proto.</summary>
internal sealed class OnnxWalk
{
    private readonly Dictionary<string, List<string>> _calls = [];
    private List<string> _called = [];

    public long IrVersion { get; private set; }

    public string Producer { get; private set; } = "";

    public long Opset { get; private set; }

    public int NodeCount { get; private set; }

    public Dictionary<string, int> OperatorCounts { get; } = [];

    public int Nesting { get; private set; }

    public bool HasExternalData { get; private set; }

    public HashSet<string> OperatorDomains { get; } = [];

    public HashSet<string> FunctionDomains { get; } = [];

    public HashSet<string> Initializers { get; } = [];

    public List<OnnxTensorType> Inputs { get; } = [];

    public List<OnnxTensorType> Outputs { get; } = [];

    public Dictionary<string, string> Metadata { get; } = [];

    public void ReadModel(ReadOnlySpan<byte> bytes)
    {
        ProtoReader reader = new(bytes);
        while (reader.Read())
        {
            switch (reader.Field)
            {
                case 1:
                    IrVersion = (long)reader.Number;
                    break;
                case 2:
                    Producer = reader.Text;
                    break;
                case 7:
                    ReadGraph(reader.Bytes, depth: 0);
                    break;
                case 8:
                    ReadOpset(reader.Bytes);
                    break;
                case 14:
                    (string key, string value) = ReadPair(reader.Bytes);
                    Metadata[key] = value;
                    break;
                case 25:
                    ReadFunction(reader.Bytes);
                    break;
            }
        }
    }

    /// <summary>The longest chain of functions that call each other; a chain of thousands overflows the runtime's stack while it inlines.</summary>
    public int FunctionDepth()
    {
        Dictionary<string, int> depths = [];
        int deepest = 0;
        foreach (string function in _calls.Keys)
        {
            // Bounded by the limit of the caller, so that a circle ends as well.
            deepest = Math.Max(deepest, DepthOf(function, 0, depths));
        }

        return deepest;
    }

    private int DepthOf(string function, int above, Dictionary<string, int> depths)
    {
        const int enough = 200;
        if (above > enough)
        {
            return enough;
        }

        if (depths.TryGetValue(function, out int known))
        {
            return known;
        }

        int below = 0;
        foreach (string called in _calls[function].Where(_calls.ContainsKey))
        {
            below = Math.Max(below, DepthOf(called, above + 1, depths));
        }

        return depths[function] = Math.Min(enough, below + 1);
    }

    private void ReadGraph(ReadOnlySpan<byte> bytes, int depth)
    {
        if (!Enter(depth))
        {
            return;
        }

        ProtoReader reader = new(bytes);
        while (reader.Read())
        {
            switch (reader.Field)
            {
                case 1:
                    ReadNode(reader.Bytes, depth);
                    break;
                case 5:
                    ReadTensor(reader.Bytes, isOfGraph: depth == 0);
                    break;
                case 11 when depth == 0:
                    Inputs.Add(OnnxValueInfo.Read(reader.Bytes));
                    break;
                case 12 when depth == 0:
                    Outputs.Add(OnnxValueInfo.Read(reader.Bytes));
                    break;
                case 15:
                    ReadSparse(reader.Bytes);
                    break;
            }
        }
    }

    private bool Enter(int depth)
    {
        Nesting = Math.Max(Nesting, depth);
        return depth <= 64;
    }

    private void ReadNode(ReadOnlySpan<byte> bytes, int depth)
    {
        NodeCount++;
        (string domain, string operation) = ("", "");
        ProtoReader reader = new(bytes);
        while (reader.Read())
        {
            switch (reader.Field)
            {
                case 4:
                    operation = reader.Text;
                    break;
                case 5:
                    ReadAttribute(reader.Bytes, depth);
                    break;
                case 7:
                    domain = reader.Text;
                    break;
            }
        }

        OperatorDomains.Add(domain);
        OperatorCounts[operation] = OperatorCounts.GetValueOrDefault(operation) + 1;
        _called.Add($"{domain}:{operation}");
    }

    private void ReadAttribute(ReadOnlySpan<byte> bytes, int depth)
    {
        ProtoReader reader = new(bytes);
        while (reader.Read())
        {
            switch (reader.Field)
            {
                case 5 or 10:
                    ReadTensor(reader.Bytes, isOfGraph: false);
                    break;
                case 6 or 11:
                    ReadGraph(reader.Bytes, depth + 1);
                    break;
                case 22 or 23:
                    ReadSparse(reader.Bytes);
                    break;
            }
        }
    }

    private void ReadSparse(ReadOnlySpan<byte> bytes)
    {
        ProtoReader reader = new(bytes);
        while (reader.Read())
        {
            if (reader.Field is 1 or 2)
            {
                ReadTensor(reader.Bytes, isOfGraph: false);
            }
        }
    }

    private void ReadTensor(ReadOnlySpan<byte> bytes, bool isOfGraph)
    {
        ProtoReader reader = new(bytes);
        while (reader.Read())
        {
            switch (reader.Field)
            {
                case 8 when isOfGraph:
                    Initializers.Add(reader.Text);
                    break;
                case 13:
                case 14 when reader.Number == 1:
                    HasExternalData = true;
                    break;
            }
        }
    }

    private void ReadFunction(ReadOnlySpan<byte> bytes)
    {
        (string name, string domain) = ("", "");
        List<string> outer = _called;
        _called = [];
        ProtoReader reader = new(bytes);
        while (reader.Read())
        {
            switch (reader.Field)
            {
                case 1:
                    name = reader.Text;
                    break;
                case 7:
                    ReadNode(reader.Bytes, depth: 1);
                    break;
                case 10:
                    domain = reader.Text;
                    break;
            }
        }

        FunctionDomains.Add(domain);
        _calls[$"{domain}:{name}"] = _called;
        _called = outer;
    }

    private void ReadOpset(ReadOnlySpan<byte> bytes)
    {
        (string domain, long version) = ("", 0);
        ProtoReader reader = new(bytes);
        while (reader.Read())
        {
            domain = reader.Field == 1 ? reader.Text : domain;
            version = reader.Field == 2 ? (long)reader.Number : version;
        }

        Opset = domain is "" or "ai.onnx" ? version : Opset;
    }

    private static (string Key, string Value) ReadPair(ReadOnlySpan<byte> bytes)
    {
        (string key, string value) = ("", "");
        ProtoReader reader = new(bytes);
        while (reader.Read())
        {
            key = reader.Field == 1 ? reader.Text : key;
            value = reader.Field == 2 ? reader.Text : value;
        }

        return (key, value);
    }
}
