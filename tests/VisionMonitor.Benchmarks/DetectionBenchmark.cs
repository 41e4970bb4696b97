using System.Diagnostics;
using VisionMonitor.Metrics.Detection;
using VisionMonitor.Metrics.Detection.Coco;

namespace VisionMonitor.Benchmarks;

/// <summary>
/// CPU seconds of a COCO evaluation on generated files: "detection GT.json DT.json [bbox|segm]". Make the files with
/// shared/golden/detection/generator/gen.py. Each stage is printed for the cold run and for the best of the warm ones.
/// </summary>
internal static class DetectionBenchmark
{
    public static void Run(string[] arguments)
    {
        CocoTask task = arguments.Contains("segm") ? CocoTask.Masks : CocoTask.Boxes;
        int rounds = arguments.Contains("once") ? 1 : 5;
        var best = new Dictionary<string, double>();
        var cold = new Dictionary<string, double>();
        for (int round = 0; round < rounds; round++)
        {
            Measure(arguments[0], arguments[1], task, (stage, seconds) =>
            {
                cold.TryAdd(stage, seconds);
                best[stage] = Math.Min(seconds, best.GetValueOrDefault(stage, double.MaxValue));
            });
        }

        Console.WriteLine("| stage | cold CPU s | warm CPU s |\n|---|---|---|");
        foreach ((string stage, double seconds) in cold)
        {
            Console.WriteLine($"| {stage} | {seconds:F3} | {best[stage]:F3} |");
        }

        using var process = Process.GetCurrentProcess();
        Console.WriteLine($"| whole process, CPU s | {process.TotalProcessorTime.TotalSeconds:F3} | |\n| peak resident MB | {process.PeakWorkingSet64 >> 20} | |");
    }

    private static void Measure(string truthPath, string resultsPath, CocoTask task, Action<string, double> note)
    {
        double all = 0;
        T Stage<T>(string name, Func<T> work)
        {
            double before = CpuSeconds();
            T made = work();
            double seconds = CpuSeconds() - before;
            all += seconds;
            note(name, seconds);
            return made;
        }

        CocoDataset dataset = Stage("read truth", () => CocoDataset.Load(truthPath, task));
        CocoResults results = Stage("read results", () => CocoResults.Load(resultsPath, dataset));
        CocoEvaluation evaluation = Stage("compare and sort", () => CocoEvaluation.Run(dataset, results));
        CocoArrays arrays = Stage("all arrays and numbers", evaluation.Accumulate);
        note("from files to all numbers", all);
        DetectionReport report = Stage("report with best thresholds", () => evaluation.Summarize([]));
        Stage("hashes", () => arrays.PrecisionSha256() + arrays.ScoresSha256());
        int[] draws = new int[evaluation.Summary.ImageCount];
        var random = new Random(1);
        double[] weights = new double[draws.Length];
        double[] perClass = new double[evaluation.Categories.Count];
        Stage("20 bootstrap replicates", () =>
        {
            double sum = 0;
            for (int replicate = 0; replicate < 20; replicate++)
            {
                Array.Clear(weights);
                for (int i = 0; i < weights.Length; i++)
                {
                    weights[random.Next(weights.Length)]++;
                }

                sum += evaluation.Summary.AveragePrecision(weights, perClass) ?? 0;
            }

            return sum;
        });
        Stage("20 replicates of every number", () => Enumerable.Range(0, 20).Sum(_ => evaluation.Accumulate(weights).Stats[0]));
        if (report.AveragePrecision is { } ap && !_isPrinted)
        {
            _isPrinted = true;
            Console.WriteLine($"AP {ap:R}, {results.Count} results, {dataset.AnnotationCount} annotations");
        }
    }

    private static bool _isPrinted;

    private static double CpuSeconds()
    {
        using var process = Process.GetCurrentProcess();
        return process.TotalProcessorTime.TotalSeconds;
    }
}
