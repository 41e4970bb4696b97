using System.Globalization;
using System.Security.Cryptography;

namespace VisionMonitor.Vision.Models;

/// <summary>
/// Remembers which model files ended the process that opened them; after <see cref="MostDeaths"/> deaths a file is opened no more. A small file
/// per model, named by its SHA-256, holds the number of deaths; who deletes it gives the model another chance.
/// </summary>
/// <param name="folder">Where the small files lie; made where it is missing.</param>
public sealed class ModelQuarantine(string folder)
{
    /// <summary>Deaths after which a model is opened no more.</summary>
    public const int MostDeaths = 3;

    private readonly Lock _turn = new();

    /// <summary>Whether a model is opened no more.</summary>
    public bool Holds(string sha256) => DeathsOf(sha256) >= MostDeaths;

    /// <summary>Remembers one more death and returns how many there were.</summary>
    public int AddDeath(string sha256)
    {
        lock (_turn)
        {
            int deaths = DeathsOf(sha256) + 1;
            Directory.CreateDirectory(folder);
            File.WriteAllText(FileOf(sha256), deaths.ToString(CultureInfo.InvariantCulture));
            return deaths;
        }
    }

    /// <summary>The key of a file; reading a file's bytes harms nobody.</summary>
    internal static string KeyOf(string path)
    {
        using FileStream file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    private int DeathsOf(string sha256)
    {
        try
        {
            return int.TryParse(File.ReadAllText(FileOf(sha256)), NumberStyles.None, CultureInfo.InvariantCulture, out int deaths) ? deaths : 0;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private string FileOf(string sha256)
    {
        ArgumentNullException.ThrowIfNull(sha256);
        return sha256.All(char.IsAsciiHexDigit) ? Path.Combine(folder, sha256) : throw new ArgumentException("It is no SHA-256.", nameof(sha256));
    }
}
