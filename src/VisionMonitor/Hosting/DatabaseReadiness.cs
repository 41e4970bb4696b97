namespace VisionMonitor.Hosting;

/// <summary>Whether the database answers and its tables are those of this version, and why not.</summary>
internal sealed class DatabaseReadiness
{
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when it is ready, and stays so.</summary>
    public Task Ready => _ready.Task;

    public bool IsReady => _ready.Task.IsCompletedSuccessfully;

    /// <summary>Why it is not ready yet, for people.</summary>
    public string Waiting { get; set; } = "The database is being opened.";

    public void Open() => _ready.TrySetResult();
}
