namespace VisionMonitor.Monitoring.Ingest;

/// <summary>What was sent cannot be taken; nothing of it was stored.</summary>
/// <param name="code">Stable code for programs, such as <c>client_id_conflict</c>.</param>
/// <param name="sentence">What is wrong and what to do about it.</param>
public sealed class IngestException(string code, string sentence) : Exception(sentence)
{
    /// <summary>Stable code for programs.</summary>
    public string Code { get; } = code;
}
