namespace VisionMonitor.Vision.Images;

/// <summary>Image files by their extensions.</summary>
public static class ImageFiles
{
    /// <summary>Whether a name ends as an image's does.</summary>
    public static bool IsImage(string path) =>
        Path.GetExtension(path).ToLowerInvariant() is ".jpg" or ".jpeg" or ".jpe" or ".jfif" or ".png" or ".webp" or ".bmp" or ".gif";

    /// <summary>Every image in a folder and the folders in it, in ordinal order.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static string[] Below(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(IsImage).Order(StringComparer.Ordinal)];
}
