namespace VisionMonitor.Vision.Labels;

/// <summary>A file format for labels. Writing and reading again gives equal truths.</summary>
public interface ILabelFormat
{
    /// <summary>The name on the command line.</summary>
    string Id { get; }

    /// <summary>The tasks whose truths it can be written with.</summary>
    IReadOnlyList<VisionTask> Tasks { get; }

    /// <summary>How the file is called that it writes into a folder; null: it fills the folder itself.</summary>
    string? FileName { get; }

    /// <summary>What it keeps beyond class, box and one outline; <see cref="LabelLosses"/> names the rest.</summary>
    LabelFeatures Holds { get; }

    /// <summary>Whether a path looks like this format; cheap, reads at most the first bytes.</summary>
    bool Recognizes(string path);

    /// <summary>Reads a file or folder.</summary>
    /// <exception cref="LabelFormatException">The whole is refused; single bad rows are dropped and reported instead.</exception>
    LabelRead Read(string path, LabelOptions options);

    /// <summary>Writes a file or folder.</summary>
    /// <exception cref="NotSupportedException">The format cannot hold truths of this task.</exception>
    void Write(LabelSet set, string path);
}
