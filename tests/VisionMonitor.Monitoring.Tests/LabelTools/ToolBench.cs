using Microsoft.AspNetCore.DataProtection;
using VisionMonitor.Metrics.Geometry;
using VisionMonitor.Monitoring.Alerting;
using VisionMonitor.Monitoring.Alerting.Channels;
using VisionMonitor.Monitoring.LabelTools;
using VisionMonitor.Testing;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Monitoring.Tests.LabelTools;

/// <summary>What tools are tried with: a network that may reach loopback, little patience, and a batch of two images.</summary>
internal sealed class ToolBench : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("label-tools").FullName;

    public ToolBench(params IReadOnlyList<string> allowed)
    {
        Network = new OutboundNetwork(new AlertingOptions { AllowedDestinations = allowed.Count > 0 ? allowed : ["127.0.0.1"] }, TimeProvider.System);
        Http = new LabelToolHttp(Network, Options);
        Protector = new LabelToolProtector(new EphemeralDataProtectionProvider(), Network, Http);
    }

    public LabelToolOptions Options { get; } = new() { Attempts = 3, FirstWait = TimeSpan.FromMilliseconds(1), PollWait = TimeSpan.FromMilliseconds(1), MostPolls = 20, AttemptsPerBatch = 2 };

    public OutboundNetwork Network { get; }

    public LabelToolHttp Http { get; }

    public LabelToolProtector Protector { get; }

    /// <summary>What was remembered of it last.</summary>
    public string? Remembered { get; private set; }

    public Task Remember(string remoteId)
    {
        Remembered = remoteId;
        return Task.CompletedTask;
    }

    public LabelBatch Batch(string? remoteId = null)
    {
        byte[] pixels = new byte[48 * 48];
        pixels[49] = pixels[50] = pixels[98] = 1;
        RunLengthMask mask = RunLengthMask.FromPixels(48, 48, pixels);
        return new LabelBatch(
            "parcels labels 7 of 2026-05-01",
            ["box", "tube"],
            [
                new BatchImage("image-12.jpg", File("12", 3), 48, 48, new DetectionTruth([new(1, new(4, 6, 10, 12))])),
                new BatchImage("image-5.jpg", File("5", 9), 48, 48, new InstanceTruth([new(new(0, mask.Bounds, mask.Area)) { Mask = mask }])),
            ],
            remoteId);
    }

    public void Dispose()
    {
        Network.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private string File(string name, byte shade)
    {
        string path = Path.Combine(_folder, name);
        System.IO.File.WriteAllBytes(path, TestImages.Jpeg(shade));
        return path;
    }
}
