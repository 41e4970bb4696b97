using Microsoft.AspNetCore.Http.HttpResults;

namespace VisionMonitor.Endpoints;

/// <summary>RFC 9457 problems. Their code is stable: programs may rely on it, people read the detail.</summary>
internal static class Problem
{
    public static ProblemHttpResult Create(int status, string code, string detail) =>
        TypedResults.Problem(detail, statusCode: status, extensions: new Dictionary<string, object?> { ["code"] = code });

    /// <summary>There is no such thing, or the caller may not know of it.</summary>
    public static ProblemHttpResult NotFound(string noun, long id) =>
        Create(StatusCodes.Status404NotFound, $"{noun.Replace(' ', '_')}_not_found", $"There is no {noun} {id}.");

    public static ProblemHttpResult Invalid(string code, string detail) => Create(StatusCodes.Status400BadRequest, code, detail);

    public static ProblemHttpResult Conflict(string code, string detail) => Create(StatusCodes.Status409Conflict, code, detail);
}
