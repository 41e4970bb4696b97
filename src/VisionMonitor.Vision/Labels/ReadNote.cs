namespace VisionMonitor.Vision.Labels;

/// <summary>One remark of a reader.</summary>
/// <param name="Where">The row: a file and line, or an annotation's id.</param>
/// <param name="Code">A stable code.</param>
/// <param name="Reason">A sentence for people.</param>
public sealed record ReadNote(string Where, string Code, string Reason);
