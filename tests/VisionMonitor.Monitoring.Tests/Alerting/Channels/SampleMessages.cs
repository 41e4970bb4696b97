using VisionMonitor.Monitoring.Alerting;
using VisionMonitor.Monitoring.Alerting.Channels;

namespace VisionMonitor.Monitoring.Tests.Alerting.Channels;

internal static class SampleMessages
{
    public static readonly DateTimeOffset Start = new(2026, 11, 3, 6, 0, 0, TimeSpan.Zero);

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>A network that may reach the stubs and nothing else.</summary>
    public static OutboundNetwork Loopback(TimeSpan? limit = null) =>
        new(new AlertingOptions { AllowedDestinations = ["127.0.0.1"], TimeLimit = limit ?? TimeSpan.FromSeconds(10) }, TimeProvider.System);

    public static AlertMessage Message(string transition = IncidentChange.Fired) => new()
    {
        Id = $"alert-12-{Start.ToUnixTimeSeconds():x}-{transition}-3",
        Transition = transition,
        ProjectName = "소포 <허브>",
        ProjectSlug = "parcels",
        TimeZone = "Asia/Seoul",
        ChannelName = "ops",
        DecidedAt = Start.AddHours(2),
        Alerts =
        [
            new AlertDetail
            {
                IncidentId = 12, RuleName = "Accuracy too low", Severity = "warning", Summary = "Accuracy of v1 on camera belt-4 fell to 0.812 (n = 48), limit 0.85", Metric = "accuracy", Camera = "belt-4", Version = "v1",
                Value = 0.812, Low = 0.76, High = 0.87, Count = 48, Threshold = 0.85, StartedAt = Start, ResolvedAt = transition == IncidentChange.Resolved ? Start.AddMinutes(200) : null, Address = new Uri("https://monitor.example.org/alerts/12"),
            },
        ],
        Chart = new AlertPicture("chart.png", "Accuracy of v1", "image/png", [137, 80, 78, 71]),
        Images = [new AlertPicture("image-1.jpg", "belt-4 06:12, truth: <torn>", "image/jpeg", [255, 216]), new AlertPicture("image-2.jpg", "belt-4 06:13", "image/jpeg", [255, 217])],
        Address = new Uri("https://monitor.example.org/alerts"),
    };
}
