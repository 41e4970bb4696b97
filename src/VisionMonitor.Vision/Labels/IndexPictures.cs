using VisionMonitor.Vision.Images;
using VisionMonitor.Vision.Masks;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Vision.Labels;

/// <summary>
/// A folder of PNGs whose pixels are class indices: Pascal VOC's <c>SegmentationClass</c>, ADE's and Cityscapes' maps, and most others. 255 is
/// what nobody knows. Class names come from the caller or a list beside the pictures, else they are numbered.
/// </summary>
public sealed class IndexPictures : ILabelFormat
{
    private const int Unknown = 255;
    private const int MaxClasses = 1000;

    private static readonly string[] _nameFiles = ["class_names.txt", "classes.txt", "labels.txt"];
    private static readonly string[] _imageFolders = ["JPEGImages", "images", "leftImg8bit", "."];

    /// <inheritdoc/>
    public string Id => "index-png";

    /// <inheritdoc/>
    public IReadOnlyList<VisionTask> Tasks { get; } = [VisionTask.SemanticSegmentation];

    /// <inheritdoc/>
    public string? FileName => null;

    /// <inheritdoc/>
    public LabelFeatures Holds => LabelFeatures.Sizes;

    /// <inheritdoc/>
    public bool Recognizes(string path) => Directory.Exists(path)
        && (Directory.Exists(Path.Combine(path, "SegmentationClass"))
            || (_nameFiles.Any(name => File.Exists(Path.Combine(path, name))) && Directory.EnumerateFiles(path, "*.png").Any())
            || Directory.EnumerateFiles(path, "*_label*Ids.png").Any());

    /// <inheritdoc/>
    public LabelRead Read(string path, LabelOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!Directory.Exists(path))
        {
            throw new LabelFormatException(Path.GetFileName(path), null, "not_a_folder", "expected a folder of PNG files");
        }

        ReadReportBuilder report = new();
        List<(string Image, RawPng Picture)> pictures = [];
        foreach (string file in Files(path))
        {
            string name = ImageOf(file, path, options.ImageFolder);
            if (!report.IsFirst(name, Path.GetRelativePath(path, file), "has a picture before: this one is left out"))
            {
                continue;
            }

            try
            {
                pictures.Add((name, RawPng.Read(File.ReadAllBytes(file), options.MaxMaskPixels)));
            }
            catch (ImageFormatException refusal)
            {
                report.Drop(Path.GetFileName(file), refusal.Code, refusal.Message);
            }
        }

        IReadOnlyList<string> classes = options.Classes ?? NamesBeside(path) ?? Numbered(pictures);
        List<LabelledImage> images = [];
        foreach ((string name, RawPng picture) in pictures)
        {
            long strange = picture.Values.LongCount(value => value >= classes.Count && value is not (Unknown or ushort.MaxValue));
            if (strange > picture.Values.Length / 2)
            {
                report.Drop(name, "class_index_out_of_range", $"{strange} of its pixels are no class from 0 to {classes.Count - 1}: perhaps its colours are not indices");
                continue;
            }

            if (strange > 0)
            {
                report.Warn(name, "class_index_out_of_range", $"{strange} pixels are no class from 0 to {classes.Count - 1}; they are ignored");
            }

            int[] values = [.. picture.Values.Select(value => value < classes.Count && value != Unknown ? value : SemanticTruth.Ignored)];
            images.Add(new(name, picture.Width, picture.Height, new SemanticTruth(ClassMap.From(picture.Width, picture.Height, values))));
        }

        return new(
            new(VisionTask.SemanticSegmentation, classes, images),
            report.Build(pictures.Count, images.Count, ImageNames.NotFound(images.Select(image => image.FileName), options.ImageFolder)));
    }

    /// <inheritdoc/>
    public void Write(LabelSet set, string path)
    {
        ArgumentNullException.ThrowIfNull(set);
        if (set.Classes.Count > Unknown)
        {
            throw new NotSupportedException($"A picture of indices holds at most {Unknown} classes.");
        }

        WrittenNames.RequireDistinct(set.Images, image => WrittenNames.StemOf(image) + ".png");
        Directory.CreateDirectory(path);
        File.WriteAllLines(Path.Combine(path, _nameFiles[0]), set.Classes);
        foreach (LabelledImage image in set.Images)
        {
            ClassMap map = image.Truth is SemanticTruth truth ? truth.Map : throw new NotSupportedException($"A picture of indices holds semantic segmentation, not {set.Task}.");
            int[] values = new int[map.Width * map.Height];
            map.CopyTo(values);
            RawPng picture = new(map.Width, map.Height, [.. values.Select(value => value == SemanticTruth.Ignored ? Unknown : value)]);
            File.WriteAllBytes(Path.Combine(path, WrittenNames.StemOf(image) + ".png"), picture.Write(isColour: false));
        }
    }

    /// <summary>Cityscapes has four pictures per image; those with the indices that are trained on are preferred.</summary>
    private static string[] Files(string path)
    {
        string voc = Path.Combine(path, "SegmentationClass");
        string[] all = [.. Directory.EnumerateFiles(Directory.Exists(voc) ? voc : path, "*.png", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        string[] trained = [.. all.Where(file => file.EndsWith("_labelTrainIds.png", StringComparison.Ordinal))];
        string[] given = trained.Length > 0 ? trained : [.. all.Where(file => file.EndsWith("_labelIds.png", StringComparison.Ordinal))];
        return given.Length > 0 ? given : all;
    }

    internal static string ImageOf(string file, string path, string? folder)
    {
        string stem = Path.GetFileNameWithoutExtension(file);
        int city = stem.IndexOf("_gtFine_", StringComparison.Ordinal);
        if (city > 0)
        {
            return $"{stem[..city]}_leftImg8bit.png";
        }

        string[] extensions = [".jpg", ".jpeg", ".png", ".webp", ".bmp"];
        IEnumerable<string> folders = folder is null ? _imageFolders[..^1].Select(name => Path.Combine(path, name)) : [folder];
        return stem + (extensions.FirstOrDefault(extension => folders.Any(where => File.Exists(Path.Combine(where, stem + extension)))) ?? ".jpg");
    }

    /// <summary>labelme lists what is ignored first; it has no index.</summary>
    internal static string[]? NamesBeside(string path)
    {
        string? list = _nameFiles.Select(name => Path.Combine(path, name)).FirstOrDefault(File.Exists);
        return list is null ? null : [.. TextLabels.Read(list).Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && line != "__ignore__")];
    }

    private static string[] Numbered(List<(string Image, RawPng Picture)> pictures)
    {
        int largest = pictures.SelectMany(one => one.Picture.Values).Where(value => value is not (Unknown or ushort.MaxValue)).DefaultIfEmpty(0).Max();
        return [.. Enumerable.Range(0, Math.Min(largest + 1, MaxClasses)).Select(index => $"class {index}")];
    }
}
