namespace VisionMonitor.Vision.Models;

/// <summary>What became of one image file.</summary>
/// <param name="Path">The file.</param>
/// <param name="Width">Width of the upright image in pixels; 0 where it could not be decoded.</param>
/// <param name="Height">Height of the upright image in pixels; 0 where it could not be decoded.</param>
/// <param name="Scored">The answer; null where there is none.</param>
/// <param name="Code">Why there is no answer, for programs.</param>
/// <param name="Sentence">Why there is no answer, for people.</param>
public sealed record ScoredFile(string Path, int Width, int Height, ScoredImage? Scored, string? Code, string? Sentence);
