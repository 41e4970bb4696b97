namespace VisionMonitor.Demo.ToyWorld;

/// <summary>What is really there, to the pixel. Maps are row-major, height × width; a pixel belongs to what covers its centre.</summary>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="MainKind">The kind of the largest object: the class of the image.</param>
/// <param name="Objects">Objects with at least one visible pixel, the main object first.</param>
/// <param name="InstanceMap">0 where no object is, else the object's id.</param>
/// <param name="SegmentMap">The id of the panoptic segment of each pixel; never 0.</param>
/// <param name="Segments">Things carry their object's id, stuff carries <see cref="FirstStuffId"/> plus its kind.</param>
/// <param name="Texts">Printed lines that are more than a smudge; whether one can be read depends on its height and on what lies before it.</param>
public sealed record SceneTruth(
    int Width,
    int Height,
    ObjectKind MainKind,
    IReadOnlyList<SceneObject> Objects,
    byte[] InstanceMap,
    byte[] SegmentMap,
    IReadOnlyList<SceneSegment> Segments,
    IReadOnlyList<PrintedText> Texts)
{
    public const int FirstStuffId = 100;

    /// <summary>Class per pixel for semantic segmentation: stuff kinds first (0 to 4), then object kinds (5 and up).</summary>
    public byte[] SemanticMap()
    {
        int stuffCount = Enum.GetValues<StuffKind>().Length;
        byte[] classOfSegment = new byte[256];
        foreach (SceneSegment segment in Segments)
        {
            classOfSegment[segment.Id] = (byte)(segment.IsThing ? stuffCount + segment.ClassIndex : segment.ClassIndex);
        }

        return Array.ConvertAll(SegmentMap, id => classOfSegment[id]);
    }
}
