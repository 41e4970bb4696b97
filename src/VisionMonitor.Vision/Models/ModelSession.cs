using System.Diagnostics;
using VisionMonitor.Vision.Families;
using VisionMonitor.Vision.Images;

namespace VisionMonitor.Vision.Models;

/// <summary>
/// A model that is ready to score: one network, several that work together, or a program. One image at a time: a second thread waits. Images may
/// be prepared by other threads meanwhile. Never opened by a web process: a few bytes of ONNX can end the process that loads them.
/// </summary>
public abstract class ModelSession : IDisposable
{
    private protected ModelSession(ModelContract contract) => Contract = contract;

    /// <summary>How the model is fed and read.</summary>
    public ModelContract Contract { get; }

    /// <summary>Opens a model.</summary>
    /// <param name="modelPath">The ONNX file; further files that the contract names without a folder lie beside it.</param>
    /// <param name="contract">How to feed and read it.</param>
    /// <param name="options">How to run it.</param>
    /// <exception cref="ModelContractException">The contract and the files do not fit.</exception>
    public static ModelSession Open(string modelPath, ModelContract contract, SessionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(contract);
        return ModelFamilies.FindComposed(contract.Family) is { } composed
            ? composed.Open(modelPath, contract, options ?? new())
            : new ImageNetwork(modelPath, contract, options ?? new());
    }

    /// <summary>Scores one image.</summary>
    /// <exception cref="ModelOutputException">The model answered something that cannot be a prediction.</exception>
    public ScoredImage Score(DecodedImage image) => Score(image, CancellationToken.None);

    /// <summary>Scores one image; a cancelled token ends a running inference.</summary>
    /// <exception cref="ModelOutputException">The model answered something that cannot be a prediction.</exception>
    public ScoredImage Score(DecodedImage image, CancellationToken cancellationToken)
    {
        using PreparedImage? prepared = Prepare(image);
        return Score(prepared, image, cancellationToken);
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

    /// <summary>
    /// Writes an image into a tensor; any thread may do so while another image is scored. Dispose it after scoring. Null where nothing can be
    /// prepared ahead.
    /// </summary>
    internal abstract PreparedImage? Prepare(DecodedImage image);

    /// <summary>Scores what <see cref="Prepare"/> wrote; <paramref name="image"/> is the same image.</summary>
    internal abstract ScoredImage Score(PreparedImage? prepared, DecodedImage image, CancellationToken cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes the networks.</summary>
    protected abstract void Dispose(bool disposing);

    private protected static double Milliseconds(long from, long to) => Stopwatch.GetElapsedTime(from, to).TotalMilliseconds;
}
