using VisionMonitor.Vision.Models;

namespace VisionMonitor.Vision.Onnx;

/// <summary>
/// Reads an ONNX file's signature and refuses what must never reach the runtime. An own walk over the protobuf, so that a web process
/// may do it: nothing is loaded, and nesting is bounded.
/// </summary>
public static class OnnxFile
{
    private const int MaxNesting = 32;
    private const int MaxFunctionDepth = 64;

    /// <summary>Operator sets that the runtime brings itself. No library of custom operators is ever loaded.</summary>
    private static readonly HashSet<string> _knownDomains =
    [
        "", "ai.onnx", "ai.onnx.ml", "ai.onnx.preview", "com.microsoft", "com.microsoft.nchwc", "com.microsoft.experimental", "com.ms.internal.nhwc",
    ];

    /// <summary>Reads and checks a file.</summary>
    /// <exception cref="ModelAdmissionException">The file is refused.</exception>
    public static OnnxSignature Read(string path)
    {
        FileInfo file = new(path);
        if (!file.Exists)
        {
            throw new ModelAdmissionException("file_not_found", "The model file does not exist.");
        }

        return file.Length > Array.MaxLength
            ? throw new ModelAdmissionException("file_too_large", "The model file is larger than 2 GB.")
            : Parse(File.ReadAllBytes(path));
    }

    /// <summary>Reads and checks a file's bytes.</summary>
    /// <exception cref="ModelAdmissionException">The bytes are refused.</exception>
    public static OnnxSignature Parse(ReadOnlySpan<byte> bytes)
    {
        RefuseOtherFiles(bytes);
        OnnxWalk walk = new();
        try
        {
            walk.ReadModel(bytes);
        }
        catch (InvalidDataException damage)
        {
            throw new ModelAdmissionException("invalid_model", $"The file is not a complete ONNX model: {damage.Message}.");
        }

        return Check(walk);
    }

    private static void RefuseOtherFiles(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            throw new ModelAdmissionException("empty_file", "The model file is empty.");
        }

        ReadOnlySpan<byte> start = bytes.TrimStart(" \t\r\n\uFEFF"u8);
        if (start.StartsWith("version https://git-lfs"u8))
        {
            throw new ModelAdmissionException("not_a_model", "The file is a Git LFS pointer, not the model: fetch it with 'git lfs pull'.");
        }

        if (!start.IsEmpty && start[0] == '<')
        {
            throw new ModelAdmissionException("not_a_model", "The file is a web page that was saved as a model: download the raw file.");
        }

        if (start.StartsWith("PK\u0003\u0004"u8) || start.StartsWith((ReadOnlySpan<byte>)[0x80, 0x02]))
        {
            throw new ModelAdmissionException("not_a_model", "The file is an archive or a PyTorch checkpoint: export it to ONNX.");
        }
    }

    private static OnnxSignature Check(OnnxWalk walk)
    {
        if (walk.Nesting > MaxNesting)
        {
            throw new ModelAdmissionException("invalid_model", $"The model nests branches more than {MaxNesting} deep.");
        }

        if (walk.IrVersion == 0 || walk.NodeCount == 0 || walk.Outputs.Count == 0)
        {
            throw new ModelAdmissionException("invalid_model", "The file is not an ONNX model: it has no version, no operators or no outputs.");
        }

        if (walk.HasExternalData)
        {
            throw new ModelAdmissionException("external_data_forbidden", "The model keeps weights in other files: save it as one file.");
        }

        if (walk.OperatorDomains.FirstOrDefault(domain => !_knownDomains.Contains(domain) && !walk.FunctionDomains.Contains(domain)) is { } custom)
        {
            throw new ModelAdmissionException("unsupported_operator", $"The model uses operators of '{Shorten(custom)}', which the runtime does not bring.");
        }

        if (walk.FunctionDepth() > MaxFunctionDepth)
        {
            throw new ModelAdmissionException("invalid_model", $"The model's functions call each other more than {MaxFunctionDepth} deep.");
        }

        return new()
        {
            Producer = walk.Producer,
            Opset = walk.Opset,
            Inputs = [.. walk.Inputs.Where(input => !walk.Initializers.Contains(input.Name))],
            Outputs = walk.Outputs,
            Metadata = walk.Metadata,
            NodeCount = walk.NodeCount,
            OperatorCounts = walk.OperatorCounts,
        };
    }

    private static string Shorten(string text) => text.Length <= 80 ? text : text[..80];
}
