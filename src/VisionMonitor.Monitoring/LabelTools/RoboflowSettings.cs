namespace VisionMonitor.Monitoring.LabelTools;

/// <summary>Which project of Roboflow, and as whom.</summary>
public sealed record RoboflowSettings
{
    /// <summary>The private API key of the workspace.</summary>
    public required string ApiKey { get; init; }

    /// <summary>The workspace as it stands in addresses.</summary>
    public required string Workspace { get; init; }

    /// <summary>The project as it stands in addresses.</summary>
    public required string Project { get; init; }

    /// <summary>The API's address; another one only for installations of one's own.</summary>
    public string Url { get; init; } = OwnUrl;

    /// <summary>Where Roboflow itself answers.</summary>
    public const string OwnUrl = "https://api.roboflow.com";
}
