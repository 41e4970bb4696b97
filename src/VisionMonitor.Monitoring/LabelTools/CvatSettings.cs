namespace VisionMonitor.Monitoring.LabelTools;

/// <summary>Which CVAT, and as whom.</summary>
public sealed record CvatSettings
{
    /// <summary>The server's address, such as <c>https://app.cvat.ai</c>.</summary>
    public required string Url { get; init; }

    /// <summary>A personal access token, or the older API key of 40 hexadecimal digits.</summary>
    public required string Token { get; init; }

    /// <summary>The short name of an organization; empty for the user's own work.</summary>
    public string Organization { get; init; } = "";

    /// <summary>The CVAT project that tasks are made in: its labels are used, and its webhooks tell of finished jobs; null for tasks of their own.</summary>
    public long? ProjectId { get; init; }

    /// <summary>The secret of CVAT's webhook, 16 to 200 characters; empty where none is set up, and then none is taken.</summary>
    public string WebhookSecret { get; init; } = "";
}
