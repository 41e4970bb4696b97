namespace VisionMonitor.Vision.Models;

/// <summary>A model answered something that cannot be a prediction.</summary>
public sealed class ModelOutputException : Exception
{
    /// <summary>Creates the refusal.</summary>
    public ModelOutputException(string code, string sentence)
        : base(sentence) => Code = code;

    /// <summary><c>non_finite_output</c>, <c>unexpected_output_shape</c>, <c>inference_failed</c> or <c>inference_timeout</c>.</summary>
    public string Code { get; }
}
