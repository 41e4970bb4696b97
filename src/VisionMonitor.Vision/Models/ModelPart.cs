namespace VisionMonitor.Vision.Models;

/// <summary>A further file of a model that is more than one network: a decoder, a detector, a tokenizer.</summary>
public sealed record ModelPart
{
    /// <summary>
    /// The file; without a folder it lies beside the model's own. Null: the part is in the model's own file, as another group of its outputs.
    /// </summary>
    public string? File { get; init; }

    /// <summary>SHA-256 of the file, lower-case hexadecimal; null: not pinned.</summary>
    public string? Sha256 { get; init; }

    /// <summary>How the part is fed and read, where it looks at images itself; null for every other file.</summary>
    public ModelContract? Contract { get; init; }
}
