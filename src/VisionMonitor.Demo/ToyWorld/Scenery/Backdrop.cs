using System.Collections.Concurrent;
using SkiaSharp;

namespace VisionMonitor.Demo.ToyWorld.Scenery;

/// <summary>The conveyor of one camera, drawn once per picture size: the camera is fixed, so it may cost a little.</summary>
internal sealed class Backdrop
{
    private const int CacheLimit = 64;
    private static readonly ConcurrentDictionary<(string Camera, Frame Frame), Backdrop> Cache = new();

    private Backdrop(Viewpoint view, Frame frame)
    {
        Conveyor = new Conveyor(view);
        using SKSurface surface = SKSurface.Create(frame.Pixels);
        surface.Canvas.SetMatrix(frame.Matrix);
        using Brush brush = new(surface.Canvas);
        Conveyor.Draw(brush);
        Picture = surface.Snapshot();
        NightShade = Daylight.DrawShade(frame);
    }

    public Conveyor Conveyor { get; }

    public SKImage Picture { get; }

    /// <summary>What <see cref="Daylight.Dim"/> lays over the picture.</summary>
    public byte[] NightShade { get; }

    public static Backdrop Of(Viewpoint view, Frame frame)
    {
        if (Cache.TryGetValue((view.Name, frame), out Backdrop? known))
        {
            return known;
        }

        Backdrop drawn = new(view, frame);
        return Cache.Count < CacheLimit ? Cache.GetOrAdd((view.Name, frame), drawn) : drawn;
    }
}
