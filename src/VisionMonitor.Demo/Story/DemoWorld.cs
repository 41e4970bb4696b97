using VisionMonitor.Demo.ToyWorld;
using VisionMonitor.Metrics.Detection;
using VisionMonitor.Metrics.Geometry;
using VisionMonitor.Monitoring.Ingest;
using VisionMonitor.Vision;
using VisionMonitor.Vision.Masks;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Demo.Story;

/// <summary>What the parcel hub's cameras see at a time, and the truth of it in the words of a project.</summary>
internal static class DemoWorld
{
    /// <summary>The camera whose lens slowly gets greasy. It stands where most parcels pass, so half of all pictures are its own.</summary>
    public const string SmearedCamera = "camera-6";

    private const int ReadingSide = 320;
    private const double ReadingZoom = 1.8;
    private static readonly int StuffCount = Enum.GetValues<StuffKind>().Length;
    private static readonly string[] Cameras = [SmearedCamera, "camera-1", SmearedCamera, "camera-2", SmearedCamera, "camera-3"];

    /// <summary>Who labelled, as people read it beside each truth.</summary>
    public const string TruthSource = "toy world, exact";

    /// <summary>
    /// The scene that a camera sees at a time. The same plot, time and number give the same picture.
    /// </summary>
    /// <param name="plot">When the story's turning points are; null for lenses that are always clean.</param>
    /// <param name="capturedAt">When it is taken.</param>
    /// <param name="number">Which of the pictures of that time; every second one is of the busiest camera.</param>
    public static Scene Look(DemoPlot? plot, DateTimeOffset capturedAt, int number)
    {
        SceneRandom random = new SceneRandom((ulong)capturedAt.UtcTicks).Fork((ulong)number);
        string camera = Cameras[number % Cameras.Length];
        return ToyWorldCamera.Draw(new SceneOptions
        {
            Seed = random.NextBits(),
            Camera = camera,
            HourOfDay = capturedAt.TimeOfDay.TotalHours,
            Light = random.Between(0.85, 1.15),
            ColorTemperatureKelvin = random.Between(5000, 6200),
            Noise = random.Between(1, 3),
            JpegQuality = 85 + random.Below(11),
            LensSmear = camera == SmearedCamera ? plot?.SmearAt(capturedAt) ?? 0 : 0,
        });
    }

    /// <summary>A scene as the cameras of a project see it: those that read look from nearer, so that letters are large enough. Drawn anew by each call for these.</summary>
    public static Scene SeenBy(VisionTask task, Scene scene) => task == VisionTask.Text
        ? ToyWorldCamera.Draw(scene.Options with { Width = ReadingSide, Height = ReadingSide, Zoom = ReadingZoom })
        : scene;

    /// <summary>The truth of a scene, as a project's cameras see it, as JSON.</summary>
    public static string TruthOf(Scene scene, VisionTask task)
    {
        Truth truth = task switch
        {
            VisionTask.Classification => new ClassificationTruth((int)scene.MainKind),
            VisionTask.Detection => new DetectionTruth([.. Known(scene.Truth).Select(BoxOf)]),
            VisionTask.InstanceSegmentation => new InstanceTruth([.. Known(scene.Truth).Select(item => InstanceOf(scene.Truth, item))]),
            VisionTask.SemanticSegmentation => SurfacesOf(scene.Truth),
            VisionTask.Panoptic => SegmentsOf(scene.Truth),
            VisionTask.Text => new TextTruth([.. scene.Truth.Texts.Where(text => text.VisibleShare > 0).Select(LineOf)]),
            _ => throw new ArgumentOutOfRangeException(nameof(task), task, "The demo has no project of this task."),
        };
        return truth.ToJson();
    }

    /// <summary>A scene, as a project's cameras see it, as the project gets it.</summary>
    public static IncomingImage Send(Scene scene, string clientId, DateTimeOffset capturedAt, VisionTask task, bool isLabelled = true, bool isProduction = true) =>
        new(clientId, scene.Jpeg, capturedAt, scene.Options.Camera, Truth: isLabelled ? TruthOf(scene, task) : null, TruthSource: TruthSource, IsProduction: isProduction);

    private static IEnumerable<SceneObject> Known(SceneTruth truth) => truth.Objects.Where(item => item.Kind != ObjectKinds.New);

    private static TruthInstance InstanceOf(SceneTruth truth, SceneObject item)
    {
        byte[] pixels = Array.ConvertAll(truth.InstanceMap, id => (byte)(id == item.Id ? 1 : 0));
        return new TruthInstance(BoxOf(item)) { Mask = RunLengthMask.FromPixels(truth.Height, truth.Width, pixels) };
    }

    // Surfaces first, then the kinds that models know; nobody is asked about the new kind.
    private static SemanticTruth SurfacesOf(SceneTruth truth)
    {
        int known = StuffCount + ObjectKinds.Known.Count;
        int[] classes = Array.ConvertAll(truth.SemanticMap(), index => index < known ? index : SemanticTruth.Ignored);
        return new SemanticTruth(ClassMap.From(truth.Width, truth.Height, classes));
    }

    private static PanopticTruth SegmentsOf(SceneTruth truth)
    {
        SceneSegment[] known = [.. truth.Segments.Where(segment => !segment.IsThing || segment.ClassIndex != (int)ObjectKinds.New)];
        HashSet<int> ids = [.. known.Select(segment => segment.Id)];
        int[] map = Array.ConvertAll(truth.SegmentMap, id => ids.Contains(id) ? id : 0);
        return new PanopticTruth(
            ClassMap.From(truth.Width, truth.Height, map),
            [.. known.Select(segment => new TruthSegment(segment.Id, segment.IsThing ? StuffCount + segment.ClassIndex : segment.ClassIndex))]);
    }

    private static TruthLine LineOf(PrintedText text) => new(text.Text, [.. text.Quad.SelectMany(corner => (double[])[Math.Round(corner.X, 2), Math.Round(corner.Y, 2)])], IsIgnored: !text.IsLegible);

    private static TruthBox BoxOf(SceneObject item)
    {
        BoundingBox box = new(item.Box.Left, item.Box.Top, item.Box.Right - item.Box.Left, item.Box.Bottom - item.Box.Top);
        return new TruthBox((int)item.Kind, box, item.AreaPixels);
    }
}
