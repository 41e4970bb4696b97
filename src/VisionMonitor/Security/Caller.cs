using System.Globalization;
using System.Security.Claims;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Security;

/// <summary>Who is asking: a key, whether it came as a bearer token or through a login.</summary>
/// <param name="KeyId">The key's id.</param>
/// <param name="Name">Its name, as the audit log shows it.</param>
/// <param name="Role">What it may do.</param>
/// <param name="ProjectId">The only project that it opens; null for all.</param>
public sealed record Caller(long KeyId, string Name, Role Role, long? ProjectId)
{
    private const string ProjectClaim = "visionmonitor:project";

    /// <summary>How the audit log names the caller.</summary>
    public string Actor => $"{Name} (key {KeyId})";

    /// <summary>Lets an endpoint ask for its caller; the fallback policy has seen to it that there is one.</summary>
    public static ValueTask<Caller?> BindAsync(HttpContext context) => ValueTask.FromResult(From(context.User));

    /// <summary>The caller behind a principal; null when nobody is signed in.</summary>
    public static Caller? From(ClaimsPrincipal principal)
    {
        if (principal.Identity?.IsAuthenticated != true
            || !long.TryParse(principal.FindFirstValue(ClaimTypes.NameIdentifier), CultureInfo.InvariantCulture, out long id)
            || !Enum.TryParse(principal.FindFirstValue(ClaimTypes.Role), out Role role))
        {
            return null;
        }

        string? project = principal.FindFirstValue(ProjectClaim);
        return new Caller(id, principal.Identity.Name ?? "", role, project is null ? null : long.Parse(project, CultureInfo.InvariantCulture));
    }

    /// <summary>The principal of a key.</summary>
    /// <param name="scheme">The authentication scheme that accepted it.</param>
    public ClaimsPrincipal ToPrincipal(string scheme)
    {
        List<Claim> claims =
        [
            new(ClaimTypes.NameIdentifier, KeyId.ToString(CultureInfo.InvariantCulture)),
            new(ClaimTypes.Name, Name),
            new(ClaimTypes.Role, Role.ToString()),
        ];
        if (ProjectId is { } project)
        {
            claims.Add(new Claim(ProjectClaim, project.ToString(CultureInfo.InvariantCulture)));
        }

        return new ClaimsPrincipal(new ClaimsIdentity(claims, scheme));
    }

    /// <summary>Whether the caller sees a project. Something that belongs to no project is seen by callers of all projects only.</summary>
    public bool Sees(long? projectId) => ProjectId is null || ProjectId == projectId;
}
