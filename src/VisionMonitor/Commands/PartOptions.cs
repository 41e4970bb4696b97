using System.CommandLine;
using VisionMonitor.Vision.Models;

namespace VisionMonitor.Commands;

/// <summary>The further files of a model that is more than one network, as <c>--part ROLE=FILE</c>.</summary>
internal static class PartOptions
{
    private static readonly Dictionary<string, string> _none = [];

    public static Option<string[]> Create() => new("--part")
    {
        Description = "A further file of the model by its role, as often as needed: recognition, direction, tokenizer, text, decoder, detector, instances.",
        HelpName = "ROLE=FILE",
    };

    /// <summary>The files by their role.</summary>
    /// <exception cref="ModelContractException">One is not <c>ROLE=FILE</c>, or a role comes twice.</exception>
    public static IReadOnlyDictionary<string, string> Read(string[]? given)
    {
        if (given is null or [])
        {
            return _none;
        }

        Dictionary<string, string> parts = [];
        foreach (string part in given)
        {
            string[] sides = part.Split('=', 2);
            if (sides is not [{ Length: > 0 } role, { Length: > 0 } file] || !parts.TryAdd(role, Path.GetFullPath(file)))
            {
                throw new ModelContractException("--part", $"'{part}' is not ROLE=FILE, or its role comes twice");
            }
        }

        return parts;
    }

    /// <summary>The contract with its parts' files seen from the model's folder, to be written beside the model.</summary>
    public static ModelContract Beside(ModelContract contract, string modelPath)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(modelPath))!;
        return contract.WithFiles((_, part) => Path.GetRelativePath(folder, Path.Combine(folder, part.File!)));
    }
}
