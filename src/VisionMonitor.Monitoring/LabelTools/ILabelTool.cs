using VisionMonitor.Monitoring.Alerting.Channels;
using VisionMonitor.Vision;

namespace VisionMonitor.Monitoring.LabelTools;

/// <summary>A tool in which people label. It only talks: what is sent, and what becomes of labels, is decided outside.</summary>
public interface ILabelTool
{
    /// <summary>What <see cref="Storage.LabelTool.Kind"/> says.</summary>
    string Id { get; }

    /// <summary>Its name for people.</summary>
    string Name { get; }

    /// <summary>The tasks whose labels it takes and gives back.</summary>
    IReadOnlyList<VisionTask> Tasks { get; }

    /// <summary>What is wrong with settings, in sentences, without asking the tool; empty where they can be tried.</summary>
    Task<IReadOnlyList<string>> CheckAsync(string settings, OutboundNetwork network, CancellationToken cancellationToken);

    /// <summary>Where settings lead, without any secret.</summary>
    string Describe(string settings);

    /// <summary>Asks the tool whether it can be worked with: its version, and whether it knows us.</summary>
    /// <exception cref="LabelToolException">It cannot.</exception>
    Task ProbeAsync(string settings, LabelToolHttp http, CancellationToken cancellationToken);

    /// <summary>Sends images with what the model says of them. May be stopped and done again: what an earlier attempt left is removed or found again.</summary>
    /// <param name="settings">Where to.</param>
    /// <param name="batch">What.</param>
    /// <param name="remember">Told the tool's own id of the batch as soon as there is one.</param>
    /// <param name="http">The way out.</param>
    /// <param name="cancellationToken">Stops at the next request.</param>
    /// <returns>The tool's own id of the batch.</returns>
    /// <exception cref="LabelToolException">It was not sent; what is transient may be tried again.</exception>
    Task<string> SendAsync(string settings, LabelBatch batch, Func<string, Task> remember, LabelToolHttp http, CancellationToken cancellationToken);

    /// <summary>What people have finished since the mark, as label files; the caller deletes them.</summary>
    /// <param name="settings">Where from.</param>
    /// <param name="remoteId">The tool's own id of the batch.</param>
    /// <param name="mark">What has been pulled before, in the tool's own words; empty for nothing.</param>
    /// <param name="http">The way out.</param>
    /// <param name="cancellationToken">Stops at the next request.</param>
    /// <exception cref="LabelToolException">The tool does not give them.</exception>
    IAsyncEnumerable<FinishedLabels> PullAsync(string settings, string remoteId, string mark, LabelToolHttp http, CancellationToken cancellationToken);
}

/// <summary>Images that go to a tool together.</summary>
/// <param name="Name">Its name, the same for every attempt, and for no other batch.</param>
/// <param name="Classes">Class names by index.</param>
/// <param name="Images">The images.</param>
/// <param name="RemoteId">What an earlier attempt began at the tool; null for nothing.</param>
public sealed record LabelBatch(string Name, IReadOnlyList<string> Classes, IReadOnlyList<BatchImage> Images, string? RemoteId);

/// <summary>An image that goes to a tool.</summary>
/// <param name="Name">Its file name there, which leads back to it.</param>
/// <param name="FilePath">Where its file lies here.</param>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Draft">What the model says that it shows; null for nothing.</param>
public sealed record BatchImage(string Name, string FilePath, int Width, int Height, Vision.Truths.Truth? Draft);

/// <summary>Labels that people have finished.</summary>
/// <param name="FilePath">A label file or an archive of one; the receiver deletes it.</param>
/// <param name="Source">Who labelled, for people to read: "CVAT task 5, job 7".</param>
/// <param name="Mark">What has been pulled with this.</param>
/// <param name="IsComplete">Whether nothing more is to come of the batch.</param>
public sealed record FinishedLabels(string FilePath, string Source, string Mark, bool IsComplete);

/// <summary>A tool cannot be worked with, or refused.</summary>
/// <param name="code">A stable code, such as <c>cvat_version_unsupported</c>.</param>
/// <param name="sentence">What is wrong and what to do about it; never a secret.</param>
/// <param name="isTransient">Whether it may work later as it stands.</param>
public sealed class LabelToolException(string code, string sentence, bool isTransient = false) : Exception(sentence)
{
    /// <summary>A stable code.</summary>
    public string Code { get; } = code;

    /// <summary>Whether it may work later as it stands.</summary>
    public bool IsTransient { get; } = isTransient;
}
