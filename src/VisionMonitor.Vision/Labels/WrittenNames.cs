namespace VisionMonitor.Vision.Labels;

/// <summary>The names of the files that labels are written into, one per image: two images never share one, or the second would replace the first in silence.</summary>
internal static class WrittenNames
{
    /// <summary>An image's name without folders and extension: folders become a part of it.</summary>
    public static string StemOf(LabelledImage image) => Path.ChangeExtension(ImageNames.Checked(image.FileName, "images").Replace('/', '_'), null);

    /// <summary>Stems that differ, whatever their case, for formats whose files say which image they belong to: a second one gets a number.</summary>
    public static Dictionary<LabelledImage, string> Unique(IEnumerable<LabelledImage> images)
    {
        Dictionary<LabelledImage, string> stems = new(ReferenceEqualityComparer.Instance);
        HashSet<string> taken = new(StringComparer.OrdinalIgnoreCase);
        foreach (LabelledImage image in images)
        {
            string wanted = StemOf(image), stem = wanted;
            for (int number = 2; !taken.Add(stem); number++)
            {
                stem = $"{wanted}_{number}";
            }

            stems[image] = stem;
        }

        return stems;
    }

    /// <summary>Refuses images of unknown size, before anything is written, for formats whose numbers are parts of it.</summary>
    /// <exception cref="NotSupportedException">One has none.</exception>
    public static void RequireSizes(IEnumerable<LabelledImage> images, string format)
    {
        if (images.FirstOrDefault(image => image is { Width: null } or { Height: null }) is { } without)
        {
            throw new NotSupportedException($"{format} needs the size of {without.FileName}, which its labels do not say: lay the images beside them, or name their folder (--images DIR).");
        }
    }

    /// <summary>Refuses images whose labels would stand in one file, for formats that know an image by that file's name alone.</summary>
    /// <exception cref="NotSupportedException">Two of them do.</exception>
    public static void RequireDistinct(IEnumerable<LabelledImage> images, Func<LabelledImage, string> fileOf)
    {
        Dictionary<string, string> taken = new(OperatingSystem.IsLinux() ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase);
        foreach (LabelledImage image in images)
        {
            string file = fileOf(image);
            if (!taken.TryAdd(file, image.FileName))
            {
                throw new NotSupportedException($"The labels of {taken[file]} and {image.FileName} would both be written as {file}: give one of the images another name.");
            }
        }
    }
}
