using System.Diagnostics;
using System.Runtime.InteropServices;
using VisionMonitor.Metrics.Classification;
using VisionMonitor.Metrics.Detection;
using VisionMonitor.Metrics.Detection.Coco;
using VisionMonitor.Metrics.Segmentation;
using VisionMonitor.Metrics.Statistics;
using VisionMonitor.Metrics.Text;

namespace VisionMonitor.Benchmarks;

/// <summary>
/// CPU seconds (user and system, best of several rounds in one process, one thread) of the jobs in memory: "ruler DIR [name …]", where DIR holds what
/// golden/*/generator wrote (bbox5k_gt.json and bbox5k_dt.json, sem_*.u8, cls_*). A job whose files are absent is left out, and so are jobs not named.
/// </summary>
internal static class RulerBenchmark
{
    public static void Run(string[] arguments)
    {
        string folder = arguments[0];
        string[] wanted = arguments[1..];
        Console.WriteLine("| job | first, CPU s | best, CPU s | check |\n|---|---|---|---|");
        foreach ((string name, Action<string> run) in new (string, Action<string>)[]
        {
            ("detection", Detection), ("semantic", Semantic), ("labels", Labels), ("logits", Logits), ("text", Text),
        })
        {
            if (wanted.Length == 0 || wanted.Contains(name))
            {
                run(folder);
            }
        }
    }

    private static void Detection(string folder)
    {
        string truth = Path.Combine(folder, "bbox5k_gt.json"), predicted = Path.Combine(folder, "bbox5k_dt.json");
        if (!File.Exists(predicted))
        {
            return;
        }

        CocoDataset dataset = CocoDataset.Load(truth);
        CocoResults results = CocoResults.Load(predicted, dataset);
        CocoEvaluation evaluation = CocoEvaluation.Run(dataset, results);
        Job("bbox5k in memory: compare, sort, all arrays and numbers", 7, () => CocoEvaluation.Run(dataset, results).Accumulate().Stats[0]);

        // 100 images get the evidence of others: new predictions for them, as far as sorting and summing can tell.
        DetectionEvidence[] evidence = evaluation.Evidence.ToArray();
        (int, DetectionEvidence)[] changes = [.. Enumerable.Range(0, 100).Select(i => (i * 50, evidence[(i * 50) + 7]))];
        Job("bbox5k: refresh after 100 of 5,000 images changed, report with per-class numbers", 9, () => evaluation.Summary.With(changes).Summarize([]).AveragePrecision ?? 0);
        double[] perClass = new double[evaluation.ClassCount];
        Job("bbox5k: 100 bootstrap replicates of mAP with per-class AP", 3, () => Bootstrap.Replicates(Ones(evidence.Length), 100, 1, 1, (weights, into) => into[0] = evaluation.Summary.AveragePrecision(weights, perClass) ?? double.NaN).Average());
    }

    private static void Semantic(string folder)
    {
        if (!File.Exists(Path.Combine(folder, "sem_pred.u8")))
        {
            return;
        }

        byte[] truth = File.ReadAllBytes(Path.Combine(folder, "sem_gt.u8")), predicted = File.ReadAllBytes(Path.Combine(folder, "sem_pred.u8"));
        const int Width = 1024, Height = 512, Pixels = Width * Height;
        var evaluation = new SemanticEvaluation(19);
        Job("semantic, 500 pairs of 1024 × 512 in memory", 7, () => evaluation.Summarize([.. Enumerable.Range(0, 500).Select(i =>
            evaluation.Compare(new LabelMap(Width, Height, truth.AsMemory(i * Pixels, Pixels)), new LabelMap(Width, Height, predicted.AsMemory(i * Pixels, Pixels))))], []).MeanIntersectionOverUnion ?? 0);
    }

    private static void Labels(string folder)
    {
        string file = Path.Combine(folder, "cls_top5.i32");
        if (!File.Exists(file))
        {
            return;
        }

        int[] truth = Read<int>(Path.Combine(folder, "cls_y.i32")), top5 = Read<int>(file);
        int[] predicted = [.. Enumerable.Range(0, truth.Length).Select(i => top5[5 * i])];
        Job("1M labels × 1000 classes: all matrix metrics", 7, () =>
        {
            ClassificationReport report = ClassificationReport.FromLabels(truth, predicted, 1000);
            return report.MatthewsCorrelation!.Value + report.Kappa!.Value + report.BalancedAccuracy!.Value + report.Macro.F1!.Value + report.Weighted.F1!.Value;
        });
    }

    private static void Logits(string folder)
    {
        string file = Path.Combine(folder, "cls_logits.f32");
        if (!File.Exists(file))
        {
            return;
        }

        const int Classes = 1000;
        float[] logits = Read<float>(file);
        int[] truth = Read<int>(Path.Combine(folder, "cls_logits_y.i32"));
        var evaluation = new ClassificationEvaluation(Classes);
        Job("50k × 1000 logits, one pass: top-k, log loss, Brier, ECE and MCE", 5, () =>
        {
            var evidence = new ClassificationEvidence[truth.Length];
            for (int i = 0; i < evidence.Length; i++)
            {
                evidence[i] = evaluation.CompareLogits(truth[i], logits.AsSpan(i * Classes, Classes));
            }

            return evaluation.Summarize(evidence, []).LogLoss!.Value;
        });
        var keeping = new ClassificationEvaluation(Classes, keepProbabilities: true);
        var kept = new ClassificationEvidence[truth.Length];
        for (int i = 0; i < kept.Length; i++)
        {
            kept[i] = keeping.CompareLogits(truth[i], logits.AsSpan(i * Classes, Classes));
        }

        Job("50k × 1000 probabilities: exact one-vs-rest AUC and AP", 3, () =>
        {
            var ranking = new ClassRanking(kept);
            return Enumerable.Range(0, Classes).Average(c => ranking.Areas(c, []) is var (auc, ap) ? auc + ap : 0) ?? 0;
        });
    }

    private static void Text(string folder)
    {
        const string Letters = "abcdefghijklmnopqrstuvwxyz0123456789 ";
        var random = new Random(1);
        (string, string)[] pairs = [.. Enumerable.Range(0, 10_000).Select(i =>
        {
            char[] text = [.. Enumerable.Range(0, 40).Select(k => Letters[random.Next(Letters.Length)])];
            string truth = new(text);
            for (int k = 0; k < 4; k++)
            {
                text[random.Next(40)] = 'x';
            }

            return (truth, new string(text)[..(40 - (i % 3))]);
        })];
        Job("CER of 10k pairs of 40 characters", 9, () =>
        {
            long edits = 0, length = 0;
            foreach ((string truth, string predicted) in pairs)
            {
                edits += EditDistance.OfCodePoints(truth, predicted);
                length += truth.Length;
            }

            return (double)edits / length;
        });
        var evaluation = new TextEvaluation();
        Job("CER, WER, S/D/I, exact match of the same pairs", 5, () => evaluation.Summarize([.. pairs.Select(p => evaluation.Compare(p.Item1, p.Item2))], []).CharacterErrorRate ?? 0);
    }

    private static void Job(string name, int rounds, Func<double> work)
    {
        double first = 0, best = double.MaxValue, check = 0;
        for (int round = 0; round < rounds; round++)
        {
            double before = CpuSeconds();
            check = work();
            double seconds = CpuSeconds() - before;
            first = round == 0 ? seconds : first;
            best = Math.Min(best, seconds);
        }

        Console.WriteLine($"| {name} | {first:F4} | {best:F4} | {check:R} |");
    }

    private static T[] Read<T>(string path)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(File.ReadAllBytes(path)).ToArray();

    private static double[] Ones(int count) => [.. Enumerable.Repeat(1.0, count)];

    private static double CpuSeconds()
    {
        using var process = Process.GetCurrentProcess();
        return process.TotalProcessorTime.TotalSeconds;
    }
}
