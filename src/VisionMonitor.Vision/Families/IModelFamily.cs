using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Onnx;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Vision.Families;

/// <summary>Networks that are read alike.</summary>
public interface IModelFamily
{
    /// <summary>The name in contracts.</summary>
    string Id { get; }

    /// <summary>What the family answers.</summary>
    VisionTask Task { get; }

    /// <summary>A contract for a model of this family, or null where the signature is not this family's; pure.</summary>
    ContractGuess? Recognize(OnnxSignature signature);

    /// <summary>Turns raw outputs into an answer in pixels of the image; pure.</summary>
    /// <exception cref="ModelOutputException">The outputs have not the family's shape.</exception>
    Prediction Read(ModelOutputs outputs, ModelContract contract, in Placement placement);
}
