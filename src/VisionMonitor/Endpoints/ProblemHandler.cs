using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.Data.Sqlite;
using Npgsql;
using VisionMonitor.Monitoring.Ingest;
using VisionMonitor.Monitoring.LabelTools;
using VisionMonitor.Vision;
using VisionMonitor.Vision.Images;
using VisionMonitor.Vision.Labels;
using VisionMonitor.Vision.Models;

namespace VisionMonitor.Endpoints;

/// <summary>The one place where an exception becomes an answer.</summary>
internal sealed partial class ProblemHandler(ILogger<ProblemHandler> logger) : IExceptionHandler
{
    private const int DiskFull = 28;
    private const int WindowsDiskFull = 112;

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (httpContext.RequestAborted.IsCancellationRequested)
        {
            return true;
        }

        (int status, string code, string detail) = Describe(exception);
        if (status >= StatusCodes.Status500InternalServerError)
        {
            LogFault(exception, httpContext.Request.Method, httpContext.Request.Path, code);
        }

        if (status is StatusCodes.Status503ServiceUnavailable)
        {
            httpContext.Response.Headers.RetryAfter = "2";
        }

        await Problem.Create(status, code, detail).ExecuteAsync(httpContext);
        return true;
    }

    internal static (int Status, string Code, string Detail) Describe(Exception exception) => exception switch
    {
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => (413, "payload_too_large", "The body is larger than this address accepts."),
        BadHttpRequestException bad => (bad.StatusCode, "bad_request", bad.InnerException?.Message ?? TypedParameter().Replace(bad.Message, "'$1'")),
        IngestException refused => (Refusal.StatusOf(refused.Code), refused.Code, refused.Message),
        ImageFormatException refused => (Refusal.StatusOf(refused.Code), refused.Code, refused.Message),
        VisionFormatException refused => (Refusal.StatusOf(refused.Code), refused.Code, refused.Message),
        Vision.Archives.ArchiveException refused => (Refusal.StatusOf(refused.Code), refused.Code, refused.Message),
        LabelFormatException refused => (Refusal.StatusOf(refused.Code), refused.Code, refused.Message),
        LabelToolException refused => (Refusal.StatusOf(refused), refused.Code, refused.Message),
        ModelContractException refused => (422, refused.Code, refused.Message),
        InvalidDataException form => (400, "invalid_form", form.Message),
        _ when DatabaseOf(exception) is { } database => database,
        IOException { HResult: var result } when (result & 0xFFFF) is DiskFull or WindowsDiskFull => StorageFull,

        // How Blazor tells that a page's address holds "1" where it wants "true": the person's doing, not a fault of ours.
        InvalidOperationException { Message: var message } when QueryValue().Match(message) is { Success: true } value => (400, "invalid_query", $"The address says '{value.Groups[1].Value}' for '{value.Groups[2].Value}', which is no such value."),
        _ => (500, "internal_error", "Something went wrong on our side. It has been logged."),
    };

    [GeneratedRegex("^Cannot parse the value '(.*)' as type '.*' for '(.*)'\\.$")]
    private static partial Regex QueryValue();

    /// <summary>The framework names a parameter with its type, which tells a sender nothing: <c>"IFormFile file"</c>.</summary>
    [GeneratedRegex("\"[^\" ]+ ([^\" ]+)\"")]
    private static partial Regex TypedParameter();

    private static (int Status, string Code, string Detail) StorageFull =>
        (507, "storage_full", "There is no space left to store this; nothing of it was kept. Free some space and send it again.");

    private static (int Status, string Code, string Detail)? DatabaseOf(Exception exception)
    {
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case SqliteException { SqliteErrorCode: 13 } or PostgresException { SqlState: PostgresErrorCodes.DiskFull }:
                    return StorageFull;
                case SqliteException { SqliteErrorCode: 5 or 6 }:
                    return (503, "database_busy", "The database is busy. Send the request again in a moment.");
                case PostgresException { IsTransient: false }:
                    return null;
                case NpgsqlException or TimeoutException:
                    return (503, "database_unavailable", "The database does not answer. Send the request again in a moment.");
            }
        }

        return null;
    }

    [LoggerMessage(LogLevel.Error, "{Method} {Path} failed with {Code}")]
    private partial void LogFault(Exception exception, string method, string path, string code);
}
