namespace VisionMonitor.Vision.Families;

/// <summary>The list of families.</summary>
public static class ModelFamilies
{
    /// <summary>Every family.</summary>
    public static IReadOnlyList<IModelFamily> All { get; } =
    [
        new Classifier(),
        new YoloDetection(),
    ];

    /// <summary>The family with this id, or null.</summary>
    public static IModelFamily? Find(string id) => All.FirstOrDefault(family => family.Id == id);
}
