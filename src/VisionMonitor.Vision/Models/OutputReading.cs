using System.Numerics;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace VisionMonitor.Vision.Models;

/// <summary>The outputs that a contract names, copied out of the runtime's memory as floats and checked to be finite.</summary>
internal sealed class OutputReading
{
    private readonly OutputTensor[] _all;
    private readonly OutputTensor? _embedding;
    private readonly int _batch;

    public OutputReading(InferenceSession session, ModelContract contract, string file, int batch)
    {
        _batch = batch;
        string[] read = contract.Outputs.Count > 0
            ? [.. contract.Outputs]
            : [.. session.OutputNames.Where(name => name != contract.EmbeddingOutput)];
        List<string> names = [.. read];
        if (contract.EmbeddingOutput is { } embedding && !names.Contains(embedding))
        {
            names.Add(embedding);
        }

        foreach (string name in names.Where(name => !session.OutputMetadata.ContainsKey(name)))
        {
            throw new ModelContractException(file, $"it has no output '{name}'; it has {string.Join(", ", session.OutputNames)}");
        }

        Names = names;
        _all = [.. names.Select(name => new OutputTensor(name, [], []))];
        Named = new([.. _all[..read.Length]]);
        _embedding = contract.EmbeddingOutput is null ? null : _all[names.IndexOf(contract.EmbeddingOutput)];
    }

    public IReadOnlyList<string> Names { get; }

    public ModelOutputs Named { get; }

    public void Take(IReadOnlyList<OrtValue> answers)
    {
        for (int index = 0; index < _all.Length; index++)
        {
            Copy(answers[index], _all[index]);
        }
    }

    /// <summary>The image's vector, or null where the contract names none.</summary>
    public float[]? Embedding() => _embedding is null ? null : EmbeddingVector.Of(_embedding);

    private void Copy(OrtValue answer, OutputTensor output)
    {
        OrtTensorTypeAndShapeInfo info = answer.GetTensorTypeAndShape();
        int[] shape = Array.ConvertAll(info.Shape, length => (int)length);
        int count = checked((int)info.ElementCount);
        if (_batch > 1 && shape.Length > 0 && shape[0] == _batch)
        {
            // The image lies in the batch's first place.
            (shape[0], count) = (1, count / _batch);
        }

        Span<float> target = output.Reset(shape, count);
        switch (info.ElementDataType)
        {
            case TensorElementType.Float:
                answer.GetTensorDataAsSpan<float>()[..count].CopyTo(target);
                break;
            case TensorElementType.Float16:
                Convert(answer.GetTensorDataAsSpan<Float16>()[..count], target, value => (float)value);
                break;
            case TensorElementType.Int64:
                Convert(answer.GetTensorDataAsSpan<long>()[..count], target, value => value);
                break;
            case TensorElementType.Int32:
                Convert(answer.GetTensorDataAsSpan<int>()[..count], target, value => value);
                break;
            case TensorElementType.UInt8:
                Convert(answer.GetTensorDataAsSpan<byte>()[..count], target, value => value);
                break;
            default:
                throw new ModelOutputException("unexpected_output_shape", $"The output '{output.Name}' holds {info.ElementDataType}, which no family reads.");
        }

        if (!IsFinite(target))
        {
            throw new ModelOutputException("non_finite_output", $"The output '{output.Name}' holds NaN or infinity.");
        }
    }

    private static void Convert<T>(ReadOnlySpan<T> values, Span<float> target, Func<T, float> toFloat)
    {
        for (int index = 0; index < values.Length; index++)
        {
            target[index] = toFloat(values[index]);
        }
    }

    /// <summary>A value minus itself is 0 exactly where it is finite; sums of zeros stay 0.</summary>
    private static bool IsFinite(ReadOnlySpan<float> values)
    {
        Vector<float> sums = Vector<float>.Zero;
        ReadOnlySpan<Vector<float>> vectors = MemoryMarshal.Cast<float, Vector<float>>(values);
        foreach (Vector<float> vector in vectors)
        {
            sums += vector - vector;
        }

        float sum = Vector.Sum(sums);
        foreach (float value in values[(vectors.Length * Vector<float>.Count)..])
        {
            sum += value - value;
        }

        return sum == 0;
    }
}
