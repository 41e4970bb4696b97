using System.CommandLine;
using Microsoft.EntityFrameworkCore;
using VisionMonitor.Hosting;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Commands;

/// <summary>Brings the database's tables up to this version and ends.</summary>
internal static class MigrateCommand
{
    public static Command Create()
    {
        Command command = CommonOptions.AddTo(new Command("migrate", "Create or update the database's tables, then end."), listens: false);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using IHost host = Door.BuildWorker(CommonOptions.Given(parsed));
            IDbContextFactory<MonitoringDbContext> contexts = host.Services.GetRequiredService<IDbContextFactory<MonitoringDbContext>>();
            await using MonitoringDbContext context = await contexts.CreateDbContextAsync(cancellationToken);
            int count = (await context.Database.GetPendingMigrationsAsync(cancellationToken)).Count();
            await host.Services.GetRequiredService<DatabaseStart>().MigrateAsync(cancellationToken);
            Console.WriteLine(count == 0 ? "The database is up to date." : $"The database is up to date: {count} migration(s) applied.");
            return 0;
        });
        return command;
    }
}
