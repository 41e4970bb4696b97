namespace VisionMonitor.Vision.Families;

/// <summary>What a further file of a model is for.</summary>
/// <param name="Name">The role's name in contracts and on the command line.</param>
/// <param name="Kind">What kind of file it is.</param>
/// <param name="IsRequired">Whether the model cannot do without.</param>
public sealed record PartRole(string Name, PartKind Kind, bool IsRequired);

/// <summary>What kind of file a part is.</summary>
public enum PartKind
{
    /// <summary>An ONNX file that looks at images itself and has a contract of its own.</summary>
    Model,

    /// <summary>An ONNX file that something else than an image goes into.</summary>
    Network,

    /// <summary>No network: a vocabulary.</summary>
    File,
}
