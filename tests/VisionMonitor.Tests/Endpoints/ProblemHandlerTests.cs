using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using VisionMonitor.Endpoints;
using VisionMonitor.Monitoring.Ingest;

namespace VisionMonitor.Tests.Endpoints;

public sealed class ProblemHandlerTests
{
    public static TheoryData<Exception, int, string> Faults => new()
    {
        { new IOException("No space left on device", 28), 507, "storage_full" },
        { new DbUpdateException("save", new SqliteException("full", 13)), 507, "storage_full" },
        { new DbUpdateException("save", new PostgresException("no space", "ERROR", "ERROR", "53100")), 507, "storage_full" },
        { new DbUpdateException("save", new SqliteException("busy", 5)), 503, "database_busy" },
        { new InvalidOperationException("transient", new NpgsqlException("refused")), 503, "database_unavailable" },
        { new IngestException("client_id_conflict", "other bytes"), 409, "client_id_conflict" },
        { new InvalidOperationException("Cannot parse the value '1' as type 'System.Nullable`1[System.Boolean]' for 'Wrong'."), 400, "invalid_query" },
        { new InvalidOperationException("a fault of ours"), 500, "internal_error" },
        { new PostgresException("duplicate", "ERROR", "ERROR", "23505"), 500, "internal_error" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Describe_OfAFault_GivesItsStatusAndCode(Exception fault, int status, string code)
    {
        (int seen, string said, string detail) = ProblemHandler.Describe(fault);

        (seen, said).ShouldBe((status, code));
        detail.ShouldNotBeEmpty();
    }
}
