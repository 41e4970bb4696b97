using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using VisionMonitor.Monitoring.Alerting.Channels;
using VisionMonitor.Monitoring.DriftDetection;
using VisionMonitor.Monitoring.Heads;
using VisionMonitor.Monitoring.Ingest;
using VisionMonitor.Monitoring.Jobs;
using VisionMonitor.Monitoring.LabelTools;
using VisionMonitor.Monitoring.Rescoring;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision.Images;

namespace VisionMonitor.Monitoring;

/// <summary>Puts the week together.</summary>
public static class MonitoringRegistration
{
    /// <summary>Adds storage, planning, the ledger, the steps and the jobs. The caller brings Hangfire if it wants the bells rung by it.</summary>
    public static IServiceCollection AddMonitoring(this IServiceCollection services, MonitoringOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton(options.Database);
        services.AddSingleton(new BlobStore(options.BlobFolder));
        services.AddDbContextFactory<MonitoringDbContext>(context => options.Database.Configure(context));
        services.TryAddSingleton(ImageLimits.Default);
        services.TryAddSingleton<RecentPictures>();
        services.TryAddSingleton<ImageIngest>();
        services.TryAddSingleton<LabelIngest>();
        services.TryAddSingleton<LabelImport>();
        services.TryAddSingleton<ModelRegistry>();
        services.TryAddSingleton<WatchedFolder>();
        services.TryAddSingleton<WatchedFolders>();
        services.TryAddSingleton<ProjectRemoval>();
        services.AddSingleton<RunPlanner>();
        services.AddSingleton<ScheduleTicker>();
        services.AddSingleton<ShardLedger>();
        services.AddSingleton<SessionPool>();
        services.AddSingleton<ShardWork>();
        services.AddSingleton<RunPump>();
        services.AddSingleton<SketchedBaselines>();
        services.AddSingleton<DriftCalibrations>();
        services.AddSingleton<SketchHistory>();
        services.AddSingleton<DriftRows>();
        services.AddSingleton<EstimateRows>();
        services.AddSingleton<RunFinish>();
        services.AddSingleton<RunSweep>();
        services.AddSingleton<EvaluationRefresh>();
        services.AddSingleton<CompareVersions>();
        services.AddSingleton<DriftCause>();
        services.AddSingleton<ExplanationWork>();
        services.AddSingleton<HeadFitting>();
        services.AddSingleton<LabelQueueing>();
        services.AddSingleton<LabelExport>();
        services.AddSingleton(options.LabelTools);
        services.AddSingleton<LabelToolHttp>();
        services.AddSingleton<LabelToolProtector>();
        services.AddSingleton<LabelExchange>();
        services.AddSingleton(provider => new OutboundNetwork(options.Alerting, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ChannelSettingsProtector>();
        services.AddSingleton<AlertMessages>();
        services.AddSingleton<NoticeDelivery>();
        services.AddTransient<DeliverNoticesJob>();
        services.AddTransient<TickSchedulesJob>();
        services.AddTransient<PumpRunJob>();
        services.AddTransient<SweepRunsJob>();
        services.AddTransient<SweepFilesJob>();
        services.AddTransient<RefreshEvaluationJob>();
        services.AddTransient<ScanWatchedFoldersJob>();
        services.AddTransient<ExplainDriftJob>();
        services.AddTransient<FitHeadJob>();
        services.AddTransient<SendLabelsJob>();
        services.AddTransient<PullLabelsJob>();
        services.AddTransient<ExchangeLabelsJob>();
        return services;
    }
}
