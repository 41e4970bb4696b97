using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Panels;

/// <summary>The label requests of a project that are still open.</summary>
public sealed record LabelQueuePanel
{
    public required long ProjectId { get; init; }

    public required string Name { get; init; }

    public required string TimeZone { get; init; }

    public required IReadOnlyList<string> ClassNames { get; init; }

    /// <summary>The newest first, within an order the most valuable.</summary>
    public required IReadOnlyList<OpenRequest> Open { get; init; }

    public required int OpenCount { get; init; }

    /// <summary>Requests whose label has come.</summary>
    public required int LabelledCount { get; init; }

    private const int MostShown = 120;

    /// <summary>Loads the panel; null when there is no such project.</summary>
    public static async Task<LabelQueuePanel?> LoadLabelQueueAsync(MonitoringDbContext db, long projectId, CancellationToken cancellationToken)
    {
        if (await db.Projects.AsNoTracking().FirstOrDefaultAsync(project => project.Id == projectId, cancellationToken) is not { } project)
        {
            return null;
        }

        var requests = db.LabelRequests.Where(request => request.ProjectId == projectId).Join(db.Images, request => request.ImageId, image => image.Id, (request, image) => new { request, image });
        List<OpenRequest> open = await requests.Where(pair => pair.image.LabelRevision == 0)
            .OrderByDescending(pair => pair.request.RequestedAt).ThenBy(pair => pair.request.Ordinal).Take(MostShown)
            .Select(pair => new OpenRequest(pair.image.Id, pair.image.Camera, pair.image.CapturedAt, pair.request.Value, pair.request.InclusionProbability, pair.request.RequestedAt)).ToListAsync(cancellationToken);
        return new LabelQueuePanel
        {
            ProjectId = project.Id,
            Name = project.Name,
            TimeZone = project.TimeZone,
            ClassNames = project.ClassNames,
            Open = open,
            OpenCount = await requests.CountAsync(pair => pair.image.LabelRevision == 0, cancellationToken),
            LabelledCount = await requests.CountAsync(pair => pair.image.LabelRevision > 0, cancellationToken),
        };
    }
}

/// <summary>An image whose label is asked for.</summary>
/// <param name="ImageId">The image.</param>
/// <param name="Camera">Its camera.</param>
/// <param name="CapturedAt">When it was taken.</param>
/// <param name="Value">Points of interval per minute of labelling.</param>
/// <param name="InclusionProbability">The odds that it was chosen with.</param>
/// <param name="RequestedAt">When it was asked for.</param>
public sealed record OpenRequest(long ImageId, string Camera, DateTimeOffset CapturedAt, double Value, double InclusionProbability, DateTimeOffset RequestedAt);
