using System.Text.Json;
using System.Text.Json.Serialization;

namespace VisionMonitor.Monitoring.Alerting.Channels;

/// <summary>How the settings of channels are written: camel case, names for choices, and nothing that is not known.</summary>
internal static class ChannelJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        MaxDepth = 8,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    public static string Write<T>(T settings) => JsonSerializer.Serialize(settings, Options);

    public static T Read<T>(string settings) => JsonSerializer.Deserialize<T>(settings, Options) ?? throw new JsonException("The settings are null.");

    public static T? TryRead<T>(string settings, List<string> problems)
        where T : class
    {
        try
        {
            return Read<T>(settings);
        }
        catch (JsonException failure)
        {
            problems.Add($"The settings cannot be read: {failure.Message.Split(" Path:")[0]}");
            return null;
        }
    }
}
