using VisionMonitor.Vision;

namespace VisionMonitor.Components;

/// <summary>What a task is called on the page.</summary>
public static class TaskText
{
    /// <summary>"detection", "semantic segmentation" …</summary>
    public static string Of(VisionTask task) => task switch
    {
        VisionTask.Classification => "classification",
        VisionTask.Detection => "detection",
        VisionTask.SemanticSegmentation => "semantic segmentation",
        VisionTask.InstanceSegmentation => "instance segmentation",
        VisionTask.Panoptic => "panoptic segmentation",
        VisionTask.Text => "text (OCR)",
        _ => "embedding",
    };
}
