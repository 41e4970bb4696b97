using System.Diagnostics;
using System.Security.Cryptography;
using Microsoft.ML.OnnxRuntime;
using VisionMonitor.Vision.Families;
using VisionMonitor.Vision.Onnx;

namespace VisionMonitor.Vision.Models;

/// <summary>
/// The half of admission that runs in the disposable process: checks the file, loads it, runs it once on noise and writes what it
/// found as one line of JSON. A line <c>run</c> before it tells the parent that loading is done.
/// </summary>
internal static partial class ModelProbe
{
    /// <summary>Written once the model is loaded, so that the parent applies the next time limit.</summary>
    public const string RunLine = "run";

    public static AdmissionReport Inspect(string path, TextWriter progress)
    {
        OnnxSignature? signature = null;
        string? sha256 = null;
        try
        {
            if (ProgramContract(path) is { } program)
            {
                return InspectProgram(path, program);
            }

            signature = OnnxFile.Read(path);
            RefuseSignature(signature);
            using (FileStream file = File.OpenRead(path))
            {
                sha256 = Convert.ToHexStringLower(SHA256.HashData(file));
            }

            return Run(path, signature, progress) with { Sha256 = sha256 };
        }
        catch (ModelAdmissionException refusal)
        {
            return AdmissionReport.Refused(refusal.Code, refusal.Message) with { Signature = signature, Sha256 = sha256 };
        }
        catch (OnnxRuntimeException failure)
        {
            (string code, string sentence) = Explain(failure.Message);
            return AdmissionReport.Refused(code, sentence) with { Signature = signature, Sha256 = sha256 };
        }
        catch (OutOfMemoryException)
        {
            return AdmissionReport.Refused("inference_out_of_memory", "The model asks for more memory than there is.") with { Signature = signature, Sha256 = sha256 };
        }
    }

    /// <summary>The contract of a model that is no network, where the file is one; null: it is something else.</summary>
    private static ModelContract? ProgramContract(string path)
    {
        const int LargestContract = 1024 * 1024;
        try
        {
            return new FileInfo(path) is { Exists: true, Length: < LargestContract } && File.ReadAllText(path) is var text && text.TrimStart().StartsWith('{')
                && ModelContract.Parse(text) is var contract && ModelFamilies.IsProgram(contract.Family) ? contract : null;
        }
        catch (ModelContractException refusal)
        {
            // A contract that says something impossible is told what; other JSON is no model at all.
            return File.ReadAllText(path).Contains("\"family\"", StringComparison.Ordinal) ? throw new ModelAdmissionException(refusal.Code, refusal.Message) : null;
        }
    }

    private static AdmissionReport InspectProgram(string path, ModelContract contract)
    {
        try
        {
            ModelSession.Open(path, contract).Dispose();
            return new() { Sha256 = ModelQuarantine.KeyOf(path), Guess = new(contract, []), Signature = new(), Runtime = contract.Family };
        }
        catch (ModelContractException refusal)
        {
            return AdmissionReport.Refused(refusal.Code, refusal.Message);
        }
    }

    private static void RefuseSignature(OnnxSignature signature)
    {
        // The text half of CLIP takes tokens; everything else that we score takes an image.
        bool isText = signature.Inputs.Any(input => input.Name == "input_ids" && input.ElementType == "int64");
        if (signature.ImageInput is null && !isText)
        {
            throw new ModelAdmissionException(
                "unsupported_model_signature",
                $"The model has no input for an image (floats with 3 or 4 axes); it has {Describe(signature.Inputs)}.");
        }

        // An embedding of 256 channels goes into SAM's decoder.
        bool hasChannels = signature.ImageInput is not { Shape: [_, var first, _, var last] } || first is 1 or 3 or -1 or 256 || last is 1 or 3 || (last == -1 && first > 8);
        if (!hasChannels && signature.ImageInput is { } image)
        {
            throw new ModelAdmissionException("unsupported_model_signature", $"The model's input {image} has not 1 or 3 channels.");
        }
    }

    private static AdmissionReport Run(string path, OnnxSignature signature, TextWriter progress)
    {
        using Microsoft.ML.OnnxRuntime.SessionOptions options = new()
        {
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        long started = Stopwatch.GetTimestamp();
        using InferenceSession session = new(path, options);
        double loaded = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        progress.WriteLine(RunLine);
        progress.Flush();

        started = Stopwatch.GetTimestamp();
        (IReadOnlyList<OnnxTensorType> outputs, bool isFinite) = ProbeInputs.Run(session, signature);
        double ran = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        OnnxSignature seen = signature with { Outputs = outputs };
        ContractGuess? guess = ModelFamilies.Recognize(seen);
        return new()
        {
            Signature = seen,
            Guess = guess,
            Warnings = [.. isFinite ? [] : (string[])["non_finite_output"], .. guess is null ? (string[])[Composition.RoleOf(seen) is null ? "unknown_family" : "part_of_a_model"] : []],
            Runtime = RuntimeName(),
            LoadMilliseconds = loaded,
            RunMilliseconds = ran,
        };
    }

    /// <summary>The runtime and provider as they are stored with a contract.</summary>
    public static string RuntimeName() => $"onnxruntime {OrtEnv.Instance().GetVersionString()} cpu";

    internal static (string Code, string Sentence) Explain(string message)
    {
        // The runtime repeats the file's place on the server, which is nobody's business.
        string first = SourcePlace().Replace(FilePlace().Replace(message.Split('\n')[0], ""), "").Trim();
        first = first.Length <= 300 ? first : first[..300];
        if (Contains("allocate") || Contains("bad_alloc") || Contains("out of memory"))
        {
            return ("inference_out_of_memory", "The model asks for more memory than there is.");
        }

        if (Contains("Unsupported model IR version"))
        {
            return ("unsupported_opset", $"The file is of a newer version of ONNX than the runtime reads; export it for an older one: {first}");
        }

        if (Contains("opset"))
        {
            return ("unsupported_opset", $"The runtime does not know the model's operator version: {first}");
        }

        return Contains("is not a registered function/op")
            ? ("unsupported_operator", $"The runtime does not bring an operator of the model: {first}")
            : ("invalid_model", $"The runtime refuses the model: {first}");

        bool Contains(string word) => message.Contains(word, StringComparison.OrdinalIgnoreCase);
    }

    [System.Text.RegularExpressions.GeneratedRegex("Load model from .*? failed: ?")]
    private static partial System.Text.RegularExpressions.Regex FilePlace();

    // Where in the runtime's own source it happened, and what kind of failure that is there, help nobody who exports a model.
    [System.Text.RegularExpressions.GeneratedRegex(@"^\[ErrorCode:\w+\] |\S*/onnxruntime_src/\S+:\d+ .*?\)(?: const)?(?: \[with .*?\])? ")]
    private static partial System.Text.RegularExpressions.Regex SourcePlace();

    private static string Describe(IReadOnlyList<OnnxTensorType> tensors) => tensors.Count == 0 ? "none" : string.Join(", ", tensors.Take(5));
}
