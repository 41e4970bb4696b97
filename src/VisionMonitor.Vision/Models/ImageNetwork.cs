using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.ML.OnnxRuntime;
using VisionMonitor.Vision.Families;
using VisionMonitor.Vision.Images;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Vision.Models;

/// <summary>One network that an image goes into; the buffers of prepared images are kept and used again.</summary>
internal sealed class ImageNetwork : ModelSession
{
    private readonly Lock _turn = new();
    private readonly Network _network;
    private readonly IModelFamily _family;
    private readonly ConcurrentBag<PreparedImage> _idle = [];
    private readonly TensorPreparation _preparation;
    private readonly OutputReading _outputs;
    private readonly Func<ModelOutputs, Placement, Prediction> _read;
    private bool _isDisposed;

    public ImageNetwork(string onnxPath, ModelContract contract, SessionOptions options)
        : base(contract)
    {
        string name = Path.GetFileName(onnxPath);
        _preparation = new(contract.Input);
        _family = ModelFamilies.Find(contract.Family)
            ?? throw new ModelContractException(name, $"its contract names the family '{contract.Family}', which is not known; known are {string.Join(", ", ModelFamilies.Ids)}");
        _read = (outputs, placement) => _family.Read(outputs, Contract, placement);
        _network = new(onnxPath, contract.Sha256, options);
        try
        {
            InputTensors inputs = new(_network.Session, contract.Input, name);
            _idle.Add(new(this, inputs, _preparation));
            _outputs = new(_network.Session, contract, name, inputs.Batch);
        }
        catch
        {
            _network.Dispose();
            throw;
        }
    }

    /// <summary>The file's name, for errors.</summary>
    public string Name => _network.Name;

    internal override PreparedImage Prepare(DecodedImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        long started = Stopwatch.GetTimestamp();
        PreparedImage prepared = _idle.TryTake(out PreparedImage? idle)
            ? idle
            : new(this, new(_network.Session, Contract.Input, Name), _preparation);
        prepared.Fill(image);
        prepared.Milliseconds = Milliseconds(started, Stopwatch.GetTimestamp());
        return prepared;
    }

    internal override ScoredImage Score(PreparedImage? prepared, DecodedImage image, CancellationToken cancellationToken) =>
        Score(prepared!, _read, cancellationToken);

    /// <summary>Scores a prepared image whose outputs someone else reads, while they are valid.</summary>
    internal ScoredImage Score(PreparedImage prepared, Func<ModelOutputs, Placement, Prediction> read, CancellationToken cancellationToken)
    {
        lock (_turn)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            cancellationToken.ThrowIfCancellationRequested();
            long started = Stopwatch.GetTimestamp();
            using IDisposableReadOnlyCollection<OrtValue> answers = _network.Run(prepared.Inputs.Names, prepared.Inputs.Values, _outputs.Names, cancellationToken);
            long inferred = Stopwatch.GetTimestamp();
            _outputs.Take(answers);
            Prediction prediction = read(_outputs.Named, prepared.Placement);
            float[]? embedding = _outputs.Embedding();
            return new(prediction, embedding, new(null, prepared.Milliseconds, Milliseconds(started, inferred), Milliseconds(inferred, Stopwatch.GetTimestamp())));
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

    protected override void Dispose(bool disposing)
    {
        lock (_turn)
        {
            _isDisposed = true;
            while (_idle.TryTake(out PreparedImage? idle))
            {
                idle.Inputs.Dispose();
            }

            _network.Dispose();
        }
    }
}
