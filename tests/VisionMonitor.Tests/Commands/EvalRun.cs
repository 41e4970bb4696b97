using System.Diagnostics;
using System.Text.Json;

namespace VisionMonitor.Tests.Commands;

/// <summary>The built executable, as a person runs it.</summary>
internal sealed record EvalRun(int Code, string Said, string Complained)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public JsonElement Json => JsonDocument.Parse(Said).RootElement;

    public static async Task<EvalRun> Of(params string[] arguments)
    {
        using Process process = Process.Start(CommandLineTests.Program(arguments))!;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        Task<string> said = process.StandardOutput.ReadToEndAsync(patience.Token), complained = process.StandardError.ReadToEndAsync(patience.Token);
        try
        {
            await process.WaitForExitAsync(patience.Token);
            return new EvalRun(process.ExitCode, await said, await complained);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{string.Join(' ', arguments)} did not end within {Patience}.");
        }
    }
}
