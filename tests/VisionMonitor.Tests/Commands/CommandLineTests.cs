using System.Diagnostics;
using VisionMonitor.Commands;
using VisionMonitor.Testing;

namespace VisionMonitor.Tests.Commands;

/// <summary>The executable as a person starts it: exit codes and what it says.</summary>
public sealed class CommandLineTests
{
    [Fact]
    public void All_EachName_IsThatOfTheCommandItBuilds()
    {
        foreach (NamedCommand one in CommandLine.All.Concat(EvalCommand.All))
        {
            one.Create([]).Name.ShouldBe(one.Name);
        }
    }

    [Fact]
    public async Task Help_OfTheProgram_NamesEveryCommand()
    {
        (int code, string said, _) = await RunAsync("--help");

        code.ShouldBe(0);
        foreach (string command in (string[])["demo", "serve", "worker", "migrate"])
        {
            said.ShouldContain($"  {command} ");
        }
    }

    [Theory]
    [InlineData("serv", "Unrecognized command or argument 'serv'")]
    [InlineData("serve --prot 80", "--prot")]
    public async Task Arguments_ThatAreNotUnderstood_GiveOneLine(string arguments, string expected)
    {
        (int code, _, string complained) = await RunAsync(arguments.Split(' '));

        code.ShouldBe(2);
        complained.Trim().Split('\n').Length.ShouldBe(1, complained);
        complained.ShouldContain(expected);
    }

    [Fact]
    public async Task Serve_WithoutAWorkerAndWithoutPostgreSql_SaysWhatIsMissing()
    {
        string folder = Directory.CreateTempSubdirectory("visionmonitor-command-").FullName;
        (int code, _, string complained) = await RunAsync("serve", "--no-worker", "--data", folder);
        Directory.Delete(folder, recursive: true);

        code.ShouldBe(1);
        complained.ShouldContain("--connection");
        complained.ShouldNotContain("   at ");
    }

    [Theory]
    [InlineData("migrate")]
    [InlineData("serve")]
    [InlineData("demo")]
    public async Task Command_OnAFolderInUse_NamesTheProcessAndTheRemedy(string command)
    {
        await using Hosting.OpenDoor door = await Hosting.OpenDoor.StartAsync();

        (int code, _, string complained) = await RunAsync(command, "--data", door.Folder);

        code.ShouldBe(1);
        complained.ShouldContain($"process {Environment.ProcessId} already uses the data folder");
        complained.ShouldContain("--data");
        complained.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task Migrate_OfANewFolder_MakesTheTablesAndEnds()
    {
        string folder = Directory.CreateTempSubdirectory("visionmonitor-command-").FullName;
        (int first, string said, string complained) = await RunAsync("migrate", "--data", folder);
        (int second, string saidAgain, _) = await RunAsync("migrate", "--data", folder);
        Directory.Delete(folder, recursive: true);

        (first, second).ShouldBe((0, 0), complained);
        said.ShouldContain("migration(s) applied");
        saidAgain.ShouldContain("up to date.");
    }

    [Fact]
    public async Task Inspect_OfAModel_LeavesNoTelemetryBehind()
    {
        string folder = Directory.CreateTempSubdirectory("visionmonitor-command-").FullName;
        ProcessStartInfo start = Program("models", "inspect", SharedFolder.InRepository("models", "parcel-classifier-v1.onnx"));
        start.Environment.Remove("ORT_DISABLE_TELEMETRY");
        foreach (string home in (string[])["HOME", "XDG_CACHE_HOME", "LOCALAPPDATA"])
        {
            start.Environment[home] = folder;
        }

        (int code, string said, string complained) = await RunAsync(start);
        string[] left = Directory.GetFiles(folder, "*", SearchOption.AllDirectories);
        Directory.Delete(folder, recursive: true);

        code.ShouldBe(0, complained);
        said.ShouldContain("accepted (onnxruntime");
        left.ShouldBeEmpty();
    }

    internal static ProcessStartInfo Program(params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "visionmonitor.dll"));
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return start;
    }

    internal static async Task<(int Code, string Said, string Complained)> RunAsync(params string[] arguments) => await RunAsync(Program(arguments));

    private static async Task<(int Code, string Said, string Complained)> RunAsync(ProcessStartInfo start)
    {
        using Process process = Process.Start(start)!;
        Task<string> said = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> complained = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await said, await complained);
    }
}
