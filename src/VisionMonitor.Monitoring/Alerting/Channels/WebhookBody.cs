using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace VisionMonitor.Monitoring.Alerting.Channels;

/// <summary>The JSON of a webhook: version 4 of Alertmanager's, with what it has no word for under "visionmonitor".</summary>
internal static class WebhookBody
{
    // Alertmanager writes Go's zero time for an alert that has not ended.
    private const string NotEnded = "0001-01-01T00:00:00Z";

    public static byte[] Write(AlertMessage message, bool includesPictures)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream))
        {
            json.WriteStartObject();
            json.WriteString("version", "4");
            json.WriteString("groupKey", $"{{}}:{{project=\"{message.ProjectSlug}\"}}");
            json.WriteNumber("truncatedAlerts", 0);
            json.WriteString("status", Status(message));
            json.WriteString("receiver", message.ChannelName);
            WriteMap(json, "groupLabels", ("project", message.ProjectSlug));
            WriteMap(json, "commonLabels", message.Alerts.Count == 1 ? Labels(message, message.Alerts[0]) : [("project", message.ProjectSlug)]);
            WriteMap(json, "commonAnnotations", message.Alerts.Count == 1 ? Annotations(message.Alerts[0]) : []);
            json.WriteString("externalURL", message.Address?.ToString() ?? "");
            json.WriteStartArray("alerts");
            foreach (AlertDetail alert in message.Alerts)
            {
                WriteAlert(json, message, alert);
            }

            json.WriteEndArray();
            WriteOwn(json, message, includesPictures);
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    /// <summary>One incident keeps its fingerprint from firing to recovery, so that receivers fold the two.</summary>
    public static string Fingerprint(long incidentId) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"visionmonitor incident {incidentId}"))))[..16];

    private static string Status(AlertMessage message) => message.Transition == IncidentChange.Resolved ? "resolved" : "firing";

    private static (string, string)[] Labels(AlertMessage message, AlertDetail alert) =>
    [
        .. ((string, string)[])
        [
            ("alertname", alert.RuleName), ("project", message.ProjectSlug), ("severity", alert.Severity), ("metric", alert.Metric),
            ("camera", alert.Camera), ("class", alert.ClassName), ("version", alert.Version), ("incident", alert.IncidentId.ToString(CultureInfo.InvariantCulture)),
        ],
    ];

    private static (string, string)[] Annotations(AlertDetail alert) => [("summary", alert.Summary), ("description", alert.Summary)];

    private static void WriteMap(Utf8JsonWriter json, string name, params (string Key, string Value)[] pairs)
    {
        json.WriteStartObject(name);
        foreach ((string key, string value) in pairs)
        {
            if (value.Length > 0)
            {
                json.WriteString(key, value);
            }
        }

        json.WriteEndObject();
    }

    private static void WriteAlert(Utf8JsonWriter json, AlertMessage message, AlertDetail alert)
    {
        json.WriteStartObject();
        json.WriteString("status", Status(message));
        WriteMap(json, "labels", Labels(message, alert));
        WriteMap(json, "annotations", Annotations(alert));
        json.WriteString("startsAt", alert.StartedAt.UtcDateTime);
        json.WriteString("endsAt", alert.ResolvedAt?.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture) ?? NotEnded);
        json.WriteString("generatorURL", alert.Address?.ToString() ?? "");
        json.WriteString("fingerprint", Fingerprint(alert.IncidentId));
        json.WriteStartObject("visionmonitor");
        json.WriteNumber("incidentId", alert.IncidentId);
        WriteNumber(json, "value", alert.Value);
        WriteNumber(json, "threshold", alert.Threshold);
        json.WriteStartObject("ci");
        WriteNumber(json, "low", alert.Low);
        WriteNumber(json, "high", alert.High);
        json.WriteEndObject();
        WriteNumber(json, "count", alert.Count);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteOwn(Utf8JsonWriter json, AlertMessage message, bool includesPictures)
    {
        json.WriteStartObject("visionmonitor");
        json.WriteString("id", message.Id);
        json.WriteString("transition", message.Transition);
        json.WriteString("projectName", message.ProjectName);
        json.WriteString("decidedAt", message.DecidedAt.UtcDateTime);
        json.WriteEndObject();
        json.WriteStartArray("images");
        IEnumerable<AlertPicture> pictures = message.Chart is { } chart ? message.Images.Prepend(chart) : message.Images;
        foreach (AlertPicture picture in includesPictures ? pictures : [])
        {
            json.WriteStartObject();
            json.WriteString("name", picture.Name);
            json.WriteString("caption", picture.Caption);
            json.WriteString("contentType", picture.ContentType);
            json.WriteBase64String("data", picture.Bytes);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number && double.IsFinite(number))
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
