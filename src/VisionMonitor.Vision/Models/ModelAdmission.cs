using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using VisionMonitor.Vision.Families;

namespace VisionMonitor.Vision.Models;

/// <summary>
/// Opens a model file in a disposable process with limits on time and memory. A few hundred bytes of ONNX can end the process that
/// loads them, with nothing to catch; so only that process may die.
/// </summary>
/// <param name="executable">The program to start.</param>
/// <param name="arguments">
/// What comes before the file's path; the program then calls <see cref="RunChild"/>, or <see cref="RunChildAsync"/> where a contract and
/// pictures follow the path.
/// </param>
/// <param name="limits">What the model may cost.</param>
/// <param name="quarantine">Remembers models whose process died; null: none is remembered.</param>
public sealed class ModelAdmission(string executable, IReadOnlyList<string> arguments, AdmissionLimits? limits = null, ModelQuarantine? quarantine = null)
{
    // A machine that does other things, too, gives the child a part of its time.
    private const int Patience = 4;
    private static readonly TimeSpan _lookEvery = TimeSpan.FromMilliseconds(50);

    /// <summary>The variables that the child needs to start; secrets of the parent are not handed on.</summary>
    private static readonly string[] _kept = ["PATH", "HOME", "TMPDIR", "TEMP", "TMP", "SystemRoot", "LD_LIBRARY_PATH", "DOTNET_ROOT", "LANG"];

    private readonly AdmissionLimits _limits = limits ?? new();

    /// <summary>Admission by the running program itself, which then must call <see cref="RunChild"/> for these arguments.</summary>
    /// <param name="arguments">The arguments before the file's path, such as <c>models inspect-child</c>.</param>
    /// <param name="limits">What the model may cost.</param>
    /// <param name="quarantine">Remembers models whose process died; null: none is remembered.</param>
    public static ModelAdmission ByThisProgram(IReadOnlyList<string> arguments, AdmissionLimits? limits = null, ModelQuarantine? quarantine = null)
    {
        string program = Environment.ProcessPath ?? throw new InvalidOperationException("The running program's path is not known.");
        bool isHost = Path.GetFileNameWithoutExtension(program).Equals("dotnet", StringComparison.OrdinalIgnoreCase);
        return isHost
            ? new(program, [System.Reflection.Assembly.GetEntryAssembly()!.Location, .. arguments], limits, quarantine)
            : new(program, arguments, limits, quarantine);
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

    /// <summary>The child's half of a dry run: scores pictures under a contract and writes the report. Returns the exit code.</summary>
    public static async Task<int> RunChildAsync(string onnxPath, string contractPath, IReadOnlyList<string> pictures, TextWriter output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(output);
        DryRunReport report = await ModelDryRun.RunAsync(onnxPath, contractPath, pictures, output, cancellationToken);
        await output.WriteLineAsync(report.ToLine());
        await output.FlushAsync(cancellationToken);
        return 0;
    }

    /// <summary>Inspects a file. Whatever the file does, the answer is a report.</summary>
    public Task<AdmissionReport> InspectAsync(string onnxPath, CancellationToken cancellationToken) =>
        AskAsync([Path.GetFullPath(onnxPath)], AdmissionReport.FromLine, AdmissionReport.Refused, cancellationToken);

    /// <summary>Inspects a model of several files, each in a process of its own, and suggests the contract of the whole.</summary>
    /// <param name="onnxPath">The first network.</param>
    /// <param name="parts">The further files by their role.</param>
    /// <param name="first">The first network's contract; null: the JSON beside the file, or else a guess. A part's contract comes from the same places.</param>
    /// <param name="cancellationToken">Ends the child.</param>
    public async Task<AdmissionReport> InspectAsync(string onnxPath, IReadOnlyDictionary<string, string> parts, ModelContract? first, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parts);
        AdmissionReport report = await InspectAsync(onnxPath, cancellationToken);
        if (parts.Count == 0 || !report.IsAccepted)
        {
            return report;
        }

        Dictionary<string, OfferedPart> offered = [];
        foreach ((string role, string path) in parts)
        {
            if (ModelFamilies.IsFileRole(role))
            {
                offered[role] = File.Exists(path)
                    ? new(Path.GetFullPath(path), ModelQuarantine.KeyOf(path), null)
                    : throw new ModelContractException(Path.GetFileName(path), $"it is the part '{role}' and does not exist");
                continue;
            }

            AdmissionReport part = await InspectAsync(path, cancellationToken);
            if (!part.IsAccepted)
            {
                return AdmissionReport.Refused(part.Code!, $"The part '{role}': {part.Sentence}");
            }

            offered[role] = new(Path.GetFullPath(path), part.Sha256!, Beside(path) ?? part.Guess);
        }

        try
        {
            ContractGuess whole = Composition.Of(
                (first is null ? Beside(onnxPath) : new(first, [])) ?? report.Guess ?? throw new ModelAdmissionException("parts_do_not_fit", "The first network's family was not recognised: write its contract beside it."), offered);
            return report with { Guess = whole };
        }
        catch (ModelAdmissionException refusal)
        {
            return AdmissionReport.Refused(refusal.Code, refusal.Message);
        }
    }

    /// <summary>
    /// Scores pictures with a model that is not trusted yet, under a contract that is not agreed yet. Whatever the file does, the answer is
    /// a report.
    /// </summary>
    /// <param name="onnxPath">The model.</param>
    /// <param name="contract">How to read it.</param>
    /// <param name="pictures">Image files; each may take as long as one inference may.</param>
    /// <param name="cancellationToken">Ends the child.</param>
    public async Task<DryRunReport> DryRunAsync(string onnxPath, ModelContract contract, IReadOnlyList<string> pictures, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(contract);
        ArgumentNullException.ThrowIfNull(pictures);
        string contractPath = Path.Combine(Path.GetTempPath(), $"visionmonitor-{Guid.NewGuid():N}.json");
        try
        {
            // The model that is tried is the one at hand, whichever the contract was once written for.
            (contract with { Sha256 = null }).Write(contractPath);
            string[] given = [Path.GetFullPath(onnxPath), contractPath, .. pictures.Select(Path.GetFullPath)];
            return await AskAsync(given, DryRunReport.FromLine, DryRunReport.Refused, cancellationToken);
        }
        finally
        {
            File.Delete(contractPath);
        }
    }

    private static ContractGuess? Beside(string path) => Path.ChangeExtension(path, ".json") is var beside && File.Exists(beside) ? new(ModelContract.Read(beside), []) : null;

    /// <summary>The first of <paramref name="given"/> is the model; what ends its process counts towards its quarantine.</summary>
    private async Task<TReport> AskAsync<TReport>(string[] given, Func<string, TReport> read, Func<string, string, TReport> refuse, CancellationToken cancellationToken)
    {
        string? key = quarantine is not null && File.Exists(given[0]) ? ModelQuarantine.KeyOf(given[0]) : null;
        return key switch
        {
            null => await OpenAsync(given, read, refuse, cancellationToken),
            _ when quarantine!.Holds(key) => refuse("quarantined", $"The process that opened this model died {ModelQuarantine.MostDeaths} times; it is opened no more. SHA-256 {key}."),
            _ => await OpenAsync(given, read, RefuseAndCount, cancellationToken),
        };

        TReport RefuseAndCount(string code, string sentence)
        {
            quarantine!.AddDeath(key!);
            return refuse(code, sentence);
        }
    }

    /// <summary>Opens a child; <paramref name="refuse"/> is called only where the child died or had to be ended.</summary>
    private async Task<TReport> OpenAsync<TReport>(string[] given, Func<string, TReport> read, Func<string, string, TReport> refuse, CancellationToken cancellationToken)
    {
        using Process child = Start(given);
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Patience * _limits.LoadTimeout);
        TimeSpan allowed = _limits.LoadTimeout;
        Task<bool> memory = WatchAsync(child, () => allowed, deadline);
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
                    allowed = ProcessorTime(child) + _limits.RunTimeout;
                    deadline.CancelAfter(Patience * _limits.RunTimeout);
                }
                else if (next.StartsWith('{'))
                {
                    // The report is the last word: a runtime that hangs while it is taken down takes nothing back.
                    line = next;
                    break;
                }
            }

            if (line is null)
            {
                await child.WaitForExitAsync(deadline.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return isRunning
                ? refuse("inference_timeout", $"One inference takes more than {Words(_limits.RunTimeout)}.")
                : refuse("load_timeout", $"Loading takes more than {Words(_limits.LoadTimeout)}.");
        }
        finally
        {
            await deadline.CancelAsync();
            await EndAsync(child);
            await complaints;
        }

        return await memory
            ? refuse("inference_out_of_memory", $"The model takes more than {_limits.MaxMemoryBytes / (1024 * 1024)} MiB.")
            : Understand(line, child.ExitCode, isRunning, read, refuse);
    }

    private Process Start(string[] given)
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
        foreach (string argument in (string[])[.. arguments, .. given])
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

    private static string Words(TimeSpan limit) => string.Create(CultureInfo.InvariantCulture, $"{limit.TotalSeconds:0.#} s of processor time, or {Patience * limit.TotalSeconds:0.#} s by the clock");

    /// <summary>Processor time that a process has used, in all its threads; none where it has ended.</summary>
    private static TimeSpan ProcessorTime(Process child)
    {
        try
        {
            return child.TotalProcessorTime;
        }
        catch (InvalidOperationException)
        {
            return TimeSpan.Zero;
        }
    }

    /// <summary>Ends the child when it holds more memory than it may, true where it did; calls the deadline when it has used the processor time that is allowed.</summary>
    private async Task<bool> WatchAsync(Process child, Func<TimeSpan> allowed, CancellationTokenSource deadline)
    {
        try
        {
            while (true)
            {
                await Task.Delay(_lookEvery, deadline.Token);
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

                if (child.TotalProcessorTime > allowed())
                {
                    await deadline.CancelAsync();
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

    private static TReport Understand<TReport>(string? line, int exitCode, bool isRunning, Func<string, TReport> read, Func<string, string, TReport> refuse)
    {
        try
        {
            if (line is not null)
            {
                return read(line);
            }
        }
        catch (JsonException)
        {
            // A child that died in the middle of its report said nothing that can be used.
        }

        string stage = isRunning ? "ran" : "loaded";
        return refuse("invalid_model", $"The process that {stage} the model died (exit code {exitCode}). The file is damaged, or made to do so.");
    }
}
