using System.Collections.Concurrent;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Monitoring.DriftDetection;

/// <summary>A baseline as one version sees it: all images together, and each camera's.</summary>
/// <param name="name">Names it for calibrations: the same name means the same images.</param>
/// <param name="version">The version.</param>
/// <param name="classCount">Classes of the project.</param>
/// <param name="images">The images that have an embedding, in an order that is the same on every database.</param>
public sealed class SketchedBaseline(string name, ModelVersion version, int classCount, IReadOnlyList<BaselineImage> images)
{
    private readonly ConcurrentDictionary<string, Lazy<SketchWindows?>> _byCamera = [];

    /// <summary>Names it.</summary>
    public string Name => name;

    /// <summary>How many images there are.</summary>
    /// <param name="camera">Of this camera; empty for all.</param>
    public int CountOf(string camera) => images.Count(one => IsOf(one.Camera, camera));

    /// <summary>What windows are measured from; null where there are too few images.</summary>
    /// <inheritdoc cref="CountOf"/>
    public SketchWindows? Of(string camera) => _byCamera.GetOrAdd(
        camera, own => new Lazy<SketchWindows?>(() => CountOf(own) == 0 ? null : SketchWindows.From(version, classCount, [.. images.Where(one => IsOf(one.Camera, own))]))).Value;

    private static bool IsOf(string own, string asked) => asked.Length == 0 || own == asked;
}

/// <summary>An image of a baseline.</summary>
/// <param name="Camera">Its camera.</param>
/// <param name="CapturedAt">When it was taken.</param>
/// <param name="Sketched">What drift takes from it.</param>
public readonly record struct BaselineImage(string Camera, DateTimeOffset CapturedAt, SketchedImage Sketched);
