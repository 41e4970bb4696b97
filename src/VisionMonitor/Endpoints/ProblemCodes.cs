namespace VisionMonitor.Endpoints;

/// <summary>Gives the framework's own refusals a stable code too.</summary>
internal static class ProblemCodes
{
    public static void Configure(ProblemDetailsOptions options) => options.CustomizeProblemDetails = context =>
    {
        if (!context.ProblemDetails.Extensions.ContainsKey("code"))
        {
            context.ProblemDetails.Extensions["code"] = context.ProblemDetails is HttpValidationProblemDetails ? "validation_failed"
                : CodeOf(context.ProblemDetails.Status ?? context.HttpContext.Response.StatusCode);
        }
    };

    public static string CodeOf(int status) => status switch
    {
        StatusCodes.Status400BadRequest => "bad_request",
        StatusCodes.Status401Unauthorized => "unauthorized",
        StatusCodes.Status403Forbidden => "forbidden",
        StatusCodes.Status404NotFound => "not_found",
        StatusCodes.Status405MethodNotAllowed => "method_not_allowed",
        StatusCodes.Status413PayloadTooLarge => "payload_too_large",
        StatusCodes.Status415UnsupportedMediaType => "unsupported_media_type",
        StatusCodes.Status429TooManyRequests => "too_many_requests",
        >= StatusCodes.Status500InternalServerError => "internal_error",
        _ => "refused",
    };
}
