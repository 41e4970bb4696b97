using Microsoft.Extensions.Options;

namespace VisionMonitor.Hosting;

/// <summary>The program cannot start or go on, for a reason that its user can mend. The message is one line for people.</summary>
public sealed class StartException(string message) : Exception(message);

/// <summary>Says in one line why the program could not start.</summary>
internal static class StartFailure
{
    /// <summary>The line, or null for a fault of ours, whose stack trace is wanted.</summary>
    public static string? Explain(Exception error) => error switch
    {
        StartException => error.Message,
        OptionsValidationException => $"a setting is wrong: {error.Message}",
        AggregateException { InnerExceptions: [var only] } => Explain(only),
        IOException { InnerException: Microsoft.AspNetCore.Connections.AddressInUseException } =>
            $"{error.Message} Another program listens there; choose another address with --urls.",
        IOException or UnauthorizedAccessException => error.Message,
        FormatException => $"an address or setting could not be read: {error.Message}",
        System.Data.Common.DbException => $"the database refused: {error.Message}",
        ArgumentException { Source: "Npgsql" } => $"the connection string could not be read: {error.Message}",
        _ => null,
    };
}
