using VisionMonitor.Metrics.Statistics;
using VisionMonitor.Vision.Images;
using VisionMonitor.Vision.Images.Corruptions;

namespace VisionMonitor.Monitoring.Explanation;

/// <summary>
/// Finds the corruption, and its strength, that moves the baseline's embeddings onto the window's: all strengths on a few images, then the best
/// few corruptions on more images and between the strengths.
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

    private int _sidePixels = ImageCorruptions.ReferenceSidePixels;

    // Larger images are made smaller first: a model looks at fewer pixels anyway, and corruptions cost with the pixels.
    private const int MostSidePixels = 1024;

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
        Candidate clean = new(null, 0);
        List<Candidate> coarse = [clean, .. corruptions.SelectMany(one => one.Strengths.Select(strength => new Candidate(one, strength)))];
        Func<DecodedImage?>[] used = [.. trials.Take(MostTrials)];
        double total = (coarse.Count * (double)Math.Min(CoarseTrials, used.Length)) + (used.Length * ((Finalists * 4) + 1));
        double done = 0;
        Embed(coarse, used.AsSpan(0, Math.Min(CoarseTrials, used.Length)));
        double[] first = [.. coarse.Select(one => Distance(clean, one))];
        Peak[] peaks = [.. corruptions.Select(one => Peak.Of(one, coarse, first)).OrderBy(peak => peak.Distance)];
        Peak[] finalists = [.. peaks.Take(Finalists)];
        Candidate cleanAgain = new(null, 0);
        List<Candidate> fine = [cleanAgain, .. finalists.SelectMany(peak => peak.Bracket.Select(strength => new Candidate(peak.Corruption, strength)))];
        Embed(fine, used);
        double[] second = [.. fine.Select(one => Distance(cleanAgain, one))];
        List<Candidate> last = [.. finalists.Select(peak => new Candidate(peak.Corruption, peak.Between(fine, second)))];
        Embed(last, used);
        return Judge(shift, cleanAgain, [.. fine.Skip(1), .. last], [.. peaks.Skip(Finalists)], window.Count);

        double Distance(Candidate before, Candidate after) => shift.After(before.With(after), after.With(before)).Value;

        void Embed(List<Candidate> candidates, ReadOnlySpan<Func<DecodedImage?>> images)
        {
            for (int index = 0; index < images.Length; index++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                using DecodedImage? image = Opened(images[index]);
                foreach (Candidate candidate in candidates)
                {
                    candidate.Add(image is null ? null : EmbeddingOf(image, candidate, SplitMix64.Derive(seed, (ulong)index)));
                }

                progress?.Report(Math.Min(1, (done += candidates.Count) / total));
            }
        }
    }

    private GroupedEmbedding? EmbeddingOf(DecodedImage image, Candidate candidate, ulong imageSeed)
    {
        if (candidate.Corruption is not { } corruption)
        {
            return embed(image);
        }

        using DecodedImage corrupted = corruption.Apply(image, corruption.IsInPixels ? candidate.Strength * Math.Max(image.Width, image.Height) / ImageCorruptions.ReferenceSidePixels : candidate.Strength, imageSeed);
        return embed(corrupted);
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

    private Reproduction Judge(WindowShift shift, Candidate clean, Candidate[] tried, Peak[] others, int windowCount)
    {
        List<(Candidate Candidate, double Distance)> best =
        [
            .. tried.GroupBy(one => one.Corruption!)
                .Select(group => group.Select(one => (Candidate: one, Distance: shift.After(clean.With(one), one.With(clean)).Value)).MinBy(one => one.Distance))
                .OrderBy(one => one.Distance),
        ];

        // A corruption makes a model name other classes, which looks like a changed mix: where one is found, the mix is judged under it.
        (Candidate cause, double rest) = best[0];
        bool isFound = Explained(rest) >= Reproduction.LeastExplained;
        double mixed = isFound ? shift.After(clean.With(cause), cause.With(clean), isMixed: false).Value - rest : shift.Plain.Value - shift.Clean.Value;
        return new Reproduction
        {
            Fits =
            [
                .. best.Select(one => Fit(one.Candidate.Corruption!, one.Candidate.Strength, one.Distance))
                    .Concat(others.Select(peak => Fit(peak.Corruption, peak.Strength, Math.Max(peak.Distance, rest)))),
            ],
            Distance = Math.Sqrt(Math.Max(0, shift.Clean.Value)),
            IsShifted = shift.Clean.Value > shift.Clean.Noise,
            MixShare = shift.Plain.Value <= 0 ? 0 : Math.Clamp(mixed / shift.Plain.Value, 0, 1),
            TrialCount = clean.Count,
            WindowCount = windowCount,
        };

        double Explained(double after) => shift.Clean.Value <= 0 ? 0 : Math.Clamp(1 - (after / shift.Clean.Value), 0, 1);

        CorruptionFit Fit(ICorruption corruption, double strength, double after) =>
            new(corruption.Id, corruption.IsInPixels ? strength * _sidePixels / ImageCorruptions.ReferenceSidePixels : strength, Explained(after));
    }

    /// <summary>A corruption at one strength and the embeddings that it gave.</summary>
    private sealed class Candidate(ICorruption? corruption, double strength)
    {
        private readonly List<GroupedEmbedding?> _answers = [];

        public ICorruption? Corruption => corruption;

        public double Strength => strength;

        public int Count => _answers.Count(answer => answer is not null);

        public void Add(GroupedEmbedding? answer) => _answers.Add(answer);

        /// <summary>The answers for the images that the other one has answers for too.</summary>
        public GroupedEmbeddings With(Candidate other) => GroupedEmbeddings.Of(_answers.Where((answer, index) => answer is not null && other._answers[index] is not null));
    }

    /// <summary>The best strength of a corruption and what lies around it.</summary>
    private sealed record Peak(ICorruption Corruption, double Strength, double Distance, IReadOnlyList<double> Bracket)
    {
        public static Peak Of(ICorruption corruption, List<Candidate> tried, double[] distances)
        {
            int[] own = [.. Enumerable.Range(0, tried.Count).Where(index => tried[index].Corruption == corruption)];
            int best = own.MinBy(index => distances[index]);
            double strength = tried[best].Strength;

            // Neutral is no candidate but a neighbour: between it and the first strength there may be a better one.
            double[] scale = [.. corruption.Strengths.Append(corruption.Neutral).Order()];
            int at = Array.IndexOf(scale, strength);
            List<double> bracket = [strength];
            if (own.Length > 1)
            {
                bracket.AddRange(at > 0 ? [(scale[at - 1] + strength) / 2] : []);
                bracket.AddRange(at < scale.Length - 1 ? [(scale[at + 1] + strength) / 2] : []);
            }

            return new Peak(corruption, strength, distances[best], [.. bracket.Order()]);
        }

        /// <summary>The lowest point of the parabola through the strengths of the bracket.</summary>
        public double Between(List<Candidate> tried, double[] distances)
        {
            (double X, double Y)[] points = [.. Enumerable.Range(0, tried.Count).Where(index => tried[index].Corruption == Corruption).Select(index => (tried[index].Strength, distances[index])).OrderBy(point => point.Strength)];
            (double X, double Y) best = points.MinBy(point => point.Y);
            if (points.Length < 3)
            {
                return best.X;
            }

            (double left, double right) = (points[1].X - points[0].X, points[2].X - points[1].X);
            (double down, double up) = ((points[1].Y - points[0].Y) / left, (points[2].Y - points[1].Y) / right);
            double curve = (up - down) / (left + right);
            return curve <= 0 ? best.X : Math.Clamp(((points[0].X + points[1].X) / 2) - (down / (2 * curve)), points[0].X, points[2].X);
        }
    }
}
