using System.Diagnostics;
using VisionMonitor.Demo.ToyWorld;

namespace VisionMonitor.Benchmarks;

/// <summary>Scenes of the toy world that one core draws in a second of its own time: picture, JPEG and the whole truth.</summary>
internal static class SceneBenchmark
{
    public static void Run(int count)
    {
        Measure("warm-up", count / 4);
        for (int round = 0; round < 5; round++)
        {
            Measure("picture and truth", count);
        }
    }

    private static void Measure(string what, int count)
    {
        using Process self = Process.GetCurrentProcess();
        TimeSpan before = self.TotalProcessorTime;
        for (int index = 0; index < count; index++)
        {
            _ = ToyWorldCamera.Draw(new SceneOptions
            {
                Seed = (ulong)index,
                Camera = ToyWorldCamera.Cameras[index % ToyWorldCamera.Cameras.Count],
                HourOfDay = index % 24,
                LensSmear = index % 4 == 0 ? 0.5 : 0,
                Noise = 2,
            });
        }

        self.Refresh();
        double seconds = (self.TotalProcessorTime - before).TotalSeconds;
        Console.WriteLine($"{what}: {count / seconds:F0} scenes/s of CPU time ({seconds / count * 1000:F2} ms each)");
    }
}
