namespace VisionMonitor.Vision.Models;

/// <summary>The outputs that a family reads, in the order of the contract.</summary>
public sealed class ModelOutputs(params OutputTensor[] tensors)
{
    /// <summary>Number of outputs.</summary>
    public int Count => tensors.Length;

    /// <summary>The output at a position.</summary>
    /// <exception cref="ModelOutputException">There are fewer outputs.</exception>
    public OutputTensor this[int index] => index < tensors.Length
        ? tensors[index]
        : throw new ModelOutputException("unexpected_output_shape", $"The model has {tensors.Length} outputs; its family reads {index + 1}.");

    /// <summary>The outputs from a position on.</summary>
    public ModelOutputs From(int index) => new(tensors[Math.Min(index, tensors.Length)..]);

    /// <summary>The first output that fits, or null: for families whose exporters disagree about names and order.</summary>
    public OutputTensor? Find(Func<OutputTensor, bool> fits) => Array.Find(tensors, tensor => fits(tensor));
}
