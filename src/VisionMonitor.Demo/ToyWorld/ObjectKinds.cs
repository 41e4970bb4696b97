namespace VisionMonitor.Demo.ToyWorld;

/// <summary>The names of the kinds, in the order of their class indices.</summary>
public static class ObjectKinds
{
    /// <summary>The six classes that the demo models are trained on.</summary>
    public static IReadOnlyList<ObjectKind> Known { get; } =
        [ObjectKind.Carton, ObjectKind.Mailer, ObjectKind.Tube, ObjectKind.Polybag, ObjectKind.Crate, ObjectKind.Drum];

    /// <summary>The kind that turns up one day and that no model knows.</summary>
    public static ObjectKind New => ObjectKind.Tyre;

    /// <summary>Names by class index, the new kind last.</summary>
    public static IReadOnlyList<string> Names { get; } = ["carton", "mailer", "tube", "polybag", "crate", "drum", "tyre"];

    /// <summary>The class name that label files use.</summary>
    public static string Name(this ObjectKind kind) => Names[(int)kind];
}
