using System.Globalization;
using VisionMonitor.Demo.Story;
using VisionMonitor.Demo.ToyWorld;
using VisionMonitor.Metrics.Statistics;
using VisionMonitor.Monitoring.DriftDetection;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision.Images;
using VisionMonitor.Vision.Models;

namespace VisionMonitor.Benchmarks;

/// <summary>
/// How often a window alone alarms when nothing has changed, and when something has: the demo's cameras around the clock, baselines of all hours, windows of one hour. Healthy
/// windows are drawn from 120 pictures of each hour, blurred ones have the busiest camera's pictures blurred.
/// </summary>
internal static class AloneBenchmark
{
    private const int PicturesPerHour = 120;
    private const int BaselineImages = 240;
    private const double BlurSigmaPixels = 2;
    private static readonly DateTimeOffset Midnight = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);

    public static void Run(string[] args)
    {
        string folder = args[0];
        int baselines = int.Parse(args[1], CultureInfo.InvariantCulture);
        Console.WriteLine("model                 camera    images  windows  p < 0.01  at 1 in 1,000  at one a minute's budget  leading  blurred: p < 0.01  at one a minute's budget");
        foreach (string model in args[2..])
        {
            ModelContract contract = ModelContract.Read(Path.Combine(folder, model + ".json"));
            using ModelSession session = ModelSession.Open(Path.Combine(folder, model + ".onnx"), contract, new SessionOptions { Threads = 1 });
            ModelVersion version = new() { Id = 1, Name = model, Sha256 = "0", Contract = "{}" };
            Shot[][] hours = [.. Enumerable.Range(0, 24).Select(hour => Shots(session, contract, Midnight.AddHours(hour), TimeSpan.FromHours(1), PicturesPerHour, isBlurred: false))];
            Shot[][] blurred = [.. Enumerable.Range(0, 24).Select(hour => Shots(session, contract, Midnight.AddHours(hour), TimeSpan.FromHours(1), PicturesPerHour / 4, isBlurred: true))];
            foreach ((string camera, int size) in ((string, int)[])[("", 24), ("", 12), (DemoWorld.SmearedCamera, 12), (DemoWorld.SmearedCamera, 6), ("camera-1", 5), ("camera-1", 10)])
            {
                Count healthy = new(), spoiled = new();
                for (int number = 0; number < baselines; number++)
                {
                    Shot[] known = Shots(session, contract, Midnight.AddDays(-10 - number), TimeSpan.FromDays(1), BaselineImages, isBlurred: false);
                    SketchedBaseline baseline = new($"{number}", version, contract.Classes.Count, [.. known.Select(shot => new BaselineImage(shot.Image.Camera, shot.Image.CapturedAt, shot.Sketched))]);
                    DriftCalibrations calibrations = new();
                    for (int window = 0; window < 240; window++)
                    {
                        healthy.Add(Window(hours[window % 24], window), baseline, calibrations);
                        if (window % 4 == 0)
                        {
                            spoiled.Add(Window(blurred[window % 24], window), baseline, calibrations);
                        }
                    }

                    IReadOnlyList<DriftSketchRow> Window(Shot[] pool, int seed)
                    {
                        Shot[] own = [.. pool.Where(shot => camera.Length == 0 || shot.Image.Camera == camera)];
                        int[] order = [.. Enumerable.Range(0, own.Length)];
                        SplitMix64.Shuffle((ulong)((number * 1000) + seed), 0, order, Math.Min(size, own.Length));
                        return ShardSketches.Of(version, order.Take(size).Select(at => (own[at].Image, own[at].Sketched)));
                    }
                }

                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{model,-21} {(camera.Length == 0 ? "all" : camera),-9} {size,6} {healthy.Windows,8} {100.0 * healthy.Doubted / healthy.Windows,7:0.0} % {healthy.Thousandth,14} {healthy.Alarms,25}  {string.Join(", ", healthy.Leading.Select(pair => $"{pair.Key} {pair.Value}"))}  {100.0 * spoiled.Doubted / spoiled.Windows:0} %  {100.0 * spoiled.Alarms / spoiled.Windows:0} %"));
            }
        }
    }

    private static Shot[] Shots(ModelSession session, ModelContract contract, DateTimeOffset from, TimeSpan span, int count, bool isBlurred) => [.. Enumerable.Range(0, count).Select(number =>
    {
        DateTimeOffset at = from + (span * ((number + 0.5) / count));
        Scene scene = DemoWorld.Look(null, at, number);
        scene = DemoWorld.SeenBy(contract.Task, isBlurred && scene.Options.Camera == DemoWorld.SmearedCamera ? ToyWorldCamera.Draw(scene.Options with { BlurSigmaPixels = BlurSigmaPixels }) : scene);
        using DecodedImage image = ImageDecoder.Decode(scene.Jpeg, ImageLimits.Default);
        ImageProperties properties = ImageProperties.Measure(image);
        ScoredImage scored = session.Score(image);
        Image row = new()
        {
            ClientId = "", Sha256 = "", Camera = scene.Options.Camera, CapturedAt = at,
            Brightness = properties.Brightness, Contrast = properties.Contrast, Sharpness = properties.Sharpness, Saturation = properties.Saturation,
        };
        return new Shot(row, SketchedImage.Of(row, scored.Prediction, EmbeddingSet.ToBytes(scored.Embedding))!.Value);
    })];

    private sealed record Shot(Image Image, SketchedImage Sketched);

    private sealed class Count
    {
        private static readonly DriftBudget Minute = new(90, 1440, 10), Thousandth1 = new(1, 1, 1000);

        public int Windows { get; private set; }

        public int Doubted { get; private set; }

        public int Thousandth { get; private set; }

        public int Alarms { get; private set; }

        public Dictionary<string, int> Leading { get; } = [];

        public void Add(IReadOnlyList<DriftSketchRow> window, SketchedBaseline baseline, DriftCalibrations calibrations)
        {
            string camera = window.Select(row => row.Camera).Distinct().Count() == 1 ? window[0].Camera : "";
            DriftCheck rare = WindowCheck.Judge(window, baseline, TimeSpan.FromMinutes(10), camera, Minute, calibrations), often = WindowCheck.Judge(window, baseline, TimeSpan.FromMinutes(10), camera, Thousandth1, calibrations);
            Windows++;
            Doubted += rare.PValue < 0.01 ? 1 : 0;
            Thousandth += often.State == DriftState.Drifting ? 1 : 0;
            Alarms += rare.State == DriftState.Drifting ? 1 : 0;
            if (often.Reason is { } reason && often.State == DriftState.Drifting)
            {
                Leading[reason] = Leading.GetValueOrDefault(reason) + 1;
            }
        }
    }
}
