namespace VisionMonitor.Live;

/// <summary>A small "something changed". It carries no numbers: whoever shows them fetches them.</summary>
/// <param name="Id">Grows with every notice; ask for what came after it to catch up.</param>
/// <param name="Kind">A kind of <see cref="Monitoring.Storage.NoticeKinds"/>, such as "run.completed".</param>
/// <param name="ProjectId">The project that changed; null for something of all projects.</param>
/// <param name="SubjectId">The run, incident or version that changed, if it is one.</param>
/// <param name="At">When it changed.</param>
public sealed record Notice(long Id, string Kind, long? ProjectId, long? SubjectId, DateTimeOffset At);
