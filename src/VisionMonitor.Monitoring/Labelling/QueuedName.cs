using System.Globalization;

namespace VisionMonitor.Monitoring.Labelling;

/// <summary>
/// The name under which an image goes to a label tool: a client's id is no file name, ours is, and it leads back to the image when its label comes.
/// </summary>
public static class QueuedName
{
    private const string Prefix = "image-";

    /// <summary>The name, without folders.</summary>
    /// <param name="imageId">The image.</param>
    /// <param name="bytes">Its file, by whose first bytes the extension is told.</param>
    public static string Of(long imageId, ReadOnlySpan<byte> bytes) =>
        $"{Prefix}{imageId.ToString(CultureInfo.InvariantCulture)}.{(bytes is [0x89, (byte)'P', ..] ? "png" : bytes is [(byte)'R', (byte)'I', ..] ? "webp" : "jpg")}";

    /// <summary>The image that such a name leads to, whatever its folder and extension; null for any other name.</summary>
    public static long? ImageOf(string fileName)
    {
        string stem = Path.GetFileNameWithoutExtension(fileName);
        return stem.StartsWith(Prefix, StringComparison.Ordinal) && long.TryParse(stem.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out long id) ? id : null;
    }
}
