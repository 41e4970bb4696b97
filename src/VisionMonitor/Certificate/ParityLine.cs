namespace VisionMonitor.Certificate;

/// <summary>How far one metric of ours lies from one reference tool over all golden cases.</summary>
/// <param name="Metric">The numbers compared, such as "boxes: AP and AR".</param>
/// <param name="Tool">The reference tool and its version.</param>
/// <param name="CaseCount">Golden cases.</param>
/// <param name="NumberCount">Numbers compared.</param>
/// <param name="LargestDifference">Largest |ours − theirs| / max(1, |theirs|); infinite where only one of the two is undefined.</param>
/// <param name="Tolerance">The largest difference that counts as equal.</param>
/// <param name="WorstCase">The case with the largest difference; empty where there is no difference.</param>
internal sealed record ParityLine(string Metric, string Tool, int CaseCount, long NumberCount, double LargestDifference, double Tolerance, string WorstCase)
{
    /// <summary>Up to here two tools agree in all that anybody prints.</summary>
    private const double SameDigits = 1e-8;

    public bool IsWithin => LargestDifference <= Tolerance;

    /// <summary>In a word or two for people; where the tolerance is a wide one, "equal" would say too much.</summary>
    public string Verdict => !IsWithin ? $"differs in {WorstCase}" : LargestDifference <= SameDigits ? "equal" : "within its tolerance";
}
