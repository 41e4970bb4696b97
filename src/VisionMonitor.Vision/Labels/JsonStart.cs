using System.Text;

namespace VisionMonitor.Vision.Labels;

/// <summary>Looks at the first bytes of a JSON file for the keys that only one format has.</summary>
internal static class JsonStart
{
    private const int Length = 16 * 1024;

    public static bool Has(string path, params ReadOnlySpan<string> words)
    {
        if (!File.Exists(path) || !Path.GetExtension(path).Equals(".json", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        using FileStream file = File.OpenRead(path);
        byte[] bytes = new byte[Length];
        string start = Encoding.UTF8.GetString(bytes, 0, file.ReadAtLeast(bytes, Length, throwOnEndOfStream: false));
        foreach (string word in words)
        {
            if (!start.Contains($"\"{word}\"", StringComparison.Ordinal))
            {
                return false;
            }
        }

        return true;
    }
}
