using VisionMonitor.Vision.Archives;

namespace VisionMonitor.Vision.Labels;

/// <summary>A label file of a stranger in any format that is known, or a ZIP of one; dispose it when its images have been taken.</summary>
public sealed class LabelUpload : IDisposable
{
    private readonly ZipArchiveFolder? _archive;

    private LabelUpload(ILabelFormat format, LabelRead read, ZipArchiveFolder? archive) => (Format, Labels, _archive) = (format, read, archive);

    /// <summary>The endings that tell formats apart; a copy of an upload must keep its own.</summary>
    public static IReadOnlyList<string> Extensions { get; } = [".json", ".xml", ".zip", ".csv", ".txt", ".tsv"];

    /// <summary>The format that it is in.</summary>
    public ILabelFormat Format { get; }

    /// <summary>What it says, and what was left out.</summary>
    public LabelRead Labels { get; }

    /// <summary>Where the archive's images lie while this object lives; null for a single file.</summary>
    public string? ImageFolder => _archive?.Folder;

    /// <summary>The ending that a copy of an upload shall have: its own where that is known, or else JSON's.</summary>
    public static string ExtensionOf(string fileName) => Extensions.FirstOrDefault(extension => extension.Equals(Path.GetExtension(fileName), StringComparison.OrdinalIgnoreCase)) ?? ".json";

    /// <summary>What a copy of an upload is called: as the person called it, so that refusals name their file and names that tell a format (<c>gt_1.txt</c>) still do.</summary>
    public static string CopyNameOf(string fileName)
    {
        const int longest = 100;
        string name = Path.GetFileName((fileName ?? "").Replace('\\', '/'));
        string safe = string.Concat(name.Select(character => char.IsControl(character) || Path.GetInvalidFileNameChars().Contains(character) ? '_' : character)).Trim('.', ' ');
        string extension = ExtensionOf(safe);
        string stem = safe.EndsWith(extension, StringComparison.OrdinalIgnoreCase) ? safe[..^extension.Length] : safe;
        return (stem.Length == 0 ? "labels" : stem.Length <= longest ? stem : stem[..longest]) + extension;
    }

    /// <summary>Reads a file, or what a ZIP holds.</summary>
    /// <param name="path">The file, with its ending.</param>
    /// <param name="options">How to read.</param>
    /// <param name="formatId">The format's id; null: found out.</param>
    /// <exception cref="LabelFormatException">No format is known, or the file breaks its own.</exception>
    /// <exception cref="ArchiveException">The archive is refused.</exception>
    public static LabelUpload Read(string path, LabelOptions options, string? formatId = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ZipArchiveFolder? archive = Path.GetExtension(path).Equals(".zip", StringComparison.OrdinalIgnoreCase) ? ZipArchiveFolder.Open(path, new()) : null;
        try
        {
            string place = archive?.Folder ?? path;
            ILabelFormat format = (formatId is null ? LabelFormats.Recognize(place) : LabelFormats.Find(formatId))
                ?? throw new LabelFormatException(Path.GetFileName(path), null, "unknown_label_format", $"it is in no format that is known here; known are {string.Join(", ", LabelFormats.All.Select(one => one.Id))}");
            LabelRead read = format.Read(place, options);
            ReadNote[] unusual = [.. (archive?.Warnings ?? []).Select(code => new ReadNote("archive", code, "two names differ by case only; both files are kept"))];
            return new(format, unusual.Length == 0 ? read : read with { Report = read.Report with { Warnings = [.. read.Report.Warnings, .. unusual] } }, archive);
        }
        catch
        {
            archive?.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _archive?.Dispose();
}
