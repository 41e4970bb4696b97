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

        if (OtherKind(bytes, start) is { } sentence)
        {
            throw new ModelAdmissionException("not_a_model", sentence);
        }
    }

    /// <summary>What a file is that people mistake for an ONNX model, by its first bytes; null where it may be one. No ONNX file begins like these.</summary>
    private static string? OtherKind(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> text) => text switch
    {
        [(byte)'<', ..] => "The file is a web page that was saved as a model: download the raw file.",
        [(byte)'{' or (byte)'[', ..] => "The file is JSON, perhaps a server's answer that was saved as a model: download the raw file.",
        [(byte)'P', (byte)'K', 3, 4, ..] or [0x80, >= 2 and <= 5, ..] => "The file is an archive or a PyTorch checkpoint: export it to ONNX.",
        [0x1F, 0x8B, ..] or [(byte)'7', (byte)'z', 0xBC, 0xAF, ..] or [(byte)'B', (byte)'Z', (byte)'h', ..] or [0x28, 0xB5, 0x2F, 0xFD, ..] => "The file is compressed: unpack it first.",
        [0x89, (byte)'H', (byte)'D', (byte)'F', ..] => "The file is a Keras model (HDF5): export it to ONNX.",
        _ when bytes is [_, _, _, _, (byte)'T', (byte)'F', (byte)'L', (byte)'3', ..] => "The file is a TensorFlow Lite model: convert it to ONNX.",
        _ when bytes is [_, _, _, _, (byte)'O', (byte)'R', (byte)'T', (byte)'M', ..] => "The file is in ONNX Runtime's own format: give the ONNX file that it was made of.",
        _ when bytes is [_, _, _, _, 0, 0, 0, 0, (byte)'{', ..] => "The file holds weights alone (safetensors): export the model to ONNX.",
        _ => null,
    };

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
