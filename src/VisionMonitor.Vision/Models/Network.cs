using System.Security.Cryptography;
using Microsoft.ML.OnnxRuntime;

namespace VisionMonitor.Vision.Models;

/// <summary>One open ONNX file, whatever its inputs are. One run at a time: callers take turns themselves.</summary>
internal sealed class Network : IDisposable
{
    private readonly RunOptions _runOptions = new();

    /// <summary>Opens a file whose SHA-256 must be <paramref name="pinned"/> where that is given.</summary>
    /// <exception cref="ModelContractException">It is another file, or the runtime refuses it.</exception>
    public Network(string path, string? pinned, SessionOptions options)
    {
        Name = Path.GetFileName(path);
        byte[] model = File.ReadAllBytes(path);

        // The bytes that are hashed are the bytes that run, so a file swapped in between is noticed.
        RefuseOther(model, pinned, Name);
        using Microsoft.ML.OnnxRuntime.SessionOptions native = new()
        {
            IntraOpNumThreads = options.Threads,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        native.AddSessionConfigEntry("session.intra_op.allow_spinning", options.AllowSpinning ? "1" : "0");
        try
        {
            Session = new(model, native);
        }
        catch (OnnxRuntimeException failure)
        {
            _runOptions.Dispose();
            throw new ModelContractException(Name, $"it cannot be opened: {failure.Message}");
        }
    }

    /// <summary>The file's name, for errors.</summary>
    public string Name { get; }

    public InferenceSession Session { get; }

    /// <summary>Refuses a file that is not the one that its contract pins.</summary>
    public static void RefuseOther(ReadOnlySpan<byte> bytes, string? pinned, string name)
    {
        if (pinned is not null && !pinned.Equals(Convert.ToHexStringLower(SHA256.HashData(bytes)), StringComparison.OrdinalIgnoreCase))
        {
            throw new ModelContractException(name, "its SHA-256 is not the one that its contract pins: it is another file");
        }
    }

    /// <summary>Runs the network; a cancelled token ends it.</summary>
    /// <exception cref="ModelOutputException">The runtime gave up.</exception>
    public IDisposableReadOnlyCollection<OrtValue> Run(IReadOnlyList<string> inputs, IReadOnlyList<OrtValue> values, IReadOnlyList<string> outputs, CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration registration = cancellationToken.Register(() => _runOptions.Terminate = true);
        try
        {
            return Session.Run(_runOptions, inputs, values, outputs);
        }
        catch (OnnxRuntimeException failure)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new ModelOutputException("inference_failed", $"The model did not run: {failure.Message}");
        }
        finally
        {
            _runOptions.Terminate = false;
        }
    }

    public void Dispose()
    {
        _runOptions.Dispose();
        Session.Dispose();
    }
}
