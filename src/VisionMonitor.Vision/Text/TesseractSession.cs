using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using VisionMonitor.Vision.Images;
using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Vision.Text;

/// <summary>
/// The program <c>tesseract</c>, started once per image without a shell: pixels go in and a table of words comes out through pipes, so no file and no name
/// is handed over.
/// </summary>
internal sealed class TesseractSession : ModelSession
{
    private static readonly TimeSpan _listLimit = TimeSpan.FromSeconds(10);

    /// <summary>The variables that the program needs; nothing else of ours is handed on.</summary>
    private static readonly string[] _kept = ["PATH", "TESSDATA_PREFIX", "LD_LIBRARY_PATH", "TMPDIR", "SystemRoot"];

    private readonly TesseractSettings _settings;
    private readonly int _threads;
    private readonly string _program;

    /// <exception cref="ModelContractException">The program or a language is not installed.</exception>
    public TesseractSession(ModelContract contract, SessionOptions options, string program = "tesseract")
        : base(contract)
    {
        _program = program;
        _settings = contract.Tesseract ?? new();
        _threads = options.Threads;
        string[] installed = Languages();
        if (_settings.Languages.FirstOrDefault(language => !installed.Contains(language)) is { } missing)
        {
            throw new ModelContractException(
                "tesseract", $"it does not know the language '{missing}', only {string.Join(", ", installed)}; install it with: apt-get install tesseract-ocr-{missing.Replace('_', '-').ToLowerInvariant()}", "language_not_installed");
        }
    }

    internal override PreparedImage? Prepare(DecodedImage image) => null;

    internal override ScoredImage Score(PreparedImage? prepared, DecodedImage image, CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        string table = Run(
            ["stdin", "stdout", "-l", string.Join('+', _settings.Languages), "--psm", _settings.PageSegmentation.ToString(CultureInfo.InvariantCulture), "tsv"],
            image,
            TimeSpan.FromSeconds(_settings.TimeLimitSeconds),
            cancellationToken);
        long answered = Stopwatch.GetTimestamp();
        TextPrediction lines = TesseractTable.Read(table, Contract.Thresholds.Confidence);
        return new(lines, null, new(null, 0, Milliseconds(started, answered), Milliseconds(answered, Stopwatch.GetTimestamp())));
    }

    protected override void Dispose(bool disposing)
    {
        // Nothing stays open between images.
    }

    private string[] Languages()
    {
        try
        {
            // The first line is a heading.
            return [.. Run(["--list-langs"], null, _listLimit, CancellationToken.None).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Skip(1)];
        }
        catch (Win32Exception)
        {
            throw new ModelContractException("tesseract", "the program is not installed; install it with: apt-get install tesseract-ocr", "program_not_installed");
        }
        catch (ModelOutputException failure)
        {
            throw new ModelContractException("tesseract", failure.Message.TrimEnd('.'), "program_not_installed");
        }
    }

    private string Run(string[] arguments, DecodedImage? image, TimeSpan limit, CancellationToken cancellationToken)
    {
        using Process child = Start(arguments);
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(limit);
        using CancellationTokenRegistration end = deadline.Token.Register(() => End(child));
        Task<string> complaints = child.StandardError.ReadToEndAsync(CancellationToken.None);
        Task<string> answer = child.StandardOutput.ReadToEndAsync(CancellationToken.None);
        Feed(child, image);
        string table = answer.GetAwaiter().GetResult();
        string complaint = complaints.GetAwaiter().GetResult();
        child.WaitForExit();
        cancellationToken.ThrowIfCancellationRequested();
        if (deadline.IsCancellationRequested)
        {
            throw new ModelOutputException("inference_timeout", $"Tesseract takes longer than {limit.TotalSeconds:0.#} s.");
        }

        return child.ExitCode == 0
            ? table
            : throw new ModelOutputException("inference_failed", $"Tesseract ended with {child.ExitCode}: {complaint.Split('\n')[0].Trim()}");
    }

    private Process Start(string[] arguments)
    {
        ProcessStartInfo start = new(_program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            UseShellExecute = false,
            CreateNoWindow = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        Array.ForEach(arguments, start.ArgumentList.Add);
        Dictionary<string, string?> own = _kept.Where(start.Environment.ContainsKey).ToDictionary(name => name, name => start.Environment[name]);
        start.Environment.Clear();
        foreach ((string name, string? value) in own)
        {
            start.Environment[name] = value;
        }

        start.Environment["LC_ALL"] = "C.UTF-8";
        start.Environment["OMP_THREAD_LIMIT"] = _threads.ToString(CultureInfo.InvariantCulture);
        return Process.Start(start) ?? throw new InvalidOperationException("The process did not start.");
    }

    /// <summary>Writes the image as a portable pixmap (P6), which needs no encoder.</summary>
    private static void Feed(Process child, DecodedImage? image)
    {
        try
        {
            using Stream input = child.StandardInput.BaseStream;
            if (image is not null)
            {
                input.Write(Encoding.ASCII.GetBytes($"P6\n{image.Width} {image.Height}\n255\n"));
                input.Write(image.Rgb);
            }
        }
        catch (IOException)
        {
            // A program that ended early says why in its exit code.
        }
    }

    private static void End(Process child)
    {
        try
        {
            child.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has just ended by itself.
        }
    }
}
