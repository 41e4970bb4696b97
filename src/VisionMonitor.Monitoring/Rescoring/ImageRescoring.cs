using System.Runtime.InteropServices;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision.Images;
using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Monitoring.Rescoring;

/// <summary>Scores one image with several versions: it is decoded and measured once, and all versions see the same pixels.</summary>
public static class ImageRescoring
{
    private const int LongestFailure = 500;

    /// <summary>Scores an image.</summary>
    /// <param name="image">The image's row.</param>
    /// <param name="decode">Decodes it and says how many milliseconds that took, or once took; null when the file is missing from the store.</param>
    /// <param name="scorers">The versions that have not scored it yet.</param>
    /// <param name="lookers">The versions that shall look at it a second time.</param>
    /// <param name="now">What goes into <see cref="Rescore.ScoredAt"/>.</param>
    /// <param name="cancellationToken">Ends a running inference.</param>
    public static RescoredImage Score(
        Image image, Func<(DecodedImage Image, double Milliseconds)>? decode, IReadOnlyList<VersionScorer> scorers, IReadOnlyList<VersionScorer> lookers, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (decode is null)
        {
            return Failed(image, [.. scorers.Select(scorer => scorer.VersionId)], "missing_file: The image's file is no longer in the store.", [.. lookers.Select(looker => looker.VersionId)], now);
        }

        try
        {
            (DecodedImage decoded, double decodeMilliseconds) = decode();
            using DecodedImage pixels = decoded;
            ImageProperties? properties = image.Brightness is null ? ImageProperties.Measure(decoded) : null;
            ScoredVersion[] scored = [.. scorers.Select(scorer => Scored(image, decoded, decodeMilliseconds, scorer, now, cancellationToken))];
            return new RescoredImage(image, properties, scored, LookAgain(image, decoded, lookers, scored, cancellationToken));
        }
        catch (ImageFormatException failure)
        {
            return Failed(image, [.. scorers.Select(scorer => scorer.VersionId)], $"{failure.Code}: {failure.Message}", [.. lookers.Select(looker => looker.VersionId)], now);
        }
    }

    /// <summary>The same failure for every version.</summary>
    /// <param name="image">The image's row.</param>
    /// <param name="versionIds">The versions that have not scored it.</param>
    /// <param name="failure">"code: sentence".</param>
    /// <param name="lookerIds">The versions that should have looked at it a second time.</param>
    /// <param name="now">What goes into <see cref="Rescore.ScoredAt"/>.</param>
    public static RescoredImage Failed(Image image, IReadOnlyList<long> versionIds, string failure, IReadOnlyList<long> lookerIds, DateTimeOffset now) =>
        new(image, null, [.. versionIds.Select(version => new ScoredVersion(FailedRow(image, version, failure, now), null))], [.. lookerIds.Select(version => Look(image, version, null))]);

    /// <summary>What versions say of the picture a little changed; a version that has just failed on it as it is has no second answer.</summary>
    private static IReadOnlyList<SecondLook> LookAgain(Image image, DecodedImage decoded, IReadOnlyList<VersionScorer> lookers, ScoredVersion[] scored, CancellationToken cancellationToken)
    {
        if (lookers.Count == 0)
        {
            return [];
        }

        using DecodedImage changed = TestTimeAugmentation.Apply(decoded, image.Sha256);
        return [.. lookers.Select(looker => Look(
            image, looker.VersionId, Array.Exists(scored, one => one.Row.ModelVersionId == looker.VersionId && one.Prediction is null) ? null : looker.Score(changed, cancellationToken).Scored?.Prediction.ToJson()))];
    }

    private static SecondLook Look(Image image, long versionId, string? prediction) => new() { ImageId = image.Id, ModelVersionId = versionId, Prediction = prediction };

    private static ScoredVersion Scored(Image image, DecodedImage decoded, double decodeMilliseconds, VersionScorer scorer, DateTimeOffset now, CancellationToken cancellationToken)
    {
        (ScoredImage? scored, string? failure) = scorer.Score(decoded, cancellationToken);
        if (scored is null)
        {
            return new ScoredVersion(FailedRow(image, scorer.VersionId, failure!, now), null);
        }

        Rescore row = new()
        {
            ImageId = image.Id,
            ModelVersionId = scorer.VersionId,
            Prediction = scored.Prediction.ToJson(),
            Embedding = scored.Embedding is { } embedding ? MemoryMarshal.AsBytes(embedding.AsSpan()).ToArray() : null,
            DecodeMilliseconds = decodeMilliseconds,
            PrepareMilliseconds = scored.Times.PrepareMilliseconds,
            InferMilliseconds = scored.Times.InferMilliseconds,
            ReadMilliseconds = scored.Times.ReadMilliseconds,
            ScoredAt = now,
        };
        return new ScoredVersion(row, scored.Prediction);
    }

    private static Rescore FailedRow(Image image, long versionId, string failure, DateTimeOffset now) => new()
    {
        ImageId = image.Id,
        ModelVersionId = versionId,
        Failure = failure.Length <= LongestFailure ? failure : failure[..LongestFailure],
        ScoredAt = now,
    };
}

/// <summary>What became of one image.</summary>
/// <param name="Image">Its row.</param>
/// <param name="Properties">Measured now; null when they were known, or the image cannot be decoded.</param>
/// <param name="Versions">One per version that was asked.</param>
/// <param name="Looks">One per version that was to look a second time.</param>
public sealed record RescoredImage(Image Image, ImageProperties? Properties, IReadOnlyList<ScoredVersion> Versions, IReadOnlyList<SecondLook> Looks);

/// <summary>What one version said.</summary>
/// <param name="Row">To be stored.</param>
/// <param name="Prediction">The answer; null when it failed.</param>
public readonly record struct ScoredVersion(Rescore Row, Prediction? Prediction);
