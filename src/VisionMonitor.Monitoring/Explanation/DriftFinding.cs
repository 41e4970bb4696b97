using System.Text.Json;
using System.Text.Json.Serialization;

namespace VisionMonitor.Monitoring.Explanation;

/// <summary>Why a window looks unlike the baseline, as it is stored and shown.</summary>
public sealed record DriftFinding
{
    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>The answer in a sentence.</summary>
    public required string Sentence { get; init; }

    /// <summary>What to train with, or to mend, in a sentence; null where no cause was found.</summary>
    public string? Advice { get; init; }

    /// <summary>The version whose embeddings were used.</summary>
    public required int VersionNumber { get; init; }

    /// <summary>The search; null where it had too little to go by.</summary>
    public Reproduction? Reproduction { get; init; }

    /// <summary>Each corruption's name and strength in words, in the order of the fits.</summary>
    public IReadOnlyList<FitText> Fits { get; init; } = [];

    /// <summary>What the cause costs each version.</summary>
    public IReadOnlyList<VersionLoss> Losses { get; init; } = [];

    /// <summary>Signs that it is not the world that changed but what feeds the model, in sentences.</summary>
    public IReadOnlyList<string> Technical { get; init; } = [];

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    public static DriftFinding FromJson(string json) => JsonSerializer.Deserialize<DriftFinding>(json, _json)!;

    /// <summary>Compact JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, _json);
}

/// <summary>A corruption in words.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Strength">Its strength.</param>
/// <param name="Explained">The share of the shift that it explains, 0 to 1.</param>
public sealed record FitText(string Name, string Strength, double Explained);

/// <summary>What the cause costs one version, measured on labelled baseline images under the corruption.</summary>
/// <param name="VersionNumber">The version.</param>
/// <param name="Metric">The metric.</param>
/// <param name="Clean">On the images as they are.</param>
/// <param name="Corrupted">On the same images under the corruption.</param>
/// <param name="Low">Lower end of the 95 % interval of the change.</param>
/// <param name="High">Upper end of the 95 % interval of the change.</param>
/// <param name="ImageCount">Labelled images that it rests on.</param>
public sealed record VersionLoss(int VersionNumber, string Metric, double? Clean, double? Corrupted, double? Low, double? High, int ImageCount)
{
    /// <summary>Corrupted minus clean.</summary>
    [JsonIgnore]
    public double? Change => Corrupted - Clean;
}
