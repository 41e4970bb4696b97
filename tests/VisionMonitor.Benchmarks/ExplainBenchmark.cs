using System.Diagnostics;
using System.Globalization;
using VisionMonitor.Demo.ToyWorld;
using VisionMonitor.Metrics.Detection;
using VisionMonitor.Metrics.Geometry;
using VisionMonitor.Monitoring.DriftDetection;
using VisionMonitor.Monitoring.Evaluation;
using VisionMonitor.Monitoring.Explanation;
using VisionMonitor.Vision;
using VisionMonitor.Vision.Images;
using VisionMonitor.Vision.Images.Corruptions;
using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Predictions;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Benchmarks;

/// <summary>
/// Injects one change at medium strength into a toy-world camera whose class mix also moves, and asks the reproduction what happened. Blur, noise,
/// JPEG, light and colour are drawn by the toy world itself, before its own noise and compression; what it cannot draw is applied to its pictures.
/// </summary>
internal static class ExplainBenchmark
{
    private const int BaselineImages = 160;
    private const int WindowImages = 100;
    private const int LabelledImages = 600;
    private const int LossImages = 600;
    private const int ManyLossImages = 1500;

    private static readonly (string Id, string Text, Func<SceneOptions, SceneOptions>? Draw, double Strength)[] _injections =
    [
        ("gaussian-blur", "σ 1.8 px", options => options with { BlurSigmaPixels = 1.8 }, 0),
        ("noise", "σ 14", options => options with { Noise = 14 }, 0),
        ("jpeg", "quality 22", options => options with { JpegQuality = 22 }, 0),
        ("exposure", "light × 0.55", options => options with { Light = options.Light * 0.55 }, 0),
        ("exposure", "light × 1.4", options => options with { Light = options.Light * 1.4 }, 0),
        ("colour-temperature", "3300 K", options => options with { ColorTemperatureKelvin = 3300 }, 0),
        ("colour-temperature", "9000 K", options => options with { ColorTemperatureKelvin = 9000 }, 0),
        ("contrast", "× 0.5", null, 0.5),
        ("zoom", "× 1.35", null, 1.35),
        ("rotation", "+12°", null, 12),
        ("motion-blur", "9 px", null, 9),
        ("saturation", "× 0.35", null, 0.35),
        ("haze", "30 %", null, 0.3),
        ("letterbox", "25 %", null, 0.25),
        ("channel-swap", "", null, 1),
    ];

    public static void Run(string[] args)
    {
        string folder = args[0];
        int[] seeds = [.. args[1].Split("..").Select(end => int.Parse(end, CultureInfo.InvariantCulture))];
        (int first, int end) = seeds.Length == 1 ? (0, seeds[0]) : (seeds[0], seeds[1]);
        string[] models = args.Length > 2 ? args[2..] : ["parcel-classifier-v1", "parcel-classifier-v2", "parcel-detector-v1", "parcel-detector-v2"];
        int[] close = new int[4], held = new int[2];
        double[] error = new double[4];
        (int cases, int named, int pairs) = (0, 0, 0);
        double seconds = 0;
        Console.WriteLine("model                 injected                        named               found                explained mix  distance  next                 then                        loss predicted [interval] with the baseline's classes, by the first alone, measured on 600, on 1500");
        foreach (string model in models)
        {
            ModelContract contract = ModelContract.Read(Path.Combine(folder, model + ".json"));
            using ModelSession session = ModelSession.Open(Path.Combine(folder, model + ".onnx"), contract, new SessionOptions { Threads = 1 });
            for (int seed = first; seed < end; seed++)
            {
                string camera = ToyWorldCamera.Cameras[seed % ToyWorldCamera.Cameras.Count];
                Shot[] baseline = Shoot(contract.Task, camera, 1000 + (ulong)seed, LabelledImages, null, null, 0);
                GroupedEmbeddings whole = Embeddings(session, baseline[..BaselineImages]);
                for (int injection = 0; injection < _injections.Length; injection++)
                {
                    (string id, string text, Func<SceneOptions, SceneOptions>? draw, double strength) = _injections[injection];
                    ulong windowSeed = 5000 + (ulong)((seed * 100) + injection);
                    ICorruption? after = draw is null ? ImageCorruptions.Find(id) : null;
                    Shot[] clean = Shoot(contract.Task, camera, windowSeed, ManyLossImages, null, null, 0);
                    Shot[] window = Shoot(contract.Task, camera, windowSeed, ManyLossImages, draw, after, strength);
                    long started = Stopwatch.GetTimestamp();
                    ReproductionSearch search = new(image => GroupedEmbedding.Of(image, session.Score(image)), ImageCorruptions.All, 3);
                    Reproduction found = search.Search(whole, [.. baseline[..BaselineImages].Select(shot => (Func<DecodedImage?>)shot.Open)], Embeddings(session, window[..WindowImages]), null, CancellationToken.None);
                    seconds += Stopwatch.GetElapsedTime(started).TotalSeconds;
                    CorruptionFit best = found.Fits[0], next = found.Fits[1];
                    bool isRight = best.Corruption == id;
                    (cases, named) = (cases + 1, named + (isRight ? 1 : 0));
                    ICorruption cause = ImageCorruptions.Find(best.Corruption)!;
                    ITaskEvaluation evaluation = TaskEvaluations.Find(contract.Task)!;
                    TaskSetup setup = new(contract.Classes.Count, 0.25);
                    LabelledTrial[] trials = [.. baseline.Select(shot => new LabelledTrial(shot.Open, shot.Truth))];
                    SeenAnswer[] answers = [.. window[..LossImages].Select(shot => Said(session, shot))];
                    PredictedLoss alone = Loss([new(best.Corruption, best.Strength)], []), loss = Loss(found.Steps, answers), unmixed = Loss(found.Steps, [.. answers.Select(one => one with { Embedding = null })]);
                    double[] measured = [.. ((int[])[LossImages, ManyLossImages]).Select(count => Quality(evaluation, setup, session, window[..count]) - Quality(evaluation, setup, session, clean[..count]))];
                    double[] errors = [loss.Change!.Value - measured[0], loss.Change.Value - measured[1], alone.Change!.Value - measured[1], unmixed.Change!.Value - measured[0]];
                    for (int index = 0; index < errors.Length; index++)
                    {
                        close[index] += Math.Abs(errors[index]) <= 0.03 ? 1 : 0;
                        error[index] += Math.Abs(errors[index]);
                    }

                    held[0] += loss.Interval is { } one && one.Contains(measured[0]) ? 1 : 0;
                    held[1] += loss.Interval is { } two && two.Contains(measured[1]) ? 1 : 0;
                    string then = found.Steps.Count == 2 && found.Steps.First(step => step.Corruption != best.Corruption) is var second ? FormattableString.Invariant($"{second.Corruption} {second.Strength:0.##} {found.StepsExplained:0.00}") : "";
                    pairs += then.Length > 0 ? 1 : 0;
                    Console.WriteLine(string.Create(
                        CultureInfo.InvariantCulture,
                        $"{model,-21} {id + " " + text,-31} {(isRight ? "yes" : "NO"),-5} {best.Corruption,-19} {cause.Describe(best.Strength),-22} {best.Explained,6:0.00} {found.MixShare,6:0.00} {found.Distance,6:0.000}   {next.Corruption,-19}{next.Explained,5:0.00}   {then,-28} {100 * loss.Change,6:0.0} [{100 * loss.Interval?.Low:0.0}, {100 * loss.Interval?.High:0.0}] {100 * unmixed.Change,6:0.0} {100 * alone.Change,6:0.0}, {100 * measured[0],6:0.0} {100 * measured[1],6:0.0}"));

                    PredictedLoss Loss(IReadOnlyList<CorruptionStep> steps, IReadOnlyList<SeenAnswer> said) =>
                        PredictedLoss.Of(evaluation, setup, trials, image => SeenAnswer.Of(session.Score(image)), steps, said, 400, 1, CancellationToken.None)!;
                }
            }
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"named first: {named} of {cases}; a second step: {pairs}; predicted loss within 3 points of {LossImages} images: {close[0]}, mean error {100 * error[0] / cases:0.0}; of {ManyLossImages}: {close[1]}, {100 * error[1] / cases:0.0}; by the first corruption alone, all images alike: {close[2]}, {100 * error[2] / cases:0.0}; with the baseline's classes, of {LossImages}: {close[3]}, {100 * error[3] / cases:0.0}; interval held {held[0]} and {held[1]}; {seconds / cases:0.0} s a search"));
    }

    private static SeenAnswer Said(ModelSession session, Shot shot)
    {
        using DecodedImage image = shot.Open();
        return SeenAnswer.Of(session.Score(image));
    }

    private static Shot[] Shoot(VisionTask task, string camera, ulong seed, int count, Func<SceneOptions, SceneOptions>? draw, ICorruption? after, double strength)
    {
        // The mix of classes moves a little from window to window, as it does in life.
        double[] mix = [.. Enumerable.Range(0, ObjectKinds.Known.Count).Select(kind => 0.8 + (0.4 * ((seed * 7 + (ulong)kind * 13) % 10) / 10.0))];
        Shot[] shots = new Shot[count];
        Parallel.For(0, count, index =>
        {
            SceneOptions options = TrainingExport.Options(seed, index, isVaried: false, classMix: mix) with { Camera = camera };
            Scene scene = ToyWorldCamera.Draw(draw?.Invoke(options) ?? options);
            Truth truth = task == VisionTask.Classification
                ? new ClassificationTruth((int)scene.MainKind)
                : new DetectionTruth([.. scene.Truth.Objects.Where(item => item.Kind != ObjectKinds.New).Select(item => new TruthBox((int)item.Kind, new BoundingBox(item.Box.Left, item.Box.Top, item.Box.Right - item.Box.Left, item.Box.Bottom - item.Box.Top)))]);
            shots[index] = new Shot(scene.Jpeg, (int)scene.MainKind, truth, after, strength, (ulong)index);
        });
        return shots;
    }

    private static GroupedEmbeddings Embeddings(ModelSession session, IReadOnlyList<Shot> shots) => GroupedEmbeddings.Of(shots.Select(shot =>
    {
        using DecodedImage image = shot.Open();
        return GroupedEmbedding.Of(image, session.Score(image));
    }));

    private static double Quality(ITaskEvaluation evaluation, TaskSetup setup, ModelSession session, Shot[] shots)
    {
        byte[][] evidence = [.. shots.Select(shot => evaluation.Compare(shot.MovedTruth, Said(session, shot).Prediction, setup).Content)];
        IEvidenceSet set = evaluation.Prepare(evidence, setup);
        double[] values = new double[set.Statistics.Count];
        set.Summarize([], values);
        return values[0];
    }

    private sealed record Shot(byte[] Jpeg, int MainClass, Truth Truth, ICorruption? After, double Strength, ulong Seed)
    {
        public Truth MovedTruth => After is null ? Truth : Monitoring.Explanation.MovedTruth.Of(Truth, After, Strength, 256, 256)!;

        public DecodedImage Open()
        {
            DecodedImage image = ImageDecoder.Decode(Jpeg, ImageLimits.Default);
            if (After is null)
            {
                return image;
            }

            using (image)
            {
                return After.Apply(image, Strength, Seed);
            }
        }
    }
}
