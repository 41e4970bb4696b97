namespace VisionMonitor.Monitoring.Alerting.Channels;

/// <summary>A destination lies where this installation must not connect to.</summary>
public sealed class OutboundRefusedException(string message) : Exception(message);
