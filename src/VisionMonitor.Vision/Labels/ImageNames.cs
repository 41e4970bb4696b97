namespace VisionMonitor.Vision.Labels;

/// <summary>Names of images inside label files: they are labels, never places to write to, and never leave their folder.</summary>
internal static class ImageNames
{
    /// <summary>The name with forward slashes.</summary>
    /// <exception cref="LabelFormatException">It would leave the folder that it is relative to.</exception>
    public static string Checked(string name, string file)
    {
        string forward = name.Replace('\\', '/');
        if (string.IsNullOrWhiteSpace(forward))
        {
            throw new LabelFormatException(file, null, "missing_field", "an image has no name");
        }

        bool isUnsafe = forward[0] == '/'
            || forward.Contains('\0', StringComparison.Ordinal)
            || forward.Contains(':', StringComparison.Ordinal)
            || forward.Split('/').Contains("..");
        return isUnsafe
            ? throw new LabelFormatException(file, null, "unsafe_path", "an image's name leads out of the folder of images")
            : forward;
    }

    /// <summary>The name before Roboflow added its hash and turned the extension's dot into a line; other names stay.</summary>
    public static string Original(string name)
    {
        int at = name.LastIndexOf(".rf.", StringComparison.Ordinal);
        if (at <= 0)
        {
            return name;
        }

        string before = name[..at];
        int line = before.LastIndexOf('_');
        bool isExtension = line > 0 && Images.ImageFiles.IsImage($"any.{before[(line + 1)..]}");
        return isExtension ? $"{before[..line]}.{before[(line + 1)..]}" : before + Path.GetExtension(name);
    }

    public static List<string> NotFound(IEnumerable<string> names, string? folder) => folder is null
        ? []
        : [.. names.Where(name => !File.Exists(Path.Combine(folder, name)))];
}
