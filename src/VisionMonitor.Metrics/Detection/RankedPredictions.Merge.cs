namespace VisionMonitor.Metrics.Detection;

/// <summary>A few images changed: what stays is already sorted, so the new is merged in and only copied over.</summary>
internal sealed partial class RankedPredictions
{
    /// <summary>The same as gathering all evidence anew.</summary>
    /// <param name="plan">The plan of both.</param>
    /// <param name="changes">Place of an image and its new evidence; of two for one image the later counts.</param>
    public RankedPredictions Merge(MatchPlan plan, ReadOnlySpan<(int Image, DetectionEvidence Evidence)> changes)
    {
        var latest = new SortedDictionary<int, DetectionEvidence>();
        foreach ((int image, DetectionEvidence evidence) in changes)
        {
            latest[(uint)image < (uint)ImageCount ? image : throw new ArgumentOutOfRangeException(nameof(changes), image, $"There are {ImageCount} images.")] = evidence;
        }

        int[] imageOf = [.. latest.Keys];
        bool[] isChanged = new bool[ImageCount];
        foreach (int image in imageOf)
        {
            isChanged[image] = true;
        }

        RankedPredictions fresh = Gather(plan, [.. latest.Values]);
        for (int i = 0; i < fresh.Images.Length; i++)
        {
            fresh.Images[i] = imageOf[fresh.Images[i]];
        }

        int count = Images.Length + fresh.Images.Length;
        foreach (int image in imageOf)
        {
            count -= PredictionCounts[image];
        }

        var merged = new RankedPredictions(plan, ImageCount, count);
        merged.ReserveMixed(MixedStarts[^1] + fresh.MixedStarts[^1], plan.WordCount);
        PredictionCounts.CopyTo(merged.PredictionCounts, 0);
        for (int i = 0; i < imageOf.Length; i++)
        {
            merged.PredictionCounts[imageOf[i]] = fresh.PredictionCounts[i];
        }

        int at = 0;
        for (int c = 0; c < plan.ClassCount; c++)
        {
            merged.MixedStarts[c + 1] = merged.MixedStarts[c];
            at = MergeClass(merged, fresh, isChanged, plan.WordCount, c, at);
            merged.Starts[c + 1] = at;
        }

        merged.CountRight(plan);
        MergeTruths(merged, fresh, isChanged, imageOf, plan.AreaCount);
        return merged;
    }

    /// <summary>Unbroken runs of what stays are copied in one go.</summary>
    private int MergeClass(RankedPredictions into, RankedPredictions fresh, bool[] isChanged, int words, int classIndex, int at)
    {
        Run kept = new(this, classIndex), added = new(fresh, classIndex);
        int last = fresh.Starts[classIndex + 1], end = Starts[classIndex + 1];
        for (int i = kept.Start; i < end; i++)
        {
            int next = added.Start;
            while (next < last && (fresh.Confidences[next] > Confidences[i] || (fresh.Confidences[next] == Confidences[i] && fresh.Images[next] < Images[i])))
            {
                next++;
            }

            if (next > added.Start)
            {
                at = into.Copy(ref kept, i, at, classIndex, words);
                at = into.Copy(ref added, next, at, classIndex, words);
            }

            if (isChanged[Images[i]])
            {
                at = into.Copy(ref kept, i, at, classIndex, words);
                kept.SkipTo(i + 1);
            }
        }

        at = into.Copy(ref kept, end, at, classIndex, words);
        return into.Copy(ref added, last, at, classIndex, words);
    }

    /// <summary>Copies a run from its start to an end, which becomes its start, and returns the next free place.</summary>
    private int Copy(ref Run run, int end, int at, int classIndex, int words)
    {
        RankedPredictions from = run.From;
        int start = run.Start, length = end - start;
        if (length > 0)
        {
            from.Images.AsSpan(start, length).CopyTo(Images.AsSpan(at));
            from.Ranks.AsSpan(start, length).CopyTo(Ranks.AsSpan(at));
            from.Confidences.AsSpan(start, length).CopyTo(Confidences.AsSpan(at));
            from.Patterns.AsSpan(start, length).CopyTo(Patterns.AsSpan(at));
            int mixed = run.Mixed, to = MixedStarts[classIndex + 1];
            run.SkipTo(end);
            from.Right.AsSpan(mixed * words, (run.Mixed - mixed) * words).CopyTo(Right.AsSpan(to * words));
            from.Wrong.AsSpan(mixed * words, (run.Mixed - mixed) * words).CopyTo(Wrong.AsSpan(to * words));
            for (; mixed < run.Mixed; mixed++)
            {
                MixedPlaces[to++] = at + from.MixedPlaces[mixed] - start;
            }

            MixedStarts[classIndex + 1] = to;
        }

        return at + length;
    }

    /// <summary>Where the copying of one class stands.</summary>
    private struct Run(RankedPredictions from, int classIndex)
    {
        private readonly int _lastMixed = from.MixedStarts[classIndex + 1];

        public readonly RankedPredictions From => from;

        public int Start { get; private set; } = from.Starts[classIndex];

        /// <summary>The first mixed prediction from <see cref="Start"/> on.</summary>
        public int Mixed { get; private set; } = from.MixedStarts[classIndex];

        public void SkipTo(int start)
        {
            Start = start;
            while (Mixed < _lastMixed && from.MixedPlaces[Mixed] < start)
            {
                Mixed++;
            }
        }
    }

    private void MergeTruths(RankedPredictions into, RankedPredictions fresh, bool[] isChanged, int[] imageOf, int areas)
    {
        List<int> images = new(TruthImages.Length), classes = new(TruthImages.Length), counts = new(TruthCounts.Length);
        int next = 0;
        void Take(RankedPredictions from, int image, int cell)
        {
            images.Add(image);
            classes.Add(from.TruthClasses[cell]);
            counts.AddRange(from.TruthCounts.AsSpan(cell * areas, areas));
        }

        for (int cell = 0; cell <= TruthImages.Length; cell++)
        {
            int image = cell < TruthImages.Length ? TruthImages[cell] : ImageCount;
            for (; next < fresh.TruthImages.Length && imageOf[fresh.TruthImages[next]] <= image; next++)
            {
                Take(fresh, imageOf[fresh.TruthImages[next]], next);
            }

            if (cell < TruthImages.Length && !isChanged[image])
            {
                Take(this, image, cell);
            }
        }

        (into.TruthImages, into.TruthClasses, into.TruthCounts) = ([.. images], [.. classes], [.. counts]);
    }
}
