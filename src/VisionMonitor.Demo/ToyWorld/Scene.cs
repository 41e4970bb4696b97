namespace VisionMonitor.Demo.ToyWorld;

/// <summary>One picture and everything that is true about it. Truth is worked out when first asked for, from the same paths that were painted.</summary>
public sealed class Scene
{
    private readonly Lazy<SceneTruth> _truth;

    internal Scene(SceneOptions options, ObjectKind mainKind, byte[] jpeg)
    {
        (Options, MainKind, Jpeg) = (options, mainKind, jpeg);
        _truth = new Lazy<SceneTruth>(() => TruthMap.Of(options));
    }

    public SceneOptions Options { get; }

    /// <summary>The kind of the largest object, known without working out the whole truth.</summary>
    public ObjectKind MainKind { get; }

    public byte[] Jpeg { get; }

    public SceneTruth Truth => _truth.Value;

    /// <summary>The picture before compression: RGB, row-major, height × width × 3. Drawn anew by each call.</summary>
    public byte[] Pixels() => ToyWorldCamera.DrawPixels(Options);
}
