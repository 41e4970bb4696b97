// Figures for the README are measured here, by CPU time, and printed as a table; nothing here is a test.
using VisionMonitor.Benchmarks;

switch (args)
{
    case ["detection", .. string[] rest] when rest.Length >= 2:
        DetectionBenchmark.Run(rest);
        break;
    case ["inference", .. string[] rest] when rest.Length >= 2:
        await InferenceBenchmark.RunAsync(rest);
        break;
    case ["ruler", .. string[] rest] when rest.Length >= 1:
        RulerBenchmark.Run(rest);
        break;
    case ["drift", .. string[] parts]:
        DriftBenchmark.Run(parts.Length > 0 ? parts : ["rff", "ks", "pca", "frechet", "mmd"]);
        break;
    case ["scenes", .. string[] count]:
        SceneBenchmark.Run(count.Length > 0 ? int.Parse(count[0], System.Globalization.CultureInfo.InvariantCulture) : 1000);
        break;
    case ["explain", .. string[] rest] when rest.Length >= 2:
        ExplainBenchmark.Run(rest);
        break;
    case ["estimates", .. string[] rest] when rest.Length >= 6:
        EstimateBenchmark.Run(rest);
        break;
    case ["alone", .. string[] rest] when rest.Length >= 3:
        AloneBenchmark.Run(rest);
        break;
    default:
        Console.WriteLine("usage: VisionMonitor.Benchmarks detection GT.json DT.json [bbox|segm] [once]");
        Console.WriteLine("       VisionMonitor.Benchmarks ruler DIR [detection|semantic|labels|logits|text …]");
        Console.WriteLine("       VisionMonitor.Benchmarks drift [rff|ks|pca|frechet|mmd]…");
        Console.WriteLine("       VisionMonitor.Benchmarks explain MODELS SEEDS|FIRST..END [MODEL]…");
        Console.WriteLine("       VisionMonitor.Benchmarks estimates MODELS REFERENCE WINDOW WINDOWS SEED MODEL… [varied|shifted]");
        Console.WriteLine("       VisionMonitor.Benchmarks alone MODELS BASELINES MODEL…");
        Console.WriteLine("       VisionMonitor.Benchmarks inference MODEL.onnx IMAGES [images per round]");
        Console.WriteLine("       VisionMonitor.Benchmarks scenes [count]");
        break;
}
