using VisionMonitor.Vision.Families;
using VisionMonitor.Vision.Images;

namespace VisionMonitor.Vision.Models;

/// <summary>A network whose outputs are read with the help of other files: each image goes into the first network, and its reading asks the others.</summary>
internal sealed class ComposedSession : ModelSession
{
    private readonly ModelParts _parts;
    private readonly ImageNetwork _first;
    private readonly IComposedReading _reading;

    /// <summary>Opens all files.</summary>
    /// <param name="modelPath">The first network.</param>
    /// <param name="contract">The whole model's contract.</param>
    /// <param name="options">How to run every network.</param>
    /// <param name="firstFamily">The family of the first network by itself.</param>
    /// <param name="open">Opens the rest.</param>
    public ComposedSession(string modelPath, ModelContract contract, SessionOptions options, string firstFamily, Func<ModelParts, IComposedReading> open)
        : base(contract)
    {
        // A part without a file of its own is another group of the first network's outputs, after those that the contract names.
        IEnumerable<string> shared = contract.Parts?.Values.Where(part => part.File is null).SelectMany(part => part.Contract?.Outputs ?? []) ?? [];
        _first = new(modelPath, contract with { Family = firstFamily, Parts = null, Outputs = [.. contract.Outputs, .. shared] }, options);
        _parts = new(modelPath, contract, options);
        try
        {
            _reading = open(_parts);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    internal override PreparedImage Prepare(DecodedImage image) => _first.Prepare(image);

    internal override ScoredImage Score(PreparedImage? prepared, DecodedImage image, CancellationToken cancellationToken) =>
        _first.Score(prepared!, (outputs, placement) => _reading.Read(outputs, placement, image, cancellationToken), cancellationToken);

    protected override void Dispose(bool disposing)
    {
        _parts.Dispose();
        _first.Dispose();
    }
}
