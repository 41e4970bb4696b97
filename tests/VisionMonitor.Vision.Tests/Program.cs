using VisionMonitor.Vision.Models;

namespace VisionMonitor.Vision.Tests;

/// <summary>Runs the tests; with the arguments of the door's command it is the process in which a model may die.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args) => args switch
    {
        ["models", "inspect-child", string path] => ModelAdmission.RunChild(path, Console.Out),
        ["models", "inspect-child", string path, string contract, .. string[] pictures] => await ModelAdmission.RunChildAsync(path, contract, pictures, Console.Out, CancellationToken.None),
        ["models", "inspect-hang", ..] => Hang(),
        ["models", "inspect-late", string path] => Late(path),
        ["models", "inspect-die", ..] => 139,
        _ when args.Any(argument => argument is "-automated" or "@@") => await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args),
        _ => await Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
    };

    /// <summary>As on a machine that is busy with other things: long by the clock, little of the processor.</summary>
    private static int Late(string path)
    {
        Thread.Sleep(TimeSpan.FromSeconds(6));
        return ModelAdmission.RunChild(path, Console.Out);
    }

    private static int Hang()
    {
        using ManualResetEvent never = new(false);
        never.WaitOne();
        return 0;
    }
}
