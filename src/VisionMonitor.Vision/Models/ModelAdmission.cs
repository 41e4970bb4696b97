using System.Diagnostics;
using System.Text.Json;

namespace VisionMonitor.Vision.Models;

/// <summary>
/// Opens a model file in a disposable process with limits on time and memory. A few hundred bytes of ONNX can end the process that
/// loads them, with nothing to catch; so only that process may die.
/// </summary>
/// <param name="executable">The program to start.</param>
/// <param name="arguments">What comes before the file's path; the program then calls <see cref="RunChild"/>.</param>
/// <param name="limits">What the model may cost.</param>
public sealed class ModelAdmission(string executable, IReadOnlyList<string> arguments, AdmissionLimits? limits = null)
{
    private static readonly TimeSpan _lookEvery = TimeSpan.FromMilliseconds(50);

    /// <summary>The variables that the child needs to start; secrets of the parent are not handed on.</summary>
    private static readonly string[] _kept = ["PATH", "HOME", "TMPDIR", "TEMP", "TMP", "SystemRoot", "LD_LIBRARY_PATH", "DOTNET_ROOT", "LANG"];

    private readonly AdmissionLimits _limits = limits ?? new();

    /// <summary>Admission by the running program itself, which then must call <see cref="RunChild"/> for these arguments.</summary>
    /// <param name="arguments">The arguments before the file's path, such as <c>models inspect-child</c>.</param>
    /// <param name="limits">What the model may cost.</param>
    public static ModelAdmission ByThisProgram(IReadOnlyList<string> arguments, AdmissionLimits? limits = null)
    {
        string program = Environment.ProcessPath ?? throw new InvalidOperationException("The running program's path is not known.");
        bool isHost = Path.GetFileNameWithoutExtension(program).Equals("dotnet", StringComparison.OrdinalIgnoreCase);
        return isHost
            ? new(program, [System.Reflection.Assembly.GetEntryAssembly()!.Location, .. arguments], limits)
            : new(program, arguments, limits);
    }

    /// <summary>The child's half: inspects one file and writes the report. Returns the exit code.</summary>
    public static int RunChild(string onnxPath, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        AdmissionReport report = ModelProbe.Inspect(onnxPath, output);
        output.WriteLine(report.ToLine());
        output.Flush();
        return 0;
    }

    /// <summary>Inspects a file. Whatever the file does, the answer is a report.</summary>
    public async Task<AdmissionReport> InspectAsync(string onnxPath, CancellationToken cancellationToken)
    {
        using Process child = Start(Path.GetFullPath(onnxPath));
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(_limits.LoadTimeout);
        Task<bool> memory = WatchMemoryAsync(child, deadline.Token);
        Task<string> complaints = child.StandardError.ReadToEndAsync(CancellationToken.None);
        bool isRunning = false;
        string? line = null;
        try
        {
            while (await child.StandardOutput.ReadLineAsync(deadline.Token) is { } next)
            {
                if (next == ModelProbe.RunLine)
                {
                    isRunning = true;
                    deadline.CancelAfter(_limits.RunTimeout);
                }
                else
                {
                    line = next;
                }
            }

            await child.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return isRunning
                ? AdmissionReport.Refused("inference_timeout", $"One inference takes longer than {_limits.RunTimeout.TotalSeconds:0.#} s.")
                : AdmissionReport.Refused("load_timeout", $"Loading takes longer than {_limits.LoadTimeout.TotalSeconds:0.#} s.");
        }
        finally
        {
            await deadline.CancelAsync();
            await EndAsync(child);
            await complaints;
        }

        return await memory
            ? AdmissionReport.Refused("inference_out_of_memory", $"The model takes more than {_limits.MaxMemoryBytes / (1024 * 1024)} MiB.")
            : Understand(line, child.ExitCode, isRunning);
    }

    private Process Start(string path)
    {
        ProcessStartInfo start = new(executable)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
            CreateNoWindow = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach (string argument in (string[])[.. arguments, path])
        {
            start.ArgumentList.Add(argument);
        }

        Dictionary<string, string?> own = _kept.Where(start.Environment.ContainsKey).ToDictionary(name => name, name => start.Environment[name]);
        start.Environment.Clear();
        foreach ((string name, string? value) in own)
        {
            start.Environment[name] = value;
        }

        // A crash must not leave a memory image of someone's model on the disk.
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        start.Environment["DOTNET_NOLOGO"] = "1";
        Process child = Process.Start(start) ?? throw new InvalidOperationException("The process for the model did not start.");
        child.StandardInput.Close();
        return child;
    }

    /// <summary>Ends the child when it holds more memory than it may; true where it did.</summary>
    private async Task<bool> WatchMemoryAsync(Process child, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(_lookEvery, cancellationToken);
                child.Refresh();
                if (child.HasExited)
                {
                    return false;
                }

                if (child.WorkingSet64 > _limits.MaxMemoryBytes)
                {
                    child.Kill(entireProcessTree: true);
                    return true;
                }
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or InvalidOperationException)
        {
            return false;
        }
    }

    private static async Task EndAsync(Process child)
    {
        if (!child.HasExited)
        {
            child.Kill(entireProcessTree: true);
        }

        await child.WaitForExitAsync(CancellationToken.None);
    }

    private static AdmissionReport Understand(string? line, int exitCode, bool isRunning)
    {
        try
        {
            if (line is not null)
            {
                return AdmissionReport.FromLine(line);
            }
        }
        catch (JsonException)
        {
            // A child that died in the middle of its report said nothing that can be used.
        }

        string stage = isRunning ? "ran" : "loaded";
        return AdmissionReport.Refused("invalid_model", $"The process that {stage} the model died (exit code {exitCode}). The file is damaged, or made to do so.");
    }
}
