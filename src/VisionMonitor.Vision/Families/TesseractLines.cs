using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Text;

namespace VisionMonitor.Vision.Families;

/// <summary>The program Tesseract, where it is installed; its contract is the whole model.</summary>
public sealed class TesseractLines : IComposedFamily
{
    /// <inheritdoc/>
    public string Id => "tesseract";

    /// <inheritdoc/>
    public VisionTask Task => VisionTask.Text;

    /// <inheritdoc/>
    public string? FirstFamily => null;

    /// <inheritdoc/>
    public IReadOnlyList<PartRole> Roles { get; } = [];

    /// <inheritdoc/>
    public ModelContract Complete(ModelContract contract) => contract;

    /// <inheritdoc/>
    public ModelSession Open(string modelPath, ModelContract contract, SessionOptions options) => new TesseractSession(contract, options);
}
