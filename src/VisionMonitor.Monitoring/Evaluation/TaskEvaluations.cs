using VisionMonitor.Vision;

namespace VisionMonitor.Monitoring.Evaluation;

/// <summary>The tasks that can be judged. A task that is absent is rescored and checked for drift, but has no quality.</summary>
public static class TaskEvaluations
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<ITaskEvaluation> All { get; } = [new ClassificationTask(), new DetectionTask(), new InstanceTask(), new SemanticTask(), new PanopticTask(), new TextTask()];

    /// <summary>The evaluation of a task; null when there is none.</summary>
    public static ITaskEvaluation? Find(VisionTask task) => All.FirstOrDefault(evaluation => evaluation.Task == task);
}
