namespace VisionMonitor.Vision.Labels;

/// <summary>One row that is left out; caught by the reader of the rows, which reports it and goes on.</summary>
internal sealed class RowException(string code, string reason) : Exception(reason)
{
    public string Code { get; } = code;
}
