namespace VisionMonitor.Vision.Models;

/// <summary>A contract file that cannot be used, with its name and a sentence.</summary>
public sealed class ModelContractException(string file, string sentence) : Exception($"{file}: {sentence}.")
{
    /// <summary>The contract's file name.</summary>
    public string File { get; } = file;
}
