namespace VisionMonitor.Demo.ToyWorld;

/// <summary>One picture and everything that is true about it, both drawn from the same paths.</summary>
public sealed class Scene
{
    internal Scene(SceneOptions options, SceneTruth truth, byte[] jpeg) => (Options, Truth, Jpeg) = (options, truth, jpeg);

    public SceneOptions Options { get; }

    /// <summary>The kind of the largest object.</summary>
    public ObjectKind MainKind => Truth.MainKind;

    public byte[] Jpeg { get; }

    public SceneTruth Truth { get; }

    /// <summary>The picture before compression: RGB, row-major, height × width × 3. Drawn anew by each call.</summary>
    public byte[] Pixels() => ToyWorldCamera.DrawPixels(Options);
}
