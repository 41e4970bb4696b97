using VisionMonitor.Metrics.Drift;
using VisionMonitor.Metrics.Text;
using VisionMonitor.Monitoring.Evaluation;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision;
using VisionMonitor.Vision.Predictions;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Monitoring.Estimation;

/// <summary>
/// Error rates of read text without labels. The characters that a reading should have wrong by its own probabilities, summed over an image, tell by what the
/// labelled reference shows how many it has wrong in truth, how many words, and whether any (isotonic); how long the truth is, and how many lines
/// are found, by ratios. Lines that are not found have no confidence: where a window shows less than the reference does, its intervals reach to where all of that was missed.
/// </summary>
public sealed class TextEstimator : IQualityEstimator
{
    private static readonly string[] _metrics = [MetricNames.CharacterErrorRate, MetricNames.WordErrorRate, MetricNames.ExactMatch, MetricNames.LineHarmonicMean, MetricNames.LinePrecision, MetricNames.LineRecall];

    /// <inheritdoc/>
    public VisionTask Task => VisionTask.Text;

    /// <inheritdoc/>
    public ILearntQuality? Learn(IReadOnlyList<LabelledAnswer> reference, TaskSetup setup)
    {
        Reading[] known = [.. reference.Where(one => one is { Truth: TextTruth, Predicted: TextPrediction }).Select(one => Reading.Of(one.Truth, (TextPrediction)one.Predicted))];
        return known.All(one => one.IsBlank) ? null : new WindowEstimates<Reading>(known, new(
            _metrics,
            images => Lesson.Of(images).Estimated,
            images => Numbers(Sum(images, one => one.Counted)),
            predicted => predicted is TextPrediction answer ? Reading.Of(new TextTruth([]), answer) : null,
            image => image.Confidences,
            "lines")
        {
            IfMissed = images => Lesson.Of(images).IfMissed,
            Amount = (image => image.Length, "characters"),
            OneFault = images => [1.0 / Math.Max(1, images.Sum(one => one.Length)), 1.0 / Math.Max(1, images.Sum(one => one.Words)), 1.0 / images.Count, 0, 0, 0],
        });
    }

    /// <summary>What is counted, or expected, of some images.</summary>
    private readonly record struct Counts(double Images, double Edits, double Length, double WordEdits, double Words, double Exact, double Found, double FoundLines, double Lines);

    private static Counts Sum(IReadOnlyList<Reading> images, Func<Reading, Counts> of)
    {
        Counts sum = default;
        foreach (Reading image in images)
        {
            Counts one = of(image);
            sum = new(
                sum.Images + 1, sum.Edits + one.Edits, sum.Length + one.Length, sum.WordEdits + one.WordEdits, sum.Words + one.Words, sum.Exact + one.Exact,
                sum.Found + one.Found, sum.FoundLines + one.FoundLines, sum.Lines + one.Lines);
        }

        return sum;
    }

    private static double[] Numbers(Counts sum) => [sum.Edits / sum.Length, sum.WordEdits / sum.Words, sum.Exact / sum.Images, 2 * sum.Found / (sum.FoundLines + sum.Lines), sum.Found / sum.FoundLines, sum.Found / sum.Lines];

    /// <summary>One image's reading.</summary>
    /// <param name="Doubt">Characters that should be wrong: each line's length times 1 − its confidence.</param>
    /// <param name="Length">Characters that were read.</param>
    /// <param name="Words">Words that were read.</param>
    /// <param name="Confidences">Of each line.</param>
    /// <param name="Counted">Against the truth.</param>
    private sealed record Reading(double Doubt, int Length, int Words, float[] Confidences, Counts Counted)
    {
        public bool IsBlank => Length == 0;

        public static Reading Of(Truth truth, TextPrediction answer)
        {
            (TextEvidence read, TextDetectionEvidence found) = TextTask.Judge(truth, answer);

            // Of the answer alone: against a truth, what was read where nobody can read is left out.
            TextEvidence all = TextTask.Judge(new TextTruth([]), answer).Read;
            return new Reading(
                answer.Lines.Sum(line => line.Text.Length * (1 - line.Confidence)),
                all.PredictedLength,
                all.Words.Insertions,
                [.. answer.Lines.Select(line => (float)line.Confidence)],
                new Counts(1, read.Characters.Edits, read.TruthLength, read.Words.Edits, read.TruthWords, read.IsExact ? 1 : 0, found.Pairs.Count, found.PredictedCount, found.TruthCount));
        }
    }

    /// <summary>What labelled images teach.</summary>
    /// <param name="Edits">Wrong characters at a doubt.</param>
    /// <param name="WordEdits">Wrong words at a doubt.</param>
    /// <param name="Faulty">The chance of any fault at a doubt.</param>
    /// <param name="Ratios">True characters and words for each that was read, lines found for each unit of confidence, lines that count for each line, and true ones for each line found.</param>
    /// <param name="Blank">What an image has of which nothing was read.</param>
    /// <param name="Usual">What an image has in truth, on average.</param>
    private sealed record Lesson(IsotonicRegression? Edits, IsotonicRegression? WordEdits, IsotonicRegression? Faulty, Counts Ratios, Counts Blank, Counts Usual)
    {
        public static Lesson Of(IReadOnlyList<Reading> images)
        {
            Reading[] read = [.. images.Where(one => !one.IsBlank)], blank = [.. images.Where(one => one.IsBlank)];
            Counts counted = Sum(read, one => one.Counted), all = Sum(images, one => one.Counted), none = Sum(blank, one => one.Counted);
            double[] doubts = Array.ConvertAll(read, one => one.Doubt);

            // Where nothing was read there was something to read, until images of that kind show otherwise.
            double share = 1.0 / (blank.Length + 1), length = all.Length / all.Images, words = all.Words / all.Images;
            double lines = read.Sum(one => (double)one.Confidences.Sum());
            return new Lesson(
                Curve(one => one.Counted.Edits),
                Curve(one => one.Counted.WordEdits),
                Curve(one => 1 - one.Counted.Exact),
                new Counts(1, 0, counted.Length / read.Sum(one => one.Length), 0, counted.Words / read.Sum(one => one.Words), 0, counted.Found / lines, counted.FoundLines / read.Sum(one => one.Confidences.Length), counted.Lines / counted.Found),
                new Counts(1, share * (none.Edits + length), share * (none.Length + length), share * (none.WordEdits + words), share * (none.Words + words), share * none.Exact, 0, 0, share * none.Lines),
                new Counts(1, 0, length, 0, words, 0, 0, 0, all.Lines / all.Images));

            IsotonicRegression? Curve(Func<Reading, double> outcome) => read.Length == 0 ? null : IsotonicRegression.Fit(doubts, Array.ConvertAll(read, one => outcome(one)));
        }

        public double[] Estimated(IReadOnlyList<Reading> images) => Numbers(Sum(images, Expected));

        /// <summary>The same if what is usual and not seen was there and missed: as many characters and words are wrong, as many lines not found, and as many images at fault as hold them.</summary>
        public double[] IfMissed(IReadOnlyList<Reading> images)
        {
            Counts seen = Sum(images, Expected);
            double length = Less(seen.Length, Usual.Length), words = Less(seen.Words, Usual.Words);
            return Numbers(seen with
            {
                Edits = seen.Edits + length,
                Length = seen.Length + length,
                WordEdits = seen.WordEdits + words,
                Words = seen.Words + words,
                Exact = Math.Max(0, seen.Exact - (length / Usual.Length)),
                Lines = seen.Lines + Less(seen.Lines, Usual.Lines),
            });

            double Less(double sum, double usual) => Math.Max(0, (usual * seen.Images) - sum);
        }

        private Counts Expected(Reading one)
        {
            if (one.IsBlank || Edits is null)
            {
                return Blank;
            }

            double found = one.Confidences.Sum() * Ratios.Found;
            return new(
                1, Edits!.At(one.Doubt), one.Length * Ratios.Length, WordEdits!.At(one.Doubt), one.Words * Ratios.Words, 1 - Faulty!.At(one.Doubt), found, one.Confidences.Length * Ratios.FoundLines, found * Ratios.Lines);
        }
    }
}
