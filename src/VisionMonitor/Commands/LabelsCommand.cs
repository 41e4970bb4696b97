using System.CommandLine;
using VisionMonitor.Vision;
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

    private static readonly Option<FileInfo?> _classes = new("--classes") { Description = "Class names by index, one per line, for formats that have none of their own.", HelpName = "FILE" };

    private static readonly Option<FileInfo?> _stuff = new("--stuff") { Description = "Names of the classes of ground, one per line, for panoptic files that do not tell things from stuff.", HelpName = "FILE" };

    public static Command Create()
    {
        Command check = new("check", "Read labels and report: counts in, what was left out and why, images not found.") { _in, _from, _images, _classes, _stuff };
        check.SetAction(parsed => Guarded(() => Read(parsed) is null ? 2 : 0));
        Command convert = new("convert", "Read labels in one format and write them in another.") { _in, _out, _from, _to, _images, _classes, _stuff };
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

        if (read.Set.Images.Count == 0 && read.Report.ImagesNotFound.Count > 0)
        {
            Console.Error.WriteLine("visionmonitor: images_needed: none of the images was found, so nothing is written; name their folder (--images DIR).");
            return 2;
        }

        LabelSet set = read.Set.WithOriginalNames();
        if (!set.Images.Select(image => image.FileName).SequenceEqual(read.Set.Images.Select(image => image.FileName)))
        {
            Console.WriteLine("Roboflow's names of images are written as the originals' names");
        }

        if (set.Task == VisionTask.InstanceSegmentation && !target.Tasks.Contains(set.Task) && target.Tasks.Contains(VisionTask.Detection))
        {
            Console.WriteLine($"{target.Id} holds no shapes: objects are written as their boxes");
            set = set.ToBoxes();
        }

        if (parsed.GetValue(_images) is { } folder)
        {
            set = set.WithSizes(folder);
        }

        PrintLosses(LabelLosses.Of(set, target));
        string output = Place(target, parsed.GetRequiredValue(_out));
        Write(target, set, output);
        Console.WriteLine($"written as {target.Id}: {output}");
        return 0;
    }

    /// <summary>Where a format that is one file is given a folder, or a name that can only be one, the file lies in it.</summary>
    private static string Place(ILabelFormat target, string output)
    {
        if (target.FileName is not { } name || (!Directory.Exists(output) && Path.HasExtension(output)))
        {
            return output;
        }

        Directory.CreateDirectory(output);
        return Path.Combine(output, name);
    }

    /// <summary>A name that ends in .zip is an archive of what the format writes; images are not copied into it.</summary>
    private static void Write(ILabelFormat target, LabelSet set, string output)
    {
        if (!Path.GetExtension(output).Equals(".zip", StringComparison.OrdinalIgnoreCase))
        {
            target.Write(set, output);
            return;
        }

        string folder = Directory.CreateTempSubdirectory("visionmonitor-labels").FullName;
        try
        {
            target.Write(set, Path.Combine(folder, target.FileName ?? ""));
            File.Delete(output);
            System.IO.Compression.ZipFile.CreateFromDirectory(folder, output);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void PrintLosses(IReadOnlyList<ReadNote> losses)
    {
        foreach (IGrouping<string, ReadNote> kind in losses.GroupBy(note => note.Code))
        {
            Console.WriteLine($"  not held, {kind.Key}: {kind.Count()} images, first {kind.First().Where}: {kind.First().Reason}");
        }
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

        foreach (string code in archive?.Warnings ?? [])
        {
            Console.WriteLine($"  archive: {code}");
        }

        LabelRead read = format.Read(path, new() { ImageFolder = parsed.GetValue(_images), KeepShapes = true, Classes = Lines(parsed.GetValue(_classes)), StuffClasses = Lines(parsed.GetValue(_stuff)) });
        Print(format, read);
        return read;
    }

    private static string[]? Lines(FileInfo? file) => file is null ? null : [.. File.ReadAllLines(file.FullName).Select(line => line.Trim()).Where(line => line.Length > 0)];

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
