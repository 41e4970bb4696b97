using System.Diagnostics;
using Microsoft.ML.OnnxRuntime;
using VisionMonitor.Vision.Families;
using VisionMonitor.Vision.Images;
using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Onnx;

namespace VisionMonitor.Benchmarks;

/// <summary>
/// What decoding, preparing and reading cost on top of bare inference: rounds of bare <c>session.Run</c> and of the whole pipeline over files
/// take turns, so that a neighbour's load hits both; and the managed memory that one image allocates after a warm-up.
/// </summary>
internal static class InferenceBenchmark
{
    private const int Rounds = 7;

    /// <summary>Arguments: model, folder of images, images per round.</summary>
    public static async Task RunAsync(string[] args)
    {
        string model = args[0];
        int perRound = args.Length > 2 ? int.Parse(args[2], System.Globalization.CultureInfo.InvariantCulture) : 40;
        string beside = Path.ChangeExtension(model, ".json");
        ModelContract contract = File.Exists(beside)
            ? ModelContract.Read(beside)
            : ModelFamilies.Recognize(OnnxFile.Read(model))?.Contract ?? throw new InvalidOperationException("The model was not recognised: write a contract beside it.");
        string[] found = ImageFiles.Below(args[1]);
        string[] files = [.. Enumerable.Range(0, perRound).Select(index => found[index % found.Length])];
        using ModelSession session = ModelSession.Open(model, contract, new() { Threads = 1 });
        using BareInference bare = new(model, contract.Input);
        await ScoreAsync(session, files);
        bare.Run(perRound);

        List<double> ratios = [];
        (double fastestBare, double fastestWhole) = (0, 0);
        for (int round = 0; round < Rounds; round++)
        {
            double bareRate = Rate(perRound, Stopwatch.GetTimestamp(), () => bare.Run(perRound));
            long started = Stopwatch.GetTimestamp();
            await ScoreAsync(session, files);
            double wholeRate = perRound / Stopwatch.GetElapsedTime(started).TotalSeconds;
            ratios.Add(wholeRate / bareRate);
            (fastestBare, fastestWhole) = (Math.Max(fastestBare, bareRate), Math.Max(fastestWhole, wholeRate));
        }

        // The least of a few rounds: in others a thread met a pool for the first time.
        double allocated = double.MaxValue;
        for (int round = 0; round < 3; round++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            await ScoreAsync(session, files);
            allocated = Math.Min(allocated, (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)perRound);
        }

        ratios.Sort();
        Console.WriteLine($"{Path.GetFileName(model)}: bare {fastestBare:0.0} images/s, whole {fastestWhole:0.0} images/s, median ratio {ratios[Rounds / 2]:0.000} (of {Rounds} rounds: {ratios[0]:0.000} to {ratios[^1]:0.000})");
        Console.WriteLine($"managed memory per image after warm-up: {allocated / 1024:0.0} KB");
        PrintStages(session, files[..Math.Min(files.Length, 20)]);
    }

    /// <summary>One image at a time on one thread: where the time and the memory go. Medians.</summary>
    private static void PrintStages(ModelSession session, string[] files)
    {
        List<(double Decode, double Prepare, double Infer, double Read, double DecodeBytes, double ScoreBytes)> rows = [];
        foreach (string file in files)
        {
            byte[] bytes = File.ReadAllBytes(file);
            long started = Stopwatch.GetTimestamp();
            long before = GC.GetAllocatedBytesForCurrentThread();
            using DecodedImage image = ImageDecoder.Decode(bytes, ImageLimits.Default);
            long decoded = GC.GetAllocatedBytesForCurrentThread();
            double decode = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            StageTimes times = session.Score(image).Times;
            rows.Add((decode, times.PrepareMilliseconds, times.InferMilliseconds, times.ReadMilliseconds, decoded - before, GC.GetAllocatedBytesForCurrentThread() - decoded));
        }

        Console.WriteLine(
            $"medians: decode {Median(rows, row => row.Decode):0.00} ms, prepare {Median(rows, row => row.Prepare):0.00} ms, infer {Median(rows, row => row.Infer):0.00} ms, read {Median(rows, row => row.Read):0.00} ms; "
            + $"decoding allocates {Median(rows, row => row.DecodeBytes):0} B, scoring {Median(rows, row => row.ScoreBytes):0} B");
    }

    private static double Median<T>(List<T> rows, Func<T, double> of) => rows.Select(of).Order().ElementAt(rows.Count / 2);

    private static double Rate(int count, long started, Action work)
    {
        work();
        return count / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static async Task ScoreAsync(ModelSession session, string[] files)
    {
        await foreach (ScoredFile file in new ScoringPipeline(session).RunAsync(files, CancellationToken.None))
        {
            if (file.Scored is null)
            {
                throw new InvalidOperationException($"{file.Path}: {file.Sentence}");
            }
        }
    }

    /// <summary>The same network with the same settings on one fixed input, and nothing around it.</summary>
    private sealed class BareInference : IDisposable
    {
        private readonly InferenceSession _session;
        private readonly RunOptions _options = new();
        private readonly OrtValue _input;
        private readonly string[] _names;

        public BareInference(string model, ModelInput input)
        {
            using Microsoft.ML.OnnxRuntime.SessionOptions options = new() { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
            options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
            _session = new(model, options);
            float[] pixels = new float[input.Width * input.Height * input.Channels];
            Random random = new(1);
            for (int index = 0; index < pixels.Length; index++)
            {
                pixels[index] = random.NextSingle();
            }

            _input = OrtValue.CreateTensorValueFromMemory(pixels, [1, input.Channels, input.Height, input.Width]);
            _names = [input.Name];
        }

        public void Run(int count)
        {
            for (int run = 0; run < count; run++)
            {
                using IDisposableReadOnlyCollection<OrtValue> answers = _session.Run(_options, _names, [_input], _session.OutputNames);
            }
        }

        public void Dispose()
        {
            _input.Dispose();
            _options.Dispose();
            _session.Dispose();
        }
    }
}
