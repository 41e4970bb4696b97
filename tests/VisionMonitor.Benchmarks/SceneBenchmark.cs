using System.Diagnostics;
using VisionMonitor.Demo.ToyWorld;

namespace VisionMonitor.Benchmarks;

/// <summary>Scenes of the toy world that one core draws in a second of its own time: picture and JPEG, and with the whole truth.</summary>
internal static class SceneBenchmark
{
    public static void Run(int count)
    {
        Measure("warm-up", count / 4, withTruth: true);
        for (int round = 0; round < 3; round++)
        {
            Measure("picture", count, withTruth: false);
            Measure("picture and truth", count, withTruth: true);
        }
    }

    private static void Measure(string what, int count, bool withTruth)
    {
        using Process self = Process.GetCurrentProcess();
        TimeSpan before = self.TotalProcessorTime;
        for (int index = 0; index < count; index++)
        {
            Scene scene = ToyWorldCamera.Draw(new SceneOptions
            {
                Seed = (ulong)index,
                Camera = ToyWorldCamera.Cameras[index % ToyWorldCamera.Cameras.Count],
                HourOfDay = index % 24,
                LensSmear = index % 4 == 0 ? 0.5 : 0,
                Noise = 2,
            });
            if (withTruth)
            {
                _ = scene.Truth;
            }
        }

        self.Refresh();
        double seconds = (self.TotalProcessorTime - before).TotalSeconds;
        Console.WriteLine($"{what}: {count / seconds:F0} scenes/s of CPU time ({seconds / count * 1000:F2} ms each)");
    }
}
