namespace VisionMonitor.Metrics.Detection;

/// <summary>One judged prediction in TIDE's ledger.</summary>
/// <param name="ClassIndex">Its class.</param>
/// <param name="Confidence">Its confidence.</param>
/// <param name="Weight">Weight of its image.</param>
/// <param name="Error">What is wrong; <see langword="null"/> when it is right.</param>
/// <param name="MendedClass">The class under which mending makes it right; −1 when mending removes it.</param>
internal readonly record struct JudgedPrediction(int ClassIndex, double Confidence, double Weight, DetectionError? Error, int MendedClass);

/// <summary>TIDE's matching of one image and its search for the reason of every error, from the overlaps in the evidence.</summary>
internal sealed class ErrorSearch
{
    private readonly DetectionEvidence _evidence;
    private readonly double _weight;
    private readonly double _threshold;
    private readonly double _background;
    private readonly int[] _classes;
    private readonly int[] _ranked;
    private readonly int[] _pairStarts;
    private readonly bool[] _taken;
    private readonly bool[] _explained;
    private readonly int[] _bestPrediction;

    public ErrorSearch(DetectionEvidence evidence, double weight, double threshold, double background, int maxDetections)
    {
        if (!evidence.HasPairs)
        {
            throw new ArgumentException("The evidence was made without pairs (DetectionOptions.KeepsPairs).", nameof(evidence));
        }

        (_evidence, _weight, _threshold, _background) = (evidence, weight, threshold, background);
        _classes = evidence.PredictedClasses();
        _ranked = [.. Enumerable.Range(0, _classes.Length).OrderByDescending(d => evidence.Confidences[d]).Take(maxDetections)];
        _pairStarts = new int[_classes.Length + 1];
        foreach (OverlapPair pair in evidence.Pairs)
        {
            _pairStarts[pair.Predicted + 1]++;
        }

        for (int d = 0; d < _classes.Length; d++)
        {
            _pairStarts[d + 1] += _pairStarts[d];
        }

        int objects = evidence.TruthClasses.Length;
        (_taken, _explained, _bestPrediction) = (new bool[objects], new bool[objects], new int[objects]);
        Array.Fill(_bestPrediction, -1);
    }

    public void Enter(ErrorLedger ledger)
    {
        bool[] isRight = Match();
        var errors = new (int Prediction, DetectionError Error, int Object)[_ranked.Length];
        for (int i = 0; i < _ranked.Length; i++)
        {
            int d = _ranked[i];
            errors[i] = isRight[d] || IsInCrowd(d) ? (-1, default, -1) : Explain(d);
        }

        for (int i = 0; i < _ranked.Length; i++)
        {
            int d = _ranked[i];
            if (isRight[d])
            {
                ledger.Add(new JudgedPrediction(_classes[d], _evidence.Confidences[d], _weight, null, _classes[d]));
            }
            else if (errors[i].Prediction >= 0)
            {
                // Of several predictions that could be mended into one object, the first of the highest confidence is.
                (_, DetectionError error, int g) = errors[i];
                bool isMended = g >= 0 && _bestPrediction[g] == d;
                ledger.Add(new JudgedPrediction(_classes[d], _evidence.Confidences[d], _weight, error, isMended ? _evidence.TruthClasses[g] : -1));
            }
        }

        for (int g = 0; g < _taken.Length; g++)
        {
            if (!IsCrowd(g))
            {
                ledger.AddObject(_evidence.TruthClasses[g], _weight, isFound: _taken[g], isExplained: _explained[g]);
            }
        }
    }

    /// <summary>By falling confidence each prediction takes the free object of its class with the largest overlap; on equal overlap the earlier.</summary>
    private bool[] Match()
    {
        bool[] isRight = new bool[_classes.Length];
        foreach (int d in _ranked)
        {
            int g = Largest(d, pair => !_taken[pair.Truth] && _evidence.TruthClasses[pair.Truth] == _classes[d], out double overlap);
            if (g >= 0 && overlap >= _threshold)
            {
                (isRight[d], _taken[g]) = (true, true);
            }
        }

        return isRight;
    }

    private (int Prediction, DetectionError Error, int Object) Explain(int d)
    {
        int same = Largest(d, pair => _evidence.TruthClasses[pair.Truth] == _classes[d], out double sameOverlap);
        if (same >= 0 && sameOverlap >= _background && sameOverlap <= _threshold)
        {
            return (d, DetectionError.Localization, Claim(d, same));
        }

        int other = Largest(d, pair => _evidence.TruthClasses[pair.Truth] != _classes[d], out double otherOverlap);
        if (other >= 0 && otherOverlap >= _threshold)
        {
            return (d, DetectionError.Class, Claim(d, other));
        }

        int taken = Largest(d, pair => _taken[pair.Truth] && _evidence.TruthClasses[pair.Truth] == _classes[d], out double takenOverlap);
        if (taken >= 0 && takenOverlap >= _threshold)
        {
            return (d, DetectionError.Duplicate, -1);
        }

        return (d, Math.Max(sameOverlap, otherOverlap) <= _background ? DetectionError.Background : DetectionError.Both, -1);
    }

    /// <summary>An object that is still free is explained by this error; a taken one cannot be mended into.</summary>
    private int Claim(int d, int g)
    {
        if (_taken[g])
        {
            return -1;
        }

        _explained[g] = true;
        int best = _bestPrediction[g];
        if (best < 0 || _evidence.Confidences[d] > _evidence.Confidences[best])
        {
            _bestPrediction[g] = d;
        }

        return g;
    }

    private bool IsInCrowd(int d)
    {
        foreach (OverlapPair pair in _evidence.Pairs.AsSpan(_pairStarts[d], _pairStarts[d + 1] - _pairStarts[d]))
        {
            if (IsCrowd(pair.Truth) && _evidence.TruthClasses[pair.Truth] == _classes[d] && pair.Overlap > _threshold)
            {
                return true;
            }
        }

        return false;
    }

    private bool IsCrowd(int g) => (_evidence.TruthTraits[g] & TruthTraits.Crowd) != 0;

    private int Largest(int d, Func<OverlapPair, bool> isAsked, out double overlap)
    {
        int largest = -1;
        overlap = 0;
        foreach (OverlapPair pair in _evidence.Pairs.AsSpan(_pairStarts[d], _pairStarts[d + 1] - _pairStarts[d]))
        {
            if (!IsCrowd(pair.Truth) && pair.Overlap > overlap && isAsked(pair))
            {
                (largest, overlap) = (pair.Truth, pair.Overlap);
            }
        }

        return largest;
    }
}
