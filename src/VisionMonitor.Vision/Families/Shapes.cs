using VisionMonitor.Vision.Models;

namespace VisionMonitor.Vision.Families;

/// <summary>Says what a family expected where an output has another shape.</summary>
internal static class Shapes
{
    public static void Require(OutputTensor output, bool isRight, string expected)
    {
        if (!isRight)
        {
            throw new ModelOutputException(
                "unexpected_output_shape",
                $"The output '{output.Name}' is [{string.Join(", ", output.Shape)}]; expected {expected}.");
        }
    }

    public static OutputTensor Find(ModelOutputs outputs, string expected, Func<OutputTensor, bool> fits) => outputs.Find(fits)
        ?? throw new ModelOutputException("unexpected_output_shape", $"No output of the model is {expected}.");

    public static float Sigmoid(float value) => 1 / (1 + MathF.Exp(-value));
}
