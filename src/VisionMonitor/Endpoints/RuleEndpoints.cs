using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Security;

namespace VisionMonitor.Endpoints;

/// <summary>When people are told.</summary>
internal static class RuleEndpoints
{
    public static void MapRules(this RouteGroupBuilder api)
    {
        RouteGroupBuilder rules = api.MapGroup("").WithTags("Rules");
        rules.MapGet("/projects/{projectId:long}/rules", ListAsync).WithSummary("The project's alert rules");
        rules.MapPost("/projects/{projectId:long}/rules", CreateAsync).For(Role.Editor).WithSummary("Create an alert rule");
        rules.MapPut("/rules/{ruleId:long}", ChangeAsync).For(Role.Editor).WithSummary("Change an alert rule");
        rules.MapDelete("/rules/{ruleId:long}", DeleteAsync).For(Role.Editor).WithSummary("Delete an alert rule with its incidents");
    }

    private static async Task<Ok<List<AlertRule>>> ListAsync(long projectId, MonitoringDbContext db, CancellationToken cancellationToken) =>
        TypedResults.Ok(await db.AlertRules.AsNoTracking().Where(rule => rule.ProjectId == projectId).OrderBy(rule => rule.Name).ToListAsync(cancellationToken));

    private static async Task<Results<Created<AlertRule>, ProblemHttpResult>> CreateAsync(
        long projectId, RuleOrder order, Caller caller, MonitoringDbContext db, TimeProvider time, CancellationToken cancellationToken)
    {
        if (order.WhatIsWrong() is { } problem)
        {
            return Problem.Invalid("invalid_rule", problem);
        }

        AlertRule rule = new() { ProjectId = projectId, Name = order.Name, Metric = order.Metric, CreatedAt = time.GetUtcNow() };
        order.ApplyTo(rule);
        db.AlertRules.Add(rule);
        db.Record(caller, time.GetUtcNow(), "rule.created", projectId, order.Describe());
        await db.SaveChangesAsync(cancellationToken);
        return TypedResults.Created($"/api/v1/rules/{rule.Id}", rule);
    }

    private static async Task<Results<Ok<AlertRule>, ProblemHttpResult>> ChangeAsync(
        long ruleId, RuleOrder order, Caller caller, MonitoringDbContext db, TimeProvider time, CancellationToken cancellationToken)
    {
        if (order.WhatIsWrong() is { } problem)
        {
            return Problem.Invalid("invalid_rule", problem);
        }

        AlertRule rule = await db.AlertRules.SingleAsync(rule => rule.Id == ruleId, cancellationToken);
        order.ApplyTo(rule);
        db.Record(caller, time.GetUtcNow(), "rule.changed", rule.ProjectId, order.Describe());
        await db.SaveChangesAsync(cancellationToken);
        return TypedResults.Ok(rule);
    }

    private static async Task<NoContent> DeleteAsync(long ruleId, Caller caller, MonitoringDbContext db, TimeProvider time, CancellationToken cancellationToken)
    {
        AlertRule rule = await db.AlertRules.SingleAsync(rule => rule.Id == ruleId, cancellationToken);
        db.AlertRules.Remove(rule);
        db.Record(caller, time.GetUtcNow(), "rule.deleted", rule.ProjectId, rule.Name);
        db.Announce(NoticeKinds.IncidentChanged, rule.ProjectId, null, time.GetUtcNow());
        await db.SaveChangesAsync(cancellationToken);
        return TypedResults.NoContent();
    }
}

/// <summary>What a rule shall be.</summary>
public sealed record RuleOrder
{
    [Required, StringLength(200)]
    public required string Name { get; init; }

    /// <summary>A metric id, such as "accuracy" or "drift".</summary>
    [Required, StringLength(48)]
    public required string Metric { get; init; }

    [Range(-1, 1_000_000)]
    public int ClassIndex { get; init; } = RunMetric.AllClasses;

    [StringLength(100)]
    public string Camera { get; init; } = "";

    /// <summary>A version to watch; leave it out to watch whichever is deployed.</summary>
    public long? ModelVersionId { get; init; }

    public required AlertDirection Direction { get; init; }

    /// <summary>Beyond this the series is bad.</summary>
    public required double Threshold { get; init; }

    /// <summary>Only beyond this, on the good side, it is good again; the threshold when left out.</summary>
    public double? RecoveryThreshold { get; init; }

    public TimeSpan PendingPeriod { get; init; }

    public TimeSpan RecoveryPeriod { get; init; }

    [Range(0, int.MaxValue)]
    public int MinimumCount { get; init; }

    [RegularExpression("^(critical|warning|info)$", ErrorMessage = "A severity is critical, warning or info.")]
    public string Severity { get; init; } = "warning";

    public bool IsEnabled { get; init; } = true;

    /// <summary>What the single fields cannot tell; null when nothing is wrong.</summary>
    public string? WhatIsWrong()
    {
        double recovery = RecoveryThreshold ?? Threshold;
        bool isGoodSide = Direction == AlertDirection.Below ? recovery >= Threshold : recovery <= Threshold;
        return !isGoodSide ? "recoveryThreshold lies on the bad side of threshold: it would be recovered while it is still bad."
            : PendingPeriod < TimeSpan.Zero || RecoveryPeriod < TimeSpan.Zero ? "pendingPeriod and recoveryPeriod must not be negative."
            : null;
    }

    public string Describe() => FormattableString.Invariant($"{Name}: {Metric} {Direction.ToString().ToLowerInvariant()} {Threshold}");

    public void ApplyTo(AlertRule rule)
    {
        rule.Name = Name;
        rule.Metric = Metric;
        rule.ClassIndex = ClassIndex;
        rule.Camera = Camera;
        rule.ModelVersionId = ModelVersionId;
        rule.Direction = Direction;
        rule.Threshold = Threshold;
        rule.RecoveryThreshold = RecoveryThreshold ?? Threshold;
        rule.PendingPeriod = PendingPeriod;
        rule.RecoveryPeriod = RecoveryPeriod;
        rule.MinimumCount = MinimumCount;
        rule.Severity = Severity;
        rule.IsEnabled = IsEnabled;
    }
}
