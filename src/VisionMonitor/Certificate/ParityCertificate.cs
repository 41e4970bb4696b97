using VisionMonitor.Hosting;

namespace VisionMonitor.Certificate;

/// <summary>Whether the ruler of this very installation equals the reference tools: the golden cases, run here and now.</summary>
internal sealed record ParityCertificate(IReadOnlyList<ParityLine> Lines)
{
    /// <summary>The checks, in the order in which they run.</summary>
    public static IReadOnlyList<(string Name, Action<GoldenSet, ParityLedger, CancellationToken> Run)> Checks { get; } =
    [
        ("detection", DetectionParity.Run),
        ("detection sections", DetectionSectionsParity.Run),
        ("semantic segmentation", SemanticParity.Run),
        ("panoptic quality", PanopticParity.Run),
        ("classification", ClassificationParity.Run),
        ("text", TextParity.Run),
        ("statistics", StatisticsParity.Run),
    ];

    public bool IsGood => Lines.All(line => line.IsWithin);

    /// <summary>Runs every check whose cases the set holds.</summary>
    /// <param name="golden">The cases.</param>
    /// <param name="progress">Told the name of each check before it runs, and how many are done.</param>
    /// <param name="cancellationToken">Stops between cases.</param>
    public static ParityCertificate Issue(GoldenSet golden, Action<string, int>? progress, CancellationToken cancellationToken)
    {
        var ledger = new ParityLedger();
        for (int i = 0; i < Checks.Count; i++)
        {
            progress?.Invoke(Checks[i].Name, i);
            Checks[i].Run(golden, ledger, cancellationToken);
        }

        return ledger.Lines.Count > 0 ? new ParityCertificate(ledger.Lines) : throw new StartException($"{golden.Root} holds no golden cases: detection, semantic, panoptic, classification, text or statistics");
    }
}
