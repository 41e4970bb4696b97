namespace VisionMonitor.Metrics.Detection.Coco;

/// <summary>One image of a COCO file.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Width">Width in pixels; 0 when the file does not say.</param>
/// <param name="Height">Height in pixels; 0 when the file does not say.</param>
public sealed record CocoImage(CocoId Id, int Width, int Height);

/// <summary>One category of a COCO file.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name; empty when the file does not say.</param>
public sealed record CocoCategory(CocoId Id, string Name)
{
    /// <summary>LVIS's "r" (rare), "c" (common) or "f" (frequent); null when the file does not say.</summary>
    public string? Frequency { get; init; }
}

/// <summary>What LVIS says of one image: not every class was looked for in it.</summary>
/// <param name="Absent">Classes known not to occur.</param>
/// <param name="NotExhaustive">Classes of which not every object was labelled.</param>
internal sealed record CocoFederation(CocoId[] Absent, CocoId[] NotExhaustive);
