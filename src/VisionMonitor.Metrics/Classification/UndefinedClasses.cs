namespace VisionMonitor.Metrics.Classification;

/// <summary>What a class whose number is 0/0 does to an average over classes.</summary>
public enum UndefinedClasses
{
    /// <summary>It is left out (scikit-learn's zero_division=nan).</summary>
    Skip,

    /// <summary>It counts as 0 (scikit-learn's default, with all labels given).</summary>
    Zero,

    /// <summary>It counts as 0 where the class is labelled or predicted at least once, and is left out otherwise (scikit-learn's default without labels).</summary>
    ZeroWherePresent,
}
