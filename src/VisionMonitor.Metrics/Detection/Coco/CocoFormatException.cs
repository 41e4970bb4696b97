namespace VisionMonitor.Metrics.Detection.Coco;

/// <summary>A COCO file that cannot be read: says which file, which record, what is wrong and what to do.</summary>
public sealed class CocoFormatException : Exception
{
    /// <summary>An error without details.</summary>
    public CocoFormatException()
        : this("", "", "invalid_json", "The file cannot be read.")
    {
    }

    /// <summary>An error with a message only.</summary>
    public CocoFormatException(string message)
        : this("", "", "invalid_json", message)
    {
    }

    /// <summary>An error with a message and its cause.</summary>
    public CocoFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
        (File, Record, Code) = ("", "", "invalid_json");
    }

    /// <summary>An error in one record of a file.</summary>
    /// <param name="file">Name of the file.</param>
    /// <param name="record">Where in it: "annotation 7 (counted from 0)", "line 3, column 9"; may be empty.</param>
    /// <param name="code">A stable name of the kind of error, as "wrong_type".</param>
    /// <param name="problem">What is wrong and how to mend it, as sentences.</param>
    public CocoFormatException(string file, string record, string code, string problem)
        : base(string.Join(": ", new[] { file, record, problem }.Where(part => part.Length > 0)))
    {
        (File, Record, Code) = (file, record, code);
    }

    /// <summary>Name of the file.</summary>
    public string File { get; }

    /// <summary>Where in the file; may be empty.</summary>
    public string Record { get; }

    /// <summary>A stable name of the kind of error: invalid_json, wrong_type, empty_file, json_too_deep, invalid_encoding, duplicate_id, …</summary>
    public string Code { get; }
}
