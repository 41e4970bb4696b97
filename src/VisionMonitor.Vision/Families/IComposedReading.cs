using VisionMonitor.Vision.Images;
using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Vision.Families;

/// <summary>Reads the outputs of a model's first network with the help of its other files.</summary>
internal interface IComposedReading
{
    /// <summary>Turns raw outputs, which are valid until it returns, into an answer in pixels of the image.</summary>
    /// <exception cref="ModelOutputException">A network answered something that cannot be a prediction.</exception>
    Prediction Read(ModelOutputs outputs, in Placement placement, DecodedImage image, CancellationToken cancellationToken);
}
