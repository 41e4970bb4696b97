using System.Buffers.Binary;
using System.Runtime.InteropServices;
using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Onnx;

namespace VisionMonitor.Vision.Heads;

/// <summary>
/// Puts a head behind a backbone's embedding, in one ONNX file: the backbone's bytes stay as they are, and a few operators and one output
/// are added to its graph. Only operators whose meaning is the same in every operator set from 7 (10 for neighbours) on are used.
/// </summary>
public static class HeadGraph
{
    /// <summary>The name of the output that is added.</summary>
    public const string Output = "visionmonitor_head/probabilities";

    private const string Prefix = "visionmonitor_head/";
    private const int FloatType = 1;
    private const int LongType = 7;

    /// <summary>The merged file.</summary>
    /// <param name="backbone">The backbone's ONNX bytes.</param>
    /// <param name="embedding">Its output that is the embedding.</param>
    /// <param name="axisCount">How many axes that output has when it runs: 2, 3 (the first of a sequence is taken) or 4 (the mean of a map).</param>
    /// <param name="head">The head.</param>
    /// <exception cref="ModelAdmissionException">The backbone is no model, has no such output, or is too old for the head.</exception>
    public static byte[] Append(ReadOnlySpan<byte> backbone, string embedding, int axisCount, IHead head)
    {
        ArgumentNullException.ThrowIfNull(head);
        OnnxSignature signature = OnnxFile.Parse(backbone);
        if (signature.Outputs.All(output => output.Name != embedding))
        {
            throw new ModelAdmissionException("unsupported_model_signature", $"The backbone has no output '{embedding}'.");
        }

        int oldest = head is NeighbourHead ? 11 : 7;
        if (signature.Opset < oldest)
        {
            throw new ModelAdmissionException("unsupported_opset", $"The backbone's operator set is {signature.Opset}; the head needs {oldest}.");
        }

        ProtoWriter added = new();
        string vector = AddVector(added, embedding, axisCount);
        switch (head)
        {
            case LinearHead linear:
                AddLinear(added, vector, linear);
                break;
            case NeighbourHead neighbours:
                AddNeighbours(added, vector, neighbours);
                break;
            default:
                throw new ArgumentException($"A {head.GetType().Name} cannot be written.", nameof(head));
        }

        added.Message(12, new ProtoWriter().Text(1, Output).Message(2, new ProtoWriter().Message(1, new ProtoWriter().Number(1, FloatType).Message(2, Shape(head.ClassCount)))));
        return WithGraph(backbone, added.ToArray());
    }

    /// <summary>The embedding as floats [batch, dimension], whatever its shape and type are.</summary>
    private static string AddVector(ProtoWriter graph, string embedding, int axisCount)
    {
        AddNode(graph, "Cast", [embedding], Prefix + "floats", Attribute("to", FloatType));
        switch (axisCount)
        {
            case 2:
                return Prefix + "floats";
            case 3:
                graph.Message(5, Longs(Prefix + "first", [], [0]));
                AddNode(graph, "Gather", [Prefix + "floats", Prefix + "first"], Prefix + "vector", Attribute("axis", 1));
                return Prefix + "vector";
            case 4:
                AddNode(graph, "GlobalAveragePool", [Prefix + "floats"], Prefix + "mean");
                AddNode(graph, "Flatten", [Prefix + "mean"], Prefix + "vector", Attribute("axis", 1));
                return Prefix + "vector";
            default:
                throw new ModelAdmissionException("unsupported_model_signature", $"An embedding with {axisCount} axes is none.");
        }
    }

    private static void AddLinear(ProtoWriter graph, string vector, LinearHead head)
    {
        graph.Message(5, Floats(Prefix + "weights", [head.ClassCount, head.Dimension], head.Weights.Span));
        graph.Message(5, Floats(Prefix + "biases", [head.ClassCount], head.Biases.Span));
        AddNode(graph, "Gemm", [vector, Prefix + "weights", Prefix + "biases"], Prefix + "logits", Attribute("transB", 1));
        AddNode(graph, "Softmax", [Prefix + "logits"], Output, Attribute("axis", 1));
    }

    /// <summary>Similarities to all examples, the k largest, their classes as rows of one 1 each, and the mean of the rows.</summary>
    private static void AddNeighbours(ProtoWriter graph, string vector, NeighbourHead head)
    {
        float[] votes = new float[head.Classes.Count * head.ClassCount];
        for (int index = 0; index < head.Classes.Count; index++)
        {
            votes[index * head.ClassCount + head.Classes[index]] = 1;
        }

        float[] shares = new float[head.NeighbourCount];
        shares.AsSpan().Fill(1f / head.NeighbourCount);
        graph.Message(5, Floats(Prefix + "examples", [head.Classes.Count, head.Dimension], head.Examples.Span));
        graph.Message(5, Floats(Prefix + "none", [1], [0]));
        graph.Message(5, Floats(Prefix + "votes", [head.Classes.Count, head.ClassCount], votes));
        graph.Message(5, Floats(Prefix + "shares", [1, 1, head.NeighbourCount], shares));
        graph.Message(5, Longs(Prefix + "count", [1], [head.NeighbourCount]));
        AddNode(graph, "Gemm", [vector, Prefix + "examples", Prefix + "none"], Prefix + "similarities", Attribute("transB", 1));
        AddNode(graph, "TopK", [Prefix + "similarities", Prefix + "count"], [Prefix + "largest", Prefix + "nearest"]);
        AddNode(graph, "Gather", [Prefix + "votes", Prefix + "nearest"], Prefix + "ballots");
        AddNode(graph, "MatMul", [Prefix + "shares", Prefix + "ballots"], Prefix + "counted");
        AddNode(graph, "Flatten", [Prefix + "counted"], Output, Attribute("axis", 1));
    }

    /// <summary>The model with more fields at the end of its graph.</summary>
    private static byte[] WithGraph(ReadOnlySpan<byte> model, byte[] added)
    {
        ProtoWriter merged = new();
        ProtoReader reader = new(model);
        while (reader.Read())
        {
            if (reader.Field == 7)
            {
                merged.Message(7, new ProtoWriter().Raw(reader.Bytes).Raw(added));
            }
            else
            {
                merged.Raw(reader.Whole);
            }
        }

        return merged.ToArray();
    }

    private static void AddNode(ProtoWriter graph, string operation, string[] inputs, string output, params ProtoWriter[] attributes) => AddNode(graph, operation, inputs, [output], attributes);

    private static void AddNode(ProtoWriter graph, string operation, string[] inputs, string[] outputs, params ProtoWriter[] attributes)
    {
        ProtoWriter node = new();
        Array.ForEach(inputs, input => node.Text(1, input));
        Array.ForEach(outputs, output => node.Text(2, output));
        node.Text(3, outputs[0] + "/" + operation).Text(4, operation);
        Array.ForEach(attributes, attribute => node.Message(5, attribute));
        graph.Message(1, node);
    }

    private static ProtoWriter Attribute(string name, long value) => new ProtoWriter().Text(1, name).Number(3, (ulong)value).Number(20, 2);

    private static ProtoWriter Shape(int classCount) =>
        new ProtoWriter().Message(1, new ProtoWriter().Text(2, Prefix + "batch")).Message(1, new ProtoWriter().Number(1, (ulong)classCount));

    private static ProtoWriter Floats(string name, int[] shape, ReadOnlySpan<float> values)
    {
        byte[] raw = new byte[values.Length * sizeof(float)];
        for (int at = 0; at < values.Length; at++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(raw.AsSpan(at * sizeof(float)), values[at]);
        }

        return Tensor(name, FloatType, shape, raw);
    }

    private static ProtoWriter Longs(string name, int[] shape, ReadOnlySpan<long> values) => Tensor(name, LongType, shape, MemoryMarshal.AsBytes(values));

    private static ProtoWriter Tensor(string name, int type, int[] shape, ReadOnlySpan<byte> raw)
    {
        ProtoWriter tensor = new();
        Array.ForEach(shape, length => tensor.Number(1, (ulong)length));
        return tensor.Number(2, (ulong)type).Text(8, name).Bytes(9, raw);
    }
}
