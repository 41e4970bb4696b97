using VisionMonitor.Metrics.Statistics;
using VisionMonitor.Vision.Images;
using VisionMonitor.Vision.Images.Corruptions;

namespace VisionMonitor.Monitoring.Explanation;

/// <summary>
/// Finds the corruption, and its strength, that moves the baseline's embeddings onto the window's: all strengths on a few images, then the best
/// few corruptions on more images and between the strengths. What the best leaves unexplained is looked for once more, as a second corruption after it.
/// </summary>
/// <param name="embed">The model whose embeddings the window has, and the group of its answer; null where it fails on an image.</param>
/// <param name="corruptions">What is tried.</param>
/// <param name="seed">Decides whatever is random.</param>
public sealed class ReproductionSearch(Func<DecodedImage, GroupedEmbedding?> embed, IReadOnlyList<ICorruption> corruptions, ulong seed)
{
    /// <summary>More baseline images than this are not tried.</summary>
    public const int MostTrials = 60;

    private const int CoarseTrials = 24;
    private const int Finalists = 4;
    private const int Rounds = 2;


    // Larger images are made smaller first: a model looks at fewer pixels anyway, and corruptions cost with the pixels.
    private const int MostSidePixels = 1024;

    private int _sidePixels = ImageCorruptions.ReferenceSidePixels;

    /// <summary>Searches.</summary>
    /// <param name="baseline">Embeddings of the whole baseline: they say how much each dimension varies.</param>
    /// <param name="trials">Decode baseline images, in a random order, null where a file is gone or broken; at most <see cref="MostTrials"/> are used.</param>
    /// <param name="window">Embeddings of the window.</param>
    /// <param name="progress">Told the done share, 0 to 1.</param>
    /// <param name="cancellationToken">Stops between two images.</param>
    /// <exception cref="ArgumentException">There are too few images on a side, or none of the trials can be embedded.</exception>
    public Reproduction Search(GroupedEmbeddings baseline, IReadOnlyList<Func<DecodedImage?>> trials, GroupedEmbeddings window, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        WindowShift shift = new(baseline, window);
        Func<DecodedImage?>[] used = [.. trials.Take(MostTrials)], few = [.. used.Take(CoarseTrials)];
        Candidate[] all = [.. corruptions.SelectMany(one => one.Strengths.Select(strength => new Candidate(one, strength)))];
        Progress done = new(progress, (2.3 * all.Length * few.Length) + (used.Length * (double)((Finalists * 4) + (Rounds * 6))));
        Trials coarse = new(Opened, embed, seed, shift, few, done, cancellationToken), fine = new(Opened, embed, seed, shift, used, done, cancellationToken);
        coarse.Embed(all);
        Peak[] peaks = [.. corruptions.Select(one => Peak.Of(one, [.. all.Where(candidate => candidate.Corruption == one)], coarse)).OrderBy(peak => peak.Distance)];
        Peak[] finalists = [.. peaks.Take(Finalists)];
        Candidate[] bracket = [.. finalists.SelectMany(peak => peak.Bracket.Select(strength => new Candidate(peak.Corruption, strength)))];
        fine.Embed(bracket);
        Candidate[] between = [.. finalists.Select(peak => new Candidate(peak.Corruption, peak.Between(fine)))];
        fine.Embed(between);
        Candidate[] tried = [.. bracket, .. between];
        Reproduction found = Judge(shift, fine, tried, [.. peaks.Skip(Finalists)], window.Count);
        if (found.Cause is null)
        {
            return found;
        }

        Candidate best = Together(coarse, fine, tried.MinBy(one => fine.After(one).Value)!);
        return found with { Steps = [.. best.Chain.Select(step => new CorruptionStep(step.Corruption.Id, Stored(step)))], StepsExplained = Explained(shift, fine.After(best).Value) };
    }

    // A world that blurs has its own noise and compression after the blur, and two things can go wrong at once: what one corruption leaves is looked for again.
    private Candidate Together(Trials coarse, Trials fine, Candidate one)
    {
        WindowShift.Measure rest = fine.After(one);
        if (rest.Value <= rest.Noise)
        {
            return one;
        }

        Candidate[] seconds = [.. corruptions.Where(corruption => corruption != one.Corruption).SelectMany(corruption => Mild(corruption).Concat(corruption.Strengths).Select(strength => new Candidate(corruption, strength)))];
        coarse.Embed(seconds.Select(second => one.And(second)));
        Candidate other = seconds.MinBy(second => coarse.After(one.And(second)).Value)!;

        // Either strength in turn, each time half as far.
        Candidate first = one;
        double scale = 0.5;
        for (int round = 0; round < Rounds; round++, scale /= 2)
        {
            other = Better(fine, other, scale, first.And);
            first = Better(fine, first, scale, moved => moved.And(other));
        }

        Candidate pair = first.And(other);
        return fine.After(pair).Value <= rest.Value / 2 ? pair : one;
    }

    /// <summary>The best of a corruption's strength, one to either side of it, and the lowest point of the parabola through the three.</summary>
    private static Candidate Better(Trials trials, Candidate moved, double scale, Func<Candidate, Candidate> pair)
    {
        if (moved.Corruption.Strengths.Count == 1)
        {
            trials.Embed([pair(moved)]);
            return moved;
        }

        double[] steps = [.. moved.Corruption.Strengths.Append(moved.Corruption.Neutral).Order()];
        int next = Math.Max(1, Array.FindIndex(steps, step => step >= moved.Strength));
        double width = scale * (steps[next] - steps[next - 1]);
        List<Candidate> tried = [.. ((double[])[moved.Strength - width, moved.Strength, moved.Strength + width]).Select(strength => moved with { Strength = Math.Clamp(strength, steps[0], steps[^1]) }).Distinct()];
        trials.Embed(tried.Select(pair));
        if (tried.Count == 3)
        {
            Candidate lowest = moved with { Strength = Peak.Lowest([.. tried.Select(one => (one.Strength, trials.After(pair(one)).Value))]) };
            trials.Embed([pair(lowest)]);
            tried.Add(lowest);
        }

        return tried.MinBy(one => trials.After(pair(one)).Value)!;
    }

    // What is left is small: half of the way to the first strength is tried too.
    private static IEnumerable<double> Mild(ICorruption corruption) => corruption.Strengths.Count == 1
        ? []
        : corruption.Strengths.Where(strength => strength < corruption.Neutral).TakeLast(1).Concat(corruption.Strengths.Where(strength => strength > corruption.Neutral).Take(1))
            .Select(strength => (strength + corruption.Neutral) / 2);

    /// <summary>The image under the candidate's last corruption, with what came before it done already.</summary>
    private static DecodedImage Spoiled(DecodedImage image, Candidate candidate, ulong imageSeed)
    {
        double strength = candidate.Corruption.IsInPixels ? candidate.Strength * Math.Max(image.Width, image.Height) / ImageCorruptions.ReferenceSidePixels : candidate.Strength;
        return candidate.Corruption.Apply(image, strength, candidate.Before is null ? imageSeed : SplitMix64.Derive(imageSeed, 1));
    }

    private DecodedImage? Opened(Func<DecodedImage?> open)
    {
        DecodedImage? image = open();
        _sidePixels = image is null ? _sidePixels : Math.Max(image.Width, image.Height);
        if (image is null || Math.Max(image.Width, image.Height) <= MostSidePixels)
        {
            return image;
        }

        using (image)
        {
            double scale = (double)MostSidePixels / Math.Max(image.Width, image.Height);
            return Resampler.Resize(image, Math.Max(1, (int)Math.Round(image.Width * scale)), Math.Max(1, (int)Math.Round(image.Height * scale)), ResizeKernel.BilinearAntialiased);
        }
    }

    private Reproduction Judge(WindowShift shift, Trials trials, Candidate[] tried, Peak[] others, int windowCount)
    {
        List<(Candidate Candidate, double Distance)> best =
        [
            .. tried.GroupBy(one => one.Corruption)
                .Select(group => group.Select(one => (Candidate: one, Distance: trials.After(one).Value)).MinBy(one => one.Distance))
                .OrderBy(one => one.Distance),
        ];

        // A corruption makes a model name other classes, which looks like a changed mix: where one is found, the mix is judged under it.
        (Candidate cause, double rest) = best[0];
        bool isFound = Explained(shift, rest) >= Reproduction.LeastExplained;
        double mixed = isFound ? trials.After(cause, isMixed: false).Value - rest : shift.Plain.Value - shift.Clean.Value;
        return new Reproduction
        {
            Fits =
            [
                .. best.Select(one => Fit(shift, one.Candidate, one.Distance))
                    .Concat(others.Select(peak => Fit(shift, new Candidate(peak.Corruption, peak.Strength), Math.Max(peak.Distance, rest)))),
            ],
            Distance = Math.Sqrt(Math.Max(0, shift.Clean.Value)),
            IsShifted = shift.Clean.Value > shift.Clean.Noise,
            MixShare = shift.Plain.Value <= 0 ? 0 : Math.Clamp(mixed / shift.Plain.Value, 0, 1),
            TrialCount = trials.Count,
            WindowCount = windowCount,
        };
    }

    private static double Explained(WindowShift shift, double after) => shift.Clean.Value <= 0 ? 0 : Math.Clamp(1 - (after / shift.Clean.Value), 0, 1);

    private CorruptionFit Fit(WindowShift shift, Candidate candidate, double after) =>
        new(candidate.Corruption.Id, Stored(candidate), Explained(shift, after));

    /// <summary>The strength for the images as they are stored.</summary>
    private double Stored(Candidate candidate) => candidate.Corruption.IsInPixels ? candidate.Strength * _sidePixels / ImageCorruptions.ReferenceSidePixels : candidate.Strength;

    /// <summary>A corruption at one strength, for images of <see cref="ImageCorruptions.ReferenceSidePixels"/>, and what is done to the image before it.</summary>
    private sealed record Candidate(ICorruption Corruption, double Strength, Candidate? Before = null)
    {
        /// <summary>In the order in which they are done to an image.</summary>
        public Candidate[] Chain => Before is null ? [this] : [Before, this];

        /// <summary>Both, the earlier on a picture's way first; of two that are at the same place this one.</summary>
        public Candidate And(Candidate other) => other.Corruption.Stage < Corruption.Stage ? this with { Before = other } : other with { Before = this };
    }

    private sealed class Progress(IProgress<double>? told, double total)
    {
        private double _done;

        public void Add(int images) => told?.Report(Math.Min(1, (_done += images) / total));
    }

    /// <summary>Some baseline images, and the embeddings that they have under the candidates that were tried on them.</summary>
    private sealed class Trials
    {
        private readonly Func<Func<DecodedImage?>, DecodedImage?> _open;
        private readonly Func<DecodedImage, GroupedEmbedding?> _embed;
        private readonly ulong _seed;
        private readonly WindowShift _shift;
        private readonly Func<DecodedImage?>[] _images;
        private readonly Progress _progress;
        private readonly CancellationToken _cancellationToken;
        private readonly GroupedEmbedding?[] _clean;
        private readonly Dictionary<Candidate, GroupedEmbedding?[]> _answers = [];

        public Trials(
            Func<Func<DecodedImage?>, DecodedImage?> open, Func<DecodedImage, GroupedEmbedding?> embed, ulong seed, WindowShift shift, Func<DecodedImage?>[] images, Progress progress, CancellationToken cancellationToken)
        {
            (_open, _embed, _seed, _shift, _images, _progress, _cancellationToken, _clean) = (open, embed, seed, shift, images, progress, cancellationToken, new GroupedEmbedding?[images.Length]);
            for (int index = 0; index < images.Length; index++)
            {
                using DecodedImage? image = open(images[index]);
                _clean[index] = image is null ? null : _embed(image);
            }
        }

        public int Count => _clean.Count(answer => answer is not null);

        public void Embed(IEnumerable<Candidate> candidates)
        {
            Candidate[] fresh = [.. candidates.Distinct().Where(candidate => !_answers.ContainsKey(candidate))];
            foreach (Candidate candidate in fresh)
            {
                _answers.Add(candidate, new GroupedEmbedding?[_images.Length]);
            }

            for (int index = 0; index < _images.Length; index++)
            {
                _cancellationToken.ThrowIfCancellationRequested();
                _progress.Add(fresh.Length);
                using DecodedImage? image = _open(_images[index]);
                if (image is null)
                {
                    continue;
                }

                ulong imageSeed = SplitMix64.Derive(_seed, (ulong)index);
                foreach (IGrouping<Candidate?, Candidate> group in fresh.GroupBy(candidate => candidate.Before))
                {
                    using DecodedImage? before = group.Key is { } first ? Spoiled(image, first, imageSeed) : null;
                    foreach (Candidate candidate in group)
                    {
                        using DecodedImage spoiled = Spoiled(before ?? image, candidate, imageSeed);
                        _answers[candidate][index] = _embed(spoiled);
                    }
                }
            }
        }

        /// <summary>How far the window lies from these images under a candidate; only images count that have an answer with it and without.</summary>
        public WindowShift.Measure After(Candidate candidate, bool isMixed = true)
        {
            GroupedEmbedding?[] answers = _answers[candidate];
            return _shift.After(Both(_clean), Both(answers), isMixed);

            GroupedEmbeddings Both(GroupedEmbedding?[] all) => GroupedEmbeddings.Of(all.Where((_, index) => _clean[index] is not null && answers[index] is not null));
        }
    }

    /// <summary>The best strength of a corruption and what lies around it.</summary>
    private sealed record Peak(ICorruption Corruption, double Strength, double Distance, IReadOnlyList<double> Bracket)
    {
        public static Peak Of(ICorruption corruption, Candidate[] tried, Trials trials)
        {
            (double strength, double distance) = tried.Select(one => (one.Strength, trials.After(one).Value)).MinBy(one => one.Value);

            // Neutral is no candidate but a neighbour: between it and the first strength there may be a better one.
            double[] scale = [.. corruption.Strengths.Append(corruption.Neutral).Order()];
            int at = Array.IndexOf(scale, strength);
            List<double> bracket = [strength];
            if (tried.Length > 1)
            {
                bracket.AddRange(at > 0 ? [(scale[at - 1] + strength) / 2] : []);
                bracket.AddRange(at < scale.Length - 1 ? [(scale[at + 1] + strength) / 2] : []);
            }

            return new Peak(corruption, strength, distance, [.. bracket.Order()]);
        }

        /// <summary>The lowest point of the parabola through the strengths of the bracket.</summary>
        public double Between(Trials trials)
        {
            (double X, double Y)[] points = [.. Bracket.Select(strength => (strength, trials.After(new Candidate(Corruption, strength)).Value))];
            return points.Length < 3 ? points.MinBy(point => point.Y).X : Lowest(points);
        }

        /// <summary>Where the parabola through three points of ascending x is lowest, between the outer two; the lowest point itself where it has no bottom.</summary>
        public static double Lowest((double X, double Y)[] points)
        {
            (double left, double right) = (points[1].X - points[0].X, points[2].X - points[1].X);
            (double down, double up) = ((points[1].Y - points[0].Y) / left, (points[2].Y - points[1].Y) / right);
            double curve = (up - down) / (left + right);
            return curve > 0 ? Math.Clamp(((points[0].X + points[1].X) / 2) - (down / (2 * curve)), points[0].X, points[2].X) : points.MinBy(point => point.Y).X;
        }
    }
}
