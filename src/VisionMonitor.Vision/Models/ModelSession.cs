using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;
using Microsoft.ML.OnnxRuntime;
using VisionMonitor.Vision.Families;
using VisionMonitor.Vision.Images;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Vision.Models;

/// <summary>
/// A network that is ready to score. One inference at a time: a second thread waits. Images may be prepared by other threads meanwhile;
/// their buffers are kept and used again. Never opened by a web process: a few bytes of ONNX can end the process that loads them.
/// </summary>
public sealed class ModelSession : IDisposable
{
    private readonly Lock _turn = new();
    private readonly InferenceSession _session;
    private readonly RunOptions _runOptions = new();
    private readonly IModelFamily _family;
    private readonly ConcurrentBag<PreparedImage> _idle = [];
    private readonly TensorPreparation _preparation;
    private readonly OutputReading _outputs;
    private readonly string _name;
    private bool _isDisposed;

    /// <summary>Opens a model.</summary>
    /// <param name="onnxPath">The ONNX file.</param>
    /// <param name="contract">How to feed and read it.</param>
    /// <param name="options">How to run it.</param>
    /// <exception cref="ModelContractException">The contract and the file do not fit.</exception>
    public ModelSession(string onnxPath, ModelContract contract, SessionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(contract);
        Contract = contract;
        _name = Path.GetFileName(onnxPath);
        _preparation = new(contract.Input);
        _family = ModelFamilies.Find(contract.Family)
            ?? throw new ModelContractException(_name, $"its contract names the family '{contract.Family}', which is not known; known are {string.Join(", ", ModelFamilies.All.Select(family => family.Id))}");
        _session = Open(onnxPath, _name, contract, options ?? new());
        try
        {
            InputTensors inputs = new(_session, contract.Input, _name);
            _idle.Add(new(this, inputs, _preparation));
            _outputs = new(_session, contract, _name, inputs.Batch);
        }
        catch
        {
            _session.Dispose();
            throw;
        }
    }

    /// <summary>How the model is fed and read.</summary>
    public ModelContract Contract { get; }

    /// <summary>Scores one image.</summary>
    /// <exception cref="ModelOutputException">The model answered something that cannot be a prediction.</exception>
    public ScoredImage Score(DecodedImage image) => Score(image, CancellationToken.None);

    /// <summary>Scores one image; a cancelled token ends a running inference.</summary>
    /// <exception cref="ModelOutputException">The model answered something that cannot be a prediction.</exception>
    public ScoredImage Score(DecodedImage image, CancellationToken cancellationToken)
    {
        using PreparedImage prepared = Prepare(image);
        return Score(prepared, cancellationToken);
    }

    /// <summary>Decodes and scores one encoded image.</summary>
    /// <exception cref="ImageFormatException">The bytes are not a complete image within the limits.</exception>
    /// <exception cref="ModelOutputException">The model answered something that cannot be a prediction.</exception>
    public ScoredImage Score(ReadOnlySpan<byte> encoded, ImageLimits limits, CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        using DecodedImage image = ImageDecoder.Decode(encoded, limits);
        double decoded = Milliseconds(started, Stopwatch.GetTimestamp());
        ScoredImage scored = Score(image, cancellationToken);
        return scored with { Times = scored.Times with { DecodeMilliseconds = decoded } };
    }

    /// <summary>Writes an image into a tensor; any thread may do so while another image is scored. Dispose it after scoring.</summary>
    internal PreparedImage Prepare(DecodedImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        long started = Stopwatch.GetTimestamp();
        PreparedImage prepared = _idle.TryTake(out PreparedImage? idle)
            ? idle
            : new(this, new(_session, Contract.Input, _name), _preparation);
        prepared.Fill(image);
        prepared.Milliseconds = Milliseconds(started, Stopwatch.GetTimestamp());
        return prepared;
    }

    /// <summary>Scores what <see cref="Prepare"/> wrote.</summary>
    internal ScoredImage Score(PreparedImage prepared, CancellationToken cancellationToken)
    {
        lock (_turn)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            cancellationToken.ThrowIfCancellationRequested();
            long started = Stopwatch.GetTimestamp();
            using IDisposableReadOnlyCollection<OrtValue> answers = Run(prepared.Inputs, cancellationToken);
            long inferred = Stopwatch.GetTimestamp();
            _outputs.Take(answers);
            Prediction prediction = _family.Read(_outputs.Named, Contract, prepared.Placement);
            float[]? embedding = _outputs.Embedding();
            double read = Milliseconds(inferred, Stopwatch.GetTimestamp());
            return new(prediction, embedding, new(null, prepared.Milliseconds, Milliseconds(started, inferred), read));
        }
    }

    /// <summary>Takes a prepared image's buffers back.</summary>
    internal void Return(PreparedImage prepared)
    {
        if (_isDisposed)
        {
            prepared.Inputs.Dispose();
        }
        else
        {
            _idle.Add(prepared);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_turn)
        {
            _isDisposed = true;
            while (_idle.TryTake(out PreparedImage? idle))
            {
                idle.Inputs.Dispose();
            }

            _runOptions.Dispose();
            _session.Dispose();
        }
    }

    private IDisposableReadOnlyCollection<OrtValue> Run(InputTensors inputs, CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration registration = cancellationToken.Register(() => _runOptions.Terminate = true);
        try
        {
            return _session.Run(_runOptions, inputs.Names, inputs.Values, _outputs.Names);
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

    private static InferenceSession Open(string path, string name, ModelContract contract, SessionOptions options)
    {
        byte[] model = File.ReadAllBytes(path);

        // The bytes that are hashed are the bytes that run, so a file swapped in between is noticed.
        if (contract.Sha256 is { } pinned && !pinned.Equals(Convert.ToHexStringLower(SHA256.HashData(model)), StringComparison.OrdinalIgnoreCase))
        {
            throw new ModelContractException(name, "its SHA-256 is not the one that its contract pins: it is another file");
        }

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
            return new(model, native);
        }
        catch (OnnxRuntimeException failure)
        {
            throw new ModelContractException(name, $"it cannot be opened: {failure.Message}");
        }
    }

    private static double Milliseconds(long from, long to) => Stopwatch.GetElapsedTime(from, to).TotalMilliseconds;
}
