using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Migrations.Postgres;

/// <summary>Lets <c>dotnet ef</c> make migrations without a running database.</summary>
public sealed class DesignTimeFactory : IDesignTimeDbContextFactory<MonitoringDbContext>
{
    public MonitoringDbContext CreateDbContext(string[] args)
    {
        DbContextOptionsBuilder<MonitoringDbContext> options = new();
        new Database("Host=localhost;Database=design", "").Configure(options);
        return new MonitoringDbContext(options.Options);
    }
}
