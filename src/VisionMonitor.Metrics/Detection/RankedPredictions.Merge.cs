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

        var merged = new RankedPredictions(plan, ImageCount, Kept(isChanged) + fresh.Images.Length);
        int at = 0;
        for (int c = 0; c < plan.ClassCount; c++)
        {
            at = MergeClass(merged, fresh, isChanged, plan.WordCount, c, at);
            merged.Starts[c + 1] = at;
        }

        merged.CountRight(plan);
        MergeTruths(merged, fresh, isChanged, imageOf, plan.AreaCount);
        return merged;
    }

    private int Kept(bool[] isChanged)
    {
        int kept = 0;
        foreach (int image in Images)
        {
            kept += isChanged[image] ? 0 : 1;
        }

        return kept;
    }

    /// <summary>Unbroken runs of what stays are copied in one go.</summary>
    private int MergeClass(RankedPredictions into, RankedPredictions fresh, bool[] isChanged, int words, int classIndex, int at)
    {
        int next = fresh.Starts[classIndex], last = fresh.Starts[classIndex + 1], end = Starts[classIndex + 1], runStart = Starts[classIndex];
        for (int i = runStart; i < end; i++)
        {
            bool isNext = next < last && (fresh.Confidences[next] > Confidences[i] || (fresh.Confidences[next] == Confidences[i] && fresh.Images[next] < Images[i]));
            if (isNext)
            {
                at = into.Copy(this, runStart, i, at, words);
                runStart = i;
                int from = next;
                while (next < last && (fresh.Confidences[next] > Confidences[i] || (fresh.Confidences[next] == Confidences[i] && fresh.Images[next] < Images[i])))
                {
                    next++;
                }

                at = into.Copy(fresh, from, next, at, words);
            }

            if (isChanged[Images[i]])
            {
                at = into.Copy(this, runStart, i, at, words);
                runStart = i + 1;
            }
        }

        at = into.Copy(this, runStart, end, at, words);
        return into.Copy(fresh, next, last, at, words);
    }

    private int Copy(RankedPredictions from, int start, int end, int at, int words)
    {
        int length = end - start;
        if (length > 0)
        {
            from.Images.AsSpan(start, length).CopyTo(Images.AsSpan(at));
            from.Ranks.AsSpan(start, length).CopyTo(Ranks.AsSpan(at));
            from.Confidences.AsSpan(start, length).CopyTo(Confidences.AsSpan(at));
            from.Patterns.AsSpan(start, length).CopyTo(Patterns.AsSpan(at));
            from.Right.AsSpan(start * words, length * words).CopyTo(Right.AsSpan(at * words));
            from.Wrong.AsSpan(start * words, length * words).CopyTo(Wrong.AsSpan(at * words));
        }

        return at + length;
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
