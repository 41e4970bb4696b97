using System.Text.Json;
using System.Text.Json.Serialization;

namespace VisionMonitor.Vision.Models;

/// <summary>
/// How contracts are read and written. By reflection: generated code would set every init-only property, and so lose the defaults of
/// those that a person left out.
/// </summary>
internal static class ContractJson
{
    public static JsonSerializerOptions Options { get; } = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter() },
        AllowDuplicateProperties = false,
        AllowTrailingCommas = true,
        ReadCommentHandling = JsonCommentHandling.Skip,
        RespectNullableAnnotations = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
}
