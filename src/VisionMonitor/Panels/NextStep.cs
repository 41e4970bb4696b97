using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Panels;

/// <summary>What is missing before a project can be watched, and where that is mended.</summary>
/// <param name="Short">A few words for a table cell.</param>
/// <param name="Sentence">What is missing and why it is needed.</param>
/// <param name="Action">What the button says.</param>
/// <param name="Link">Where the button leads.</param>
public sealed record NextStep(string Short, string Sentence, string Action, string Link)
{
    internal static NextStep? Of(Project project, LiveVersions live, bool hasRuns, bool hasImages) =>
        live.Of(project.Id).Count == 0
            ? new("no model", "No model is registered, so nothing can be rescored.", "Add a model", $"/projects/{project.Slug}/models")
        : live.Now(project.Id) is null
            ? new("nothing deployed", "Models are registered, but none is marked as the one in production.", "Choose the live version", $"/projects/{project.Slug}/models")
        : !hasImages
            ? new("no images", "No image has arrived yet. Send some with the command shown there, or drop a folder.", "Send images", $"/projects/{project.Slug}/images")
        : !hasRuns
            ? new("no run yet", "Images and a model are there; nothing has been rescored yet.", "Run now", "/jobs")
        : null;
}
