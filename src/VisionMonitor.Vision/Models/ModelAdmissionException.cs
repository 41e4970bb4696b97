namespace VisionMonitor.Vision.Models;

/// <summary>A model file that is refused, with a stable code and a sentence.</summary>
public sealed class ModelAdmissionException : Exception
{
    /// <summary>Creates the refusal.</summary>
    public ModelAdmissionException(string code, string sentence)
        : base(sentence) => Code = code;

    /// <summary>
    /// One of <c>empty_file</c>, <c>file_too_large</c>, <c>not_a_model</c> (a web page, a Git LFS pointer), <c>invalid_model</c>,
    /// <c>external_data_forbidden</c>, <c>unsupported_operator</c>, <c>unsupported_opset</c>, <c>unsupported_model_signature</c>, <c>parts_do_not_fit</c>,
    /// <c>inference_failed</c>, <c>inference_timeout</c>, <c>inference_out_of_memory</c>.
    /// </summary>
    public string Code { get; }
}
