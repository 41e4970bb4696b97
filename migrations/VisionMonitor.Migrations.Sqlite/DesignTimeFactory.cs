using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Migrations.Sqlite;

/// <summary>Lets <c>dotnet ef</c> make migrations without a running database.</summary>
public sealed class DesignTimeFactory : IDesignTimeDbContextFactory<MonitoringDbContext>
{
    public MonitoringDbContext CreateDbContext(string[] args)
    {
        DbContextOptionsBuilder<MonitoringDbContext> options = new();
        new Database(null, "design.db").Configure(options);
        return new MonitoringDbContext(options.Options);
    }
}
