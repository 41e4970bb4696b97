using System.Collections.Concurrent;
using System.Diagnostics;
using VisionMonitor.Tests.Commands;

namespace VisionMonitor.Tests.Topology;

/// <summary>Our executable as a process of its own, which a test may kill.</summary>
internal sealed class DoorProcess : IDisposable
{
    private readonly Process _process;

    public DoorProcess(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        ProcessStartInfo start = CommandLineTests.Program(arguments);
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Said.Enqueue(line.Data ?? "");
        _process.ErrorDataReceived += (_, line) => Said.Enqueue(line.Data ?? "");
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public ConcurrentQueue<string> Said { get; } = [];

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>As `kill -9`: nothing is tidied up.</summary>
    public void Kill() => _process.Kill();

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }
}
