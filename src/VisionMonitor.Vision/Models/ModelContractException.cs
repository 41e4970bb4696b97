namespace VisionMonitor.Vision.Models;

/// <summary>A contract that cannot be used, with the name of the file that it does not fit and a sentence.</summary>
public sealed class ModelContractException(string file, string sentence, string code = "invalid_contract") : Exception($"{file}: {sentence}.")
{
    /// <summary>The file's name.</summary>
    public string File { get; } = file;

    /// <summary>
    /// Stable for programs: <c>invalid_contract</c>, <c>program_not_installed</c> or <c>language_not_installed</c> (of a program that reads text).
    /// </summary>
    public string Code { get; } = code;
}
