namespace VisionMonitor.Metrics.Detection.Coco;

/// <summary>Names of pictures in COCO files: relative to a folder that only the caller knows, so none may lead out of it.</summary>
public static class CocoFileName
{
    /// <summary>What every refusal of a name says, behind the record that holds it.</summary>
    public const string Problem = "file_name leads out of the folder of images, or holds a control character. Write the path relative to that folder, as val/7.jpg.";

    /// <summary>
    /// Whether a name is absolute (on any system: /a, \\host\a, c:a), climbs with a part "..", or holds a control character, a zero among them.
    /// Both slashes part it; "a..b.jpg" and an empty name are inside.
    /// </summary>
    public static bool IsUnsafe(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        bool isAbsolute = name.StartsWith('/') || name.StartsWith('\\') || (name.Length > 1 && name[1] == ':' && char.IsAsciiLetter(name[0]));
        return isAbsolute || name.Split('/', '\\').Contains("..") || name.Any(char.IsControl);
    }
}
