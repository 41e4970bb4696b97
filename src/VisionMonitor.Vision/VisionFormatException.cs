namespace VisionMonitor.Vision;

/// <summary>A truth or prediction in JSON that cannot be used, with a stable code and a sentence.</summary>
public sealed class VisionFormatException : Exception
{
    /// <summary>Creates the refusal.</summary>
    public VisionFormatException(string code, string sentence)
        : base(sentence) => Code = code;

    /// <summary>
    /// One of <c>invalid_json</c> (which includes duplicate keys), <c>non_finite_number</c>, <c>invalid_box</c>, <c>class_index_out_of_range</c>,
    /// <c>score_out_of_range</c>.
    /// </summary>
    public string Code { get; }
}
