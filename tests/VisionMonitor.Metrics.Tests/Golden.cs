using System.Runtime.InteropServices;
using System.Text.Json;
using VisionMonitor.Testing;

namespace VisionMonitor.Metrics.Tests;

/// <summary>Reads the reference outputs below tests/golden; the READMEs there say which tool made them.</summary>
internal static class Golden
{
    public static string Folder(params ReadOnlySpan<string> parts) => SharedFolder.InRepository(["tests", "golden", .. parts]);

    /// <summary>Python writes −Infinity into JSON where a division by zero is undefined for us.</summary>
    public static JsonElement Json(string path) => JsonDocument.Parse(File.ReadAllText(path).Replace("-Infinity", "null", StringComparison.Ordinal)).RootElement;

    public static T[] Array<T>(string path)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(File.ReadAllBytes(path)).ToArray();

    public static double? Number(this JsonElement element) => element.ValueKind == JsonValueKind.Null ? null : element.GetDouble();

    public static double?[] Numbers(this JsonElement element) => [.. element.EnumerateArray().Select(Number)];

    /// <summary>|a − b| ≤ tolerance · max(1, |b|), as the golden README states it; null only where the file has null.</summary>
    public static void ShouldMatch(this double? actual, double? expected, double tolerance = 1e-12, string what = "")
    {
        (actual is null).ShouldBe(expected is null, $"{what}: {actual:R} where the reference has {expected:R} (empty is null)");
        if (actual is { } a && expected is { } b)
        {
            Math.Abs(a - b).ShouldBeLessThanOrEqualTo(tolerance * Math.Max(1, Math.Abs(b)), $"{what}: {a:R} where the reference has {b:R}");
        }
    }

    public static void ShouldMatch(this double actual, double expected, double tolerance = 1e-12, string what = "") => ((double?)actual).ShouldMatch(expected, tolerance, what);

    public static void ShouldMatch(this double? actual, JsonElement expected, double tolerance = 1e-12, string what = "") => actual.ShouldMatch(expected.Number(), tolerance, what);

    public static void ShouldMatch(this double actual, JsonElement expected, double tolerance = 1e-12, string what = "") => ((double?)actual).ShouldMatch(expected.Number(), tolerance, what);
}
