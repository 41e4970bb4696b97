namespace VisionMonitor.Vision.Models;

/// <summary>One output of a network as 32-bit floats, whatever its own type was. Valid until the next inference of its session.</summary>
public sealed class OutputTensor
{
    private float[] _values;
    private int _length;

    /// <summary>An output with these values, for tests and for outputs that were recorded.</summary>
    public OutputTensor(string name, IReadOnlyList<int> shape, float[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        Name = name;
        Shape = shape;
        _values = values;
        _length = values.Length;
    }

    /// <summary>The output's name in the graph.</summary>
    public string Name { get; }

    /// <summary>The length of every axis.</summary>
    public IReadOnlyList<int> Shape { get; private set; }

    /// <summary>The values, last axis fastest.</summary>
    public ReadOnlySpan<float> Values => _values.AsSpan(0, _length);

    /// <summary>Makes room for a new answer and returns where to write it; keeps its buffer while it is long enough.</summary>
    internal Span<float> Reset(int[] shape, int length)
    {
        if (_values.Length < length)
        {
            _values = GC.AllocateUninitializedArray<float>(length);
        }

        Shape = shape;
        _length = length;
        return _values.AsSpan(0, length);
    }
}
