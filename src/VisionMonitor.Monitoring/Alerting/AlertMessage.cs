namespace VisionMonitor.Monitoring.Alerting;

/// <summary>What a channel is to say: one fault with its evidence, or several faults of a project at once.</summary>
public sealed record AlertMessage
{
    /// <summary>The <see cref="Transition"/> of a trial that a person asked for.</summary>
    public const string Test = "test";

    /// <summary>The same for every attempt to deliver this message, so that a receiver can tell a repetition.</summary>
    public required string Id { get; init; }

    /// <summary>"fired", "resolved" or "test".</summary>
    public required string Transition { get; init; }

    public required string ProjectName { get; init; }

    public required string ProjectSlug { get; init; }

    /// <summary>IANA time zone in which people of the project read clocks.</summary>
    public string TimeZone { get; init; } = "Etc/UTC";

    /// <summary>The name of the channel that carries it.</summary>
    public required string ChannelName { get; init; }

    /// <summary>When it was decided that people are told.</summary>
    public required DateTimeOffset DecidedAt { get; init; }

    /// <summary>At least one.</summary>
    public required IReadOnlyList<AlertDetail> Alerts { get; init; }

    /// <summary>The curve of the first alert; null where there is none.</summary>
    public AlertPicture? Chart { get; init; }

    /// <summary>The worst images of the first alert, at most six.</summary>
    public IReadOnlyList<AlertPicture> Images { get; init; } = [];

    /// <summary>Where all alerts are shown; null when the installation does not know its own address.</summary>
    public Uri? Address { get; init; }
}

/// <summary>One fault in a message.</summary>
public sealed record AlertDetail
{
    public required long IncidentId { get; init; }

    public required string RuleName { get; init; }

    /// <summary>"critical", "warning" or "info".</summary>
    public required string Severity { get; init; }

    /// <summary>What happened, in one sentence with numbers.</summary>
    public required string Summary { get; init; }

    public required string Metric { get; init; }

    public string Camera { get; init; } = "";

    public string ClassName { get; init; } = "";

    public string Version { get; init; } = "";

    public double? Value { get; init; }

    public double? Threshold { get; init; }

    /// <summary>95 % interval of <see cref="Value"/>, where there is one.</summary>
    public double? Low { get; init; }

    public double? High { get; init; }

    /// <summary>Images or objects that the value rests on.</summary>
    public long? Count { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset? ResolvedAt { get; init; }

    /// <summary>The incident's page; null when the installation does not know its own address.</summary>
    public Uri? Address { get; init; }
}

/// <summary>A picture in a message.</summary>
/// <param name="Name">A file name of our own making.</param>
/// <param name="Caption">What it shows.</param>
/// <param name="ContentType">Such as "image/png".</param>
/// <param name="Bytes">The encoded picture.</param>
public sealed record AlertPicture(string Name, string Caption, string ContentType, byte[] Bytes);
