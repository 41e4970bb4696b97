using System.Text.Json;
using VisionMonitor.Testing;

namespace VisionMonitor.Vision.Tests;

/// <summary>The hostile files beside the checkout with the verdict that each must get.</summary>
internal sealed record HostileFile(string Path, string Verdict, string Code, int RowsOk, int RowsRejected, JsonElement Row)
{
    public byte[] Bytes => File.ReadAllBytes(FullPath);

    public string FullPath => SharedFolder.Require(["hostile", .. Path.Split('/')]);

    public string? AlternativeRefusal => Row.TryGetProperty("alt_reject", out JsonElement code) ? code.GetString() : null;

    /// <summary>Every file whose path begins so; skips the test when the folder is absent.</summary>
    public static IReadOnlyList<HostileFile> All(string prefix)
    {
        using JsonDocument index = JsonDocument.Parse(File.ReadAllBytes(SharedFolder.Require("hostile", "index.json")));
        HostileFile[] files =
        [
            .. index.RootElement.GetProperty("files").EnumerateArray()
                .Where(row => row.GetProperty("path").GetString()!.StartsWith(prefix, StringComparison.Ordinal))
                .Select(row => new HostileFile(
                    row.GetProperty("path").GetString()!,
                    row.GetProperty("verdict").GetString()!,
                    row.GetProperty("code").GetString()!,
                    Number(row, "rows_ok"),
                    Number(row, "rows_rejected"),
                    row.Clone())),
        ];
        files.ShouldNotBeEmpty();
        return files;
    }

    private static int Number(JsonElement row, string name) => row.TryGetProperty(name, out JsonElement value) ? value.GetInt32() : 0;
}
