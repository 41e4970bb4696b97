using System.Runtime.CompilerServices;

namespace VisionMonitor.Metrics.Detection;

/// <summary>What the predictions of one class are in one plane (area range × threshold), read from the first to the last.</summary>
internal struct PlaneOutcomes(MatchPlan plan, RankedPredictions ranked, int classIndex, int plane)
{
    private readonly int _words = plan.WordCount;
    private readonly int _word = plane >> 6;
    private readonly int _area = plan.AreaOf[plane];
    private int _mixed = ranked.MixedStarts[classIndex];

    /// <summary>The outcome of the prediction at a place; places are asked in order, none left out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PlaneOutcome At(int place)
    {
        byte pattern = ranked.Patterns[place];
        if (pattern != RankedPredictions.Mixed)
        {
            return ((pattern >> _area) & 1) != 0 ? PlaneOutcome.Wrong : PlaneOutcome.Ignored;
        }

        int at = (_mixed++ * _words) + _word;
        return ((ranked.Right[at] >> plane) & 1) != 0 ? PlaneOutcome.Right : ((ranked.Wrong[at] >> plane) & 1) != 0 ? PlaneOutcome.Wrong : PlaneOutcome.Ignored;
    }
}

/// <summary>What a prediction is in one plane.</summary>
internal enum PlaneOutcome
{
    /// <summary>Neither: it met something that does not count, or has another size.</summary>
    Ignored,

    /// <summary>A true positive.</summary>
    Right,

    /// <summary>A false positive.</summary>
    Wrong,
}
