namespace VisionMonitor.Metrics.Detection.Coco;

/// <summary>One image of a COCO file.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Width">Width in pixels; 0 when the file does not say.</param>
/// <param name="Height">Height in pixels; 0 when the file does not say.</param>
public readonly record struct CocoImage(CocoId Id, int Width, int Height);

/// <summary>One category of a COCO file.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name; empty when the file does not say.</param>
public readonly record struct CocoCategory(CocoId Id, string Name);
