namespace VisionMonitor.Monitoring.Alerting.Channels;

/// <summary>Which mail server takes the messages, and for whom.</summary>
public sealed record EmailSettings
{
    public required string Host { get; init; }

    /// <summary>1 to 65,535.</summary>
    public int Port { get; init; } = 587;

    public EmailSecurity Security { get; init; } = EmailSecurity.StartTls;

    /// <summary>Empty to send without logging in.</summary>
    public string UserName { get; init; } = "";

    public string Password { get; init; } = "";

    public required string From { get; init; }

    /// <summary>1 to 50 addresses.</summary>
    public required IReadOnlyList<string> To { get; init; }

    /// <summary>As it is stored, before encryption.</summary>
    public string ToJson() => ChannelJson.Write(this);
}

/// <summary>How the connection to a mail server is kept private.</summary>
public enum EmailSecurity
{
    /// <summary>Plain greeting, then TLS, or nothing is sent.</summary>
    StartTls,

    /// <summary>TLS from the first byte.</summary>
    Tls,

    /// <summary>No TLS; only for destinations that the operator allows.</summary>
    None,
}
