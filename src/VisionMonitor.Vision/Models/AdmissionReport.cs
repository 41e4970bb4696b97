using System.Text.Json;
using VisionMonitor.Vision.Families;
using VisionMonitor.Vision.Onnx;

namespace VisionMonitor.Vision.Models;

/// <summary>What was found out about a model file.</summary>
public sealed record AdmissionReport
{
    /// <summary>Whether the model may be used.</summary>
    public bool IsAccepted => Code is null;

    /// <summary>Why it was refused, stable for programs; null where it was accepted. See <see cref="ModelAdmissionException.Code"/>.</summary>
    public string? Code { get; init; }

    /// <summary>Why it was refused, for people.</summary>
    public string? Sentence { get; init; }

    /// <summary>Codes of what is unusual in an accepted model: <c>non_finite_output</c>, <c>unknown_family</c>, <c>part_of_a_model</c>.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>SHA-256 of the file, lower-case hexadecimal; null where it could not be read.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Inputs, outputs and metadata; output shapes are those of a probe run. Null where the file is no model.</summary>
    public OnnxSignature? Signature { get; init; }

    /// <summary>The suggested contract; null where no family was recognised.</summary>
    public ContractGuess? Guess { get; init; }

    /// <summary>The runtime that ran the probe.</summary>
    public string? Runtime { get; init; }

    /// <summary>How long loading took, in milliseconds.</summary>
    public double? LoadMilliseconds { get; init; }

    /// <summary>How long the probe run took, in milliseconds; the first run is slower than later ones.</summary>
    public double? RunMilliseconds { get; init; }

    /// <summary>A refusal.</summary>
    public static AdmissionReport Refused(string code, string sentence) => new() { Code = code, Sentence = sentence };

    /// <summary>The report as indented JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ContractJson.Options);

    internal string ToLine() => JsonSerializer.Serialize(this, _lines);

    internal static AdmissionReport FromLine(string line) =>
        JsonSerializer.Deserialize<AdmissionReport>(line, _lines) ?? throw new JsonException("null");

    private static readonly JsonSerializerOptions _lines = new(ContractJson.Options) { WriteIndented = false };
}
