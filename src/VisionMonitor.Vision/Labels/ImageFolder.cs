using VisionMonitor.Vision.Images;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Vision.Labels;

/// <summary>
/// A folder per class with the images of that class in it, as torchvision reads it: class names in ordinal order. Writing makes the
/// folders and, when <see cref="LabelSet.Images"/> lie in a folder of their own, leaves copying to the caller: it writes an empty
/// marker file per image.
/// </summary>
public sealed class ImageFolder : ILabelFormat
{
    /// <inheritdoc/>
    public string Id => "image-folder";

    /// <inheritdoc/>
    public IReadOnlyList<VisionTask> Tasks { get; } = [VisionTask.Classification];

    /// <inheritdoc/>
    public string? FileName => null;

    /// <inheritdoc/>
    public LabelFeatures Holds => LabelFeatures.None;

    /// <inheritdoc/>
    public bool Recognizes(string path) => Directory.Exists(path)
        && Directory.EnumerateDirectories(path).Any(folder => Directory.EnumerateFiles(folder).Any(ImageFiles.IsImage));

    /// <inheritdoc/>
    public LabelRead Read(string path, LabelOptions options)
    {
        if (!Directory.Exists(path))
        {
            throw new LabelFormatException(Path.GetFileName(path), null, "not_a_folder", "expected a folder with one folder per class");
        }

        string[] folders = [.. Directory.EnumerateDirectories(path).Order(StringComparer.Ordinal)];
        if (folders.Length == 0)
        {
            throw new LabelFormatException(Path.GetFileName(path), null, "no_classes", "expected one folder per class, found none");
        }

        ReadReportBuilder report = new();
        foreach (string file in Directory.EnumerateFiles(path).Where(ImageFiles.IsImage))
        {
            report.Drop(Path.GetFileName(file), "no_class", "it lies in no folder of a class");
        }

        List<LabelledImage> images = [];
        for (int classIndex = 0; classIndex < folders.Length; classIndex++)
        {
            string className = Path.GetFileName(folders[classIndex]);
            foreach (string inner in Directory.EnumerateDirectories(folders[classIndex]).Where(inner => Directory.EnumerateFiles(inner).Any(ImageFiles.IsImage)))
            {
                report.Drop($"{className}/{Path.GetFileName(inner)}", "nested_folder", "folders within a class are not read; where classes lie one level deeper (train, val), name that folder");
            }

            foreach (string file in Directory.EnumerateFiles(folders[classIndex]).Order(StringComparer.Ordinal))
            {
                string name = $"{className}/{Path.GetFileName(file)}";
                if (ImageFiles.IsImage(file))
                {
                    images.Add(new(name, null, null, new ClassificationTruth(classIndex)));
                }
                else
                {
                    report.Drop(name, "not_an_image", "its extension is not that of an image");
                }
            }
        }

        LabelSet set = new(VisionTask.Classification, [.. folders.Select(folder => Path.GetFileName(folder))], images);
        return new(set, report.Build(images.Count, images.Count, []));
    }

    /// <inheritdoc/>
    public void Write(LabelSet set, string path)
    {
        ArgumentNullException.ThrowIfNull(set);
        if (set.Task != VisionTask.Classification)
        {
            throw new NotSupportedException($"An image folder holds classification, not {set.Task}.");
        }

        if (set.Classes.FirstOrDefault(name => ImageNames.Checked(name, "classes").Contains('/', StringComparison.Ordinal)) is { } nested)
        {
            throw new NotSupportedException($"The class '{nested}' cannot be the name of a folder.");
        }

        WrittenNames.RequireDistinct(set.Images, image => $"{set.Classes[((ClassificationTruth)image.Truth).ClassIndex]}/{Path.GetFileName(image.FileName)}");
        foreach (string name in set.Classes)
        {
            Directory.CreateDirectory(Path.Combine(path, ImageNames.Checked(name, "classes")));
        }

        foreach (LabelledImage image in set.Images)
        {
            string className = set.Classes[((ClassificationTruth)image.Truth).ClassIndex];
            string file = Path.GetFileName(ImageNames.Checked(image.FileName, "images"));
            using FileStream marker = File.Open(Path.Combine(path, className, file), FileMode.OpenOrCreate);
        }
    }
}
