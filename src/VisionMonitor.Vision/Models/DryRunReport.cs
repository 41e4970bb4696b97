using System.Text.Json;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Vision.Models;

/// <summary>What a model says of a few pictures under a contract that is still to be agreed.</summary>
public sealed record DryRunReport
{
    /// <summary>Why there is no answer at all, stable for programs; null where there is one. See <see cref="ModelAdmissionException.Code"/>.</summary>
    public string? Code { get; init; }

    /// <summary>Why there is no answer at all, for people.</summary>
    public string? Sentence { get; init; }

    /// <summary>The answer for each picture, in the order in which they were given.</summary>
    public IReadOnlyList<DryRunPicture> Pictures { get; init; } = [];

    /// <summary>A run that gave nothing.</summary>
    public static DryRunReport Refused(string code, string sentence) => new() { Code = code, Sentence = sentence };

    internal string ToLine() => JsonSerializer.Serialize(this, _lines);

    internal static DryRunReport FromLine(string line) => JsonSerializer.Deserialize<DryRunReport>(line, _lines) ?? throw new JsonException("null");

    private static readonly JsonSerializerOptions _lines = new(ContractJson.Options) { WriteIndented = false };
}

/// <summary>What a model says of one picture.</summary>
/// <param name="Path">The file.</param>
/// <param name="Width">Width of the upright image in pixels; 0 where it could not be decoded.</param>
/// <param name="Height">Height of the upright image in pixels; 0 where it could not be decoded.</param>
/// <param name="PredictionJson">The answer as <see cref="Prediction.ToJson"/> writes it; null where there is none.</param>
/// <param name="Milliseconds">How long preparing, inferring and reading took.</param>
/// <param name="Code">Why there is no answer, for programs.</param>
/// <param name="Sentence">Why there is no answer, for people.</param>
public sealed record DryRunPicture(string Path, int Width, int Height, string? PredictionJson, double Milliseconds, string? Code, string? Sentence)
{
    /// <summary>Reads the answer; null where there is none.</summary>
    public Prediction? ReadPrediction() => PredictionJson is null ? null : Prediction.FromJson(PredictionJson);
}
