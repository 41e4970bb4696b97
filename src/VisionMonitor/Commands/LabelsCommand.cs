using System.CommandLine;
using VisionMonitor.Vision.Archives;
using VisionMonitor.Vision.Labels;

namespace VisionMonitor.Commands;

/// <summary>Reads label files, says what was left out and why, and writes them in another format.</summary>
internal static class LabelsCommand
{
    private static readonly string _formats = string.Join(", ", LabelFormats.All.Select(format => format.Id));

    private static readonly Argument<string> _in = new("IN") { Description = "File, folder or ZIP archive of labels." };
    private static readonly Argument<string> _out = new("OUT") { Description = "File or folder to write." };
    private static readonly Option<string?> _from = new("--from") { Description = $"Format of IN: {_formats}. [default: found out]", HelpName = "F" };
    private static readonly Option<string> _to = new("--to") { Description = $"Format of OUT: {_formats}.", HelpName = "F", Required = true };
    private static readonly Option<string?> _images = new("--images") { Description = "Folder of the images; those that are not there are named.", HelpName = "DIR" };

    public static Command Create()
    {
        Command check = new("check", "Read labels and report: counts in, what was left out and why, images not found.") { _in, _from, _images };
        check.SetAction(parsed => Guarded(() => Read(parsed) is null ? 2 : 0));
        Command convert = new("convert", "Read labels in one format and write them in another.") { _in, _out, _from, _to, _images };
        convert.SetAction(parsed => Guarded(() => Convert(parsed)));
        return new Command("labels", "Check and convert label files.") { check, convert };
    }

    private static int Convert(ParseResult parsed)
    {
        if (LabelFormats.Find(parsed.GetRequiredValue(_to)) is not { } target)
        {
            Console.Error.WriteLine($"visionmonitor: there is no format '{parsed.GetRequiredValue(_to)}'; there are {_formats}.");
            return 2;
        }

        if (Read(parsed) is not { } read)
        {
            return 2;
        }

        string output = parsed.GetRequiredValue(_out);
        target.Write(read.Set, output);
        Console.WriteLine($"written as {target.Id}");
        return 0;
    }

    private static LabelRead? Read(ParseResult parsed)
    {
        string path = parsed.GetRequiredValue(_in);
        using ZipArchiveFolder? archive = Path.GetExtension(path).Equals(".zip", StringComparison.OrdinalIgnoreCase) ? ZipArchiveFolder.Open(path, new()) : null;
        path = archive?.Folder ?? path;
        ILabelFormat? format = parsed.GetValue(_from) is { } id ? LabelFormats.Find(id) : LabelFormats.Recognize(path);
        if (format is null)
        {
            Console.Error.WriteLine($"visionmonitor: the format is not known; name one of {_formats} with --from.");
            return null;
        }

        LabelRead read = format.Read(path, new() { ImageFolder = parsed.GetValue(_images) });
        Print(format, read);
        return read;
    }

    private static void Print(ILabelFormat format, LabelRead read)
    {
        ReadReport report = read.Report;
        Console.WriteLine($"{format.Id}: {read.Set.Task}, {report.ImageCount} images, {read.Set.Classes.Count} classes, {report.KeptCount} rows in, {report.DroppedCount} left out");
        foreach ((string code, int count) in report.DroppedByCode.OrderByDescending(pair => pair.Value))
        {
            Console.WriteLine($"  left out, {code}: {count}");
        }

        foreach (ReadNote note in report.Dropped.Concat(report.Warnings).Take(20))
        {
            Console.WriteLine($"  {note.Where}: {note.Code}: {note.Reason}");
        }

        if (report.ImagesNotFound.Count > 0)
        {
            Console.WriteLine($"  images not found: {report.ImagesNotFound.Count}, first {report.ImagesNotFound[0]}");
        }
    }

    private static int Guarded(Func<int> work)
    {
        try
        {
            return work();
        }
        catch (LabelFormatException refusal)
        {
            Console.Error.WriteLine($"visionmonitor: {refusal.Code}: {refusal.Message}");
            return 2;
        }
        catch (ArchiveException refusal)
        {
            Console.Error.WriteLine($"visionmonitor: {refusal.Code}: {refusal.Message}");
            return 2;
        }
        catch (NotSupportedException refusal)
        {
            Console.Error.WriteLine($"visionmonitor: {refusal.Message}");
            return 2;
        }
    }
}
