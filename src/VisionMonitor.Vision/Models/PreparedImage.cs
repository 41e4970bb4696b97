using VisionMonitor.Vision.Images;

namespace VisionMonitor.Vision.Models;

/// <summary>One image in a network's input; disposing gives the buffers back to its network.</summary>
internal sealed class PreparedImage(ImageNetwork network, InputTensors inputs, TensorPreparation preparation) : IDisposable
{
    public InputTensors Inputs => inputs;

    public Placement Placement { get; private set; }

    /// <summary>How long the preparation took.</summary>
    public double Milliseconds { get; set; }

    public void Fill(DecodedImage image)
    {
        Placement = preparation.PlacementOf(image.Width, image.Height);
        preparation.Fill(image, inputs.Image(Placement));
        inputs.Complete(Placement);
    }

    public void Dispose() => network.Return(this);
}
