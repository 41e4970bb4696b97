using VisionMonitor.Vision.Models;

namespace VisionMonitor.Endpoints;

/// <summary>The further files of a model that came with a request, each under its role, as files of our own names on the disk.</summary>
internal sealed class PartUploads : IDisposable
{
    /// <summary>The form's name of the first file.</summary>
    private const string First = "file";

    private readonly Dictionary<string, (TemporaryFile Copy, string Name)> _files = [];

    /// <summary>Where the files lie, by role.</summary>
    public IReadOnlyDictionary<string, string> Paths => _files.ToDictionary(file => file.Key, file => file.Value.Copy.Path);

    /// <summary>Takes every file of a request but the first.</summary>
    public static async Task<PartUploads> ReadAsync(IFormFileCollection files, CancellationToken cancellationToken)
    {
        PartUploads parts = new();
        foreach (IFormFile file in files.Where(file => file.Name != First))
        {
            parts.Add(file.Name, await file.ToFileAsync(Path.GetExtension(file.FileName) == ".onnx" ? ".onnx" : ".part", cancellationToken), file.FileName);
        }

        return parts;
    }

    /// <summary>Adds a file, in the place of another in the same role.</summary>
    public void Add(string role, TemporaryFile copy, string name)
    {
        if (_files.Remove(role, out (TemporaryFile Copy, string Name) before))
        {
            before.Copy.Dispose();
        }

        _files[role] = (copy, Path.GetFileName(name));
    }

    /// <summary>The sender's name of a role's file, or null.</summary>
    public string? NameOf(string role) => _files.TryGetValue(role, out (TemporaryFile Copy, string Name) file) ? file.Name : null;

    /// <summary>The contract with the files where they lie here; whatever a sender wrote in their place is not looked at.</summary>
    /// <exception cref="ModelContractException">A file was not sent.</exception>
    public ModelContract Located(ModelContract contract) => contract.WithFiles((role, part) => _files.TryGetValue(role, out (TemporaryFile Copy, string Name) file)
        ? file.Copy.Path
        : throw new ModelContractException(Path.GetFileName(part.File!), $"it is the model's part '{role}' and was not sent"));

    /// <summary>The contract with the files as their sender calls them.</summary>
    public ModelContract Named(ModelContract contract) => contract.WithFiles((role, part) => NameOf(role) ?? Path.GetFileName(part.File!));

    /// <summary>The bytes by role.</summary>
    public async Task<IReadOnlyDictionary<string, byte[]>> ReadBytesAsync(CancellationToken cancellationToken)
    {
        Dictionary<string, byte[]> bytes = [];
        foreach ((string role, (TemporaryFile copy, _)) in _files)
        {
            bytes[role] = await File.ReadAllBytesAsync(copy.Path, cancellationToken);
        }

        return bytes;
    }

    public void Dispose()
    {
        foreach ((TemporaryFile copy, _) in _files.Values)
        {
            copy.Dispose();
        }

        _files.Clear();
    }
}
