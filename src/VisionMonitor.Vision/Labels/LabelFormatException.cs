namespace VisionMonitor.Vision.Labels;

/// <summary>A label file that is refused as a whole, with its name, line, a stable code and a sentence.</summary>
public sealed class LabelFormatException : Exception
{
    /// <summary>Creates the refusal.</summary>
    /// <param name="file">The file's name; never a path of this machine.</param>
    /// <param name="line">The line, from 1; null where lines say nothing.</param>
    /// <param name="code">A stable code such as <c>invalid_json</c>.</param>
    /// <param name="sentence">What was expected and what was found.</param>
    public LabelFormatException(string file, long? line, string code, string sentence)
        : base(line is null ? $"{file}: {sentence}" : $"{file}, line {line}: {sentence}")
    {
        File = file;
        Line = line;
        Code = code;
    }

    /// <summary>The file's name.</summary>
    public string File { get; }

    /// <summary>The line, from 1; null where lines say nothing.</summary>
    public long? Line { get; }

    /// <summary>A stable code.</summary>
    public string Code { get; }
}
