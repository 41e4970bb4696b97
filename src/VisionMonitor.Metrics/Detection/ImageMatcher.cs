namespace VisionMonitor.Metrics.Detection;

/// <summary>
/// COCO's greedy matching of one image (cocoeval.py, evaluateImg). Holds scratch space, so one thread uses it at a time.
/// </summary>
internal sealed class ImageMatcher(MatchPlan plan)
{
    private readonly int[] _starts = new int[plan.SourceClassCount + 1];
    private readonly int[] _truthStarts = new int[plan.SourceClassCount + 1];
    private int[] _predicted = [];
    private int[] _truths = [];
    private double[] _overlaps = [];
    private bool[] _taken = [];
    private bool[] _ignored = [];
    private int[] _candidates = [];
    private readonly bool[] _inRange = new bool[plan.AreaCount];

    /// <summary>The words of the mixed predictions of the image so far; what is behind them is 0.</summary>
    private ulong[] _right = new ulong[64 * plan.WordCount];
    private ulong[] _wrong = new ulong[64 * plan.WordCount];
    private int _mixedCount;

    public DetectionEvidence Match(in ImageObjects image)
    {
        // Objects and predictions of a class stand together, in their given order (the order decides ties).
        SortByClass(image.TruthClasses, _truthStarts, ref _truths);
        SortByClass(image.PredictedClasses, _starts, ref _predicted);
        if (plan.Options.IsClassAgnostic)
        {
            _truthStarts[1] = _truthStarts[^1];
            _starts[1] = _starts[^1];
        }

        int limit = plan.MaxDetections[^1];
        int cellCount = 0, kept = 0;
        for (int c = 0; c < plan.ClassCount; c++)
        {
            int predictedCount = _starts[c + 1] - _starts[c];
            cellCount += predictedCount > 0 || _truthStarts[c + 1] > _truthStarts[c] ? 1 : 0;
            kept += Math.Min(predictedCount, limit);
        }

        var evidence = new DetectionEvidence(plan, cellCount, kept);
        _mixedCount = 0;
        int cell = 0, at = 0;
        for (int c = 0; c < plan.ClassCount; c++)
        {
            Span<int> predicted = _predicted.AsSpan(_starts[c], _starts[c + 1] - _starts[c]);
            ReadOnlySpan<int> truths = _truths.AsSpan(_truthStarts[c], _truthStarts[c + 1] - _truthStarts[c]);
            if (predicted.Length == 0 && truths.Length == 0)
            {
                continue;
            }

            StableSort.Descending(predicted, image.Confidences);
            predicted = predicted[..Math.Min(predicted.Length, limit)];
            evidence.CellClasses[cell] = c;
            MatchCell(image, predicted, truths, evidence, cell, at);
            at += predicted.Length;
            evidence.CellEnds[cell++] = at;
        }

        KeepWords(evidence);
        if (plan.Options is { KeepsPairs: true, IsClassAgnostic: false })
        {
            KeepPairs(image, evidence);
        }

        return evidence;
    }

    private void KeepWords(DetectionEvidence evidence)
    {
        int length = _mixedCount * plan.WordCount;
        if (length > 0)
        {
            (evidence.Right, evidence.Wrong) = (_right.AsSpan(0, length).ToArray(), _wrong.AsSpan(0, length).ToArray());
            Array.Clear(_right, 0, length);
            Array.Clear(_wrong, 0, length);
        }
    }

    /// <summary>The overlaps of each kept prediction with the objects of every class.</summary>
    private void KeepPairs(in ImageObjects image, DetectionEvidence evidence)
    {
        int truthCount = image.TruthClasses.Length;
        var pairs = new List<OverlapPair>();
        Grow(ref _overlaps, truthCount);
        Grow(ref _truths, truthCount);
        for (int g = 0; g < truthCount; g++)
        {
            _truths[g] = g;
        }

        int position = 0;
        for (int c = 0; truthCount > 0 && c < plan.ClassCount; c++)
        {
            int end = Math.Min(_starts[c + 1], _starts[c] + plan.MaxDetections[^1]);
            for (int i = _starts[c]; i < end; i++, position++)
            {
                image.Overlap.Fill(_predicted.AsSpan(i, 1), _truths.AsSpan(0, truthCount), _overlaps, plan.Options.PairThreshold);
                for (int g = 0; g < truthCount; g++)
                {
                    if (_overlaps[g] >= plan.Options.PairThreshold)
                    {
                        pairs.Add(new OverlapPair(position, g, _overlaps[g]));
                    }
                }
            }
        }

        evidence.KeepPairs(image.TruthClasses.ToArray(), image.TruthTraits.ToArray(), image.TruthAreas.ToArray(), [.. pairs]);
    }

    private void MatchCell(in ImageObjects image, ReadOnlySpan<int> predicted, ReadOnlySpan<int> truths, DetectionEvidence evidence, int cell, int offset)
    {
        int truthCount = truths.Length;
        bool isOpen = !image.IsOpen.IsEmpty && image.IsOpen[evidence.CellClasses[cell]];
        Prepare(image, truths, evidence.CellTruthCounts.AsSpan(cell * plan.AreaCount, plan.AreaCount), predicted.Length);
        if (truthCount > 0)
        {
            image.Overlap.Fill(predicted, truths, _overlaps, plan.LowestThreshold);
        }

        for (int d = 0; d < predicted.Length; d++)
        {
            int index = predicted[d];
            evidence.Confidences[offset + d] = image.Confidences[index];
            byte sizes = FindSizes(image.PredictedAreas[index], isOpen);
            ReadOnlySpan<double> overlaps = _overlaps.AsSpan(d * truthCount, truthCount);
            bool reaches = Reaches(overlaps, plan.LowestThreshold);
            if (plan.Rule == MatchRule.Coco && !reaches && plan.AreaCount <= DetectionEvidence.MostPatternAreas)
            {
                // An unmatched prediction is wrong in every plane whose size it has, and ignored in the others.
                evidence.Patterns[offset + d] = sizes;
                continue;
            }

            evidence.Patterns[offset + d] = DetectionEvidence.Mixed;
            int words = plan.WordCount, at = _mixedCount++ * words;
            if (at == _right.Length)
            {
                Array.Resize(ref _right, 2 * at);
                Array.Resize(ref _wrong, 2 * at);
            }

            Span<ulong> right = _right.AsSpan(at, words), wrong = _wrong.AsSpan(at, words);
            if (plan.Rule == MatchRule.PascalVoc)
            {
                MatchVoc(overlaps, right, wrong);
            }
            else if (reaches)
            {
                MatchOne(image, truths, overlaps, right, wrong);
            }
            else
            {
                MissOne(wrong);
            }
        }
    }

    /// <summary>Finds the sizes that a prediction has, as a bit for each of the first areas; in an open class an unmatched prediction counts nowhere.</summary>
    private byte FindSizes(double area, bool isOpen)
    {
        bool[] inRange = _inRange;
        double[] lowers = plan.AreaLowers, uppers = plan.AreaUppers;
        int sizes = 0;
        for (int a = 0; a < inRange.Length; a++)
        {
            bool isIn = !isOpen && !(area < lowers[a] || area > uppers[a]);
            inRange[a] = isIn;
            sizes |= isIn ? 1 << a : 0;
        }

        return (byte)sizes;
    }

    private void MissOne(Span<ulong> falsePositive)
    {
        ulong[] masks = plan.AreaMasks;
        for (int a = 0; a < _inRange.Length; a++)
        {
            if (_inRange[a])
            {
                for (int w = 0; w < falsePositive.Length; w++)
                {
                    falsePositive[w] |= masks[(a * falsePositive.Length) + w];
                }
            }
        }
    }

    private void MatchOne(in ImageObjects image, ReadOnlySpan<int> truths, ReadOnlySpan<double> overlaps, Span<ulong> truePositive, Span<ulong> falsePositive)
    {
        int truthCount = truths.Length;
        for (int a = 0; a < plan.AreaCount; a++)
        {
            ReadOnlySpan<bool> ignored = _ignored.AsSpan(a * truthCount, truthCount);
            ReadOnlySpan<int> candidates = Candidates(overlaps, ignored, out int counting);
            for (int t = 0; t < plan.ThresholdCount; t++)
            {
                int plane = (a * plan.ThresholdCount) + t;
                Span<bool> taken = _taken.AsSpan(plane * truthCount, truthCount);
                double best = plan.Thresholds[t];
                int match = -1;
                for (int i = 0; i < candidates.Length; i++)
                {
                    int g = candidates[i];
                    if (i == counting && match >= 0)
                    {
                        // Objects that count come first: a match among them is never given up for an ignored one.
                        break;
                    }

                    // "Not less": on equal overlap the later object wins, as in pycocotools.
                    if (!(overlaps[g] < best) && (!taken[g] || (image.TruthTraits[truths[g]] & TruthTraits.Crowd) != 0))
                    {
                        best = overlaps[g];
                        match = g;
                    }
                }

                bool isMatched = false, isIgnored = false;
                if (match >= 0)
                {
                    taken[match] = true;
                    isIgnored = ignored[match];
                    isMatched = (image.TruthTraits[truths[match]] & TruthTraits.IdZero) == 0;
                }

                if (isMatched && !isIgnored)
                {
                    truePositive[plane >> 6] |= 1UL << plane;
                }
                else if (!isMatched && !isIgnored && _inRange[a])
                {
                    falsePositive[plane >> 6] |= 1UL << plane;
                }
            }
        }
    }

    /// <summary>Pascal VOC's rule, in every plane: only the object of the largest overlap is looked at.</summary>
    private void MatchVoc(ReadOnlySpan<double> overlaps, Span<ulong> truePositive, Span<ulong> falsePositive)
    {
        int best = 0;
        for (int g = 1; g < overlaps.Length; g++)
        {
            best = overlaps[g] > overlaps[best] ? g : best;
        }

        for (int plane = 0; plane < plan.PlaneCount; plane++)
        {
            bool isHit = overlaps.Length > 0 && overlaps[best] >= plan.Thresholds[plane % plan.ThresholdCount];
            if (isHit && _ignored[(plane / plan.ThresholdCount * overlaps.Length) + best])
            {
                continue;
            }

            bool isFirst = isHit && !_taken[(plane * overlaps.Length) + best];
            if (isFirst)
            {
                _taken[(plane * overlaps.Length) + best] = true;
                truePositive[plane >> 6] |= 1UL << plane;
            }
            else
            {
                falsePositive[plane >> 6] |= 1UL << plane;
            }
        }
    }

    /// <summary>The objects that a prediction could match at the lowest threshold: those that count, then the ignored.</summary>
    private ReadOnlySpan<int> Candidates(ReadOnlySpan<double> overlaps, ReadOnlySpan<bool> ignored, out int counting)
    {
        int count = 0;
        for (int g = 0; g < overlaps.Length; g++)
        {
            if (!ignored[g] && !(overlaps[g] < plan.LowestThreshold))
            {
                _candidates[count++] = g;
            }
        }

        counting = count;
        for (int g = 0; g < overlaps.Length; g++)
        {
            if (ignored[g] && !(overlaps[g] < plan.LowestThreshold))
            {
                _candidates[count++] = g;
            }
        }

        return _candidates.AsSpan(0, count);
    }

    private void Prepare(in ImageObjects image, ReadOnlySpan<int> truths, Span<int> counts, int predictedCount)
    {
        int truthCount = truths.Length;
        Grow(ref _overlaps, predictedCount * truthCount);
        Grow(ref _ignored, plan.AreaCount * truthCount);
        Grow(ref _taken, plan.PlaneCount * truthCount);
        Grow(ref _candidates, truthCount);
        _taken.AsSpan(0, plan.PlaneCount * truthCount).Clear();
        for (int a = 0; a < plan.AreaCount; a++)
        {
            double lower = plan.AreaLowers[a], upper = plan.AreaUppers[a];
            int counted = 0;
            for (int g = 0; g < truthCount; g++)
            {
                bool ignored = (image.TruthTraits[truths[g]] & TruthTraits.Ignored) != 0 || image.TruthAreas[truths[g]] < lower || image.TruthAreas[truths[g]] > upper;
                _ignored[(a * truthCount) + g] = ignored;
                counted += ignored ? 0 : 1;
            }

            counts[a] = counted;
        }
    }

    private static bool Reaches(ReadOnlySpan<double> overlaps, double threshold)
    {
        foreach (double overlap in overlaps)
        {
            if (!(overlap < threshold))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Counting sort: stable, one pass, no comparison.</summary>
    private static void SortByClass(ReadOnlySpan<int> classes, int[] starts, ref int[] order)
    {
        Grow(ref order, classes.Length);
        Array.Clear(starts);
        foreach (int c in classes)
        {
            starts[c + 1]++;
        }

        for (int c = 1; c < starts.Length; c++)
        {
            starts[c] += starts[c - 1];
        }

        for (int i = 0; i < classes.Length; i++)
        {
            order[starts[classes[i]]++] = i;
        }

        // Each start has become the next one's: shift back.
        Array.Copy(starts, 0, starts, 1, starts.Length - 1);
        starts[0] = 0;
    }

    private static void Grow<T>(ref T[] array, int length)
    {
        if (array.Length < length)
        {
            array = new T[Math.Max(length, array.Length * 2)];
        }
    }
}
