using VisionMonitor.Vision;
using VisionMonitor.Vision.Predictions;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Monitoring.Evaluation;

/// <summary>How one vision task is judged, with evidence as bytes so that storage need not know the tasks. Pure; safe on any thread.</summary>
public interface ITaskEvaluation
{
    /// <summary>The task.</summary>
    VisionTask Task { get; }

    /// <summary>The one number by which versions are compared first; an id of <see cref="Storage.MetricNames"/>.</summary>
    string HeadlineMetric { get; }

    /// <summary>Why a prediction cannot be judged in this project, as "code: sentence"; null when it can.</summary>
    string? ProblemOf(Prediction predicted, TaskSetup setup);

    /// <summary>Compares one image's truth with one version's prediction.</summary>
    /// <exception cref="ArgumentException">Truth or prediction belong to another task, or name a class that there is not.</exception>
    ImageEvidence Compare(Truth truth, Prediction predicted, TaskSetup setup);

    /// <summary>Makes a set of stored evidence ready to be summarized under any weights.</summary>
    /// <param name="contents">One entry per image, in the order in which sums run.</param>
    /// <param name="setup">The project's classes.</param>
    /// <exception cref="InvalidDataException">Some bytes are damaged or of another version.</exception>
    IEvidenceSet Prepare(IReadOnlyList<byte[]> contents, TaskSetup setup);

    /// <summary>What can be said of a prediction while there is no truth.</summary>
    AnswerTraits Describe(Prediction predicted, TaskSetup setup);
}

/// <summary>What a task evaluation must know of a project.</summary>
/// <param name="ClassCount">Its classes.</param>
/// <param name="OperatingConfidence">The confidence from which a detection counts, 0 to 1.</param>
public readonly record struct TaskSetup(int ClassCount, double OperatingConfidence)
{
    /// <summary>Indices of the classes of ground (stuff), in ascending order; empty where nobody has said which.</summary>
    public IReadOnlyList<int> StuffIndices { get; init; } = [];

    /// <summary>What the evaluations must know of a project.</summary>
    public static TaskSetup Of(Storage.Project project)
    {
        ArgumentNullException.ThrowIfNull(project);
        return new(project.ClassNames.Count, project.OperatingConfidence)
        {
            StuffIndices = [.. project.ClassNames.Index().Where(pair => project.StuffClassNames.Contains(pair.Item)).Select(pair => pair.Index)],
        };
    }

    /// <summary>The problem of a prediction that names a class which the project does not have, as <see cref="ITaskEvaluation.ProblemOf"/> says it.</summary>
    internal string UnknownClass => $"class_mismatch: The model answers with a class that is none of the project's {ClassCount} classes.";
}

/// <summary>The comparison of one image.</summary>
/// <param name="Content">The evidence, to be stored.</param>
/// <param name="Score">How well the image was answered, 0 to 1; orders galleries.</param>
public readonly record struct ImageEvidence(byte[] Content, double Score);

/// <summary>What a prediction says without a truth beside it.</summary>
/// <param name="Confidence">How sure it is, 0 to 1; null where it says nothing.</param>
/// <param name="ClassIndices">The classes that it names, with repetition.</param>
public readonly record struct AnswerTraits(double? Confidence, IReadOnlyList<int> ClassIndices);
