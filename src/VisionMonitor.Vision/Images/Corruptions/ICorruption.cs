namespace VisionMonitor.Vision.Images.Corruptions;

/// <summary>One way in which pictures go bad, with one strength that has a unit. The same image, strength and seed give the same pixels.</summary>
public interface ICorruption
{
    /// <summary>Its stable id, such as "gaussian-blur".</summary>
    string Id { get; }

    /// <summary>Its name in a sentence, such as "Gaussian blur".</summary>
    string Name { get; }

    /// <summary>The strength at which nothing changes.</summary>
    double Neutral { get; }

    /// <summary>Strengths that a search tries, ascending, without <see cref="Neutral"/>; for pixels, those of an image of <see cref="ImageCorruptions.ReferenceSidePixels"/>.</summary>
    IReadOnlyList<double> Strengths { get; }

    /// <summary>Whether strengths are lengths in pixels, which grow with the image.</summary>
    bool IsInPixels { get; }

    /// <summary>Whether objects move in the picture, so that boxes and masks have to move with them.</summary>
    bool MovesObjects { get; }

    /// <summary>Where on its way into the file a picture goes bad so: 0 before the sensor, 1 at the sensor, 2 when it is compressed. What is earlier goes first.</summary>
    int Stage => 0;

    /// <summary>Where a point of the image goes; itself where objects do not move.</summary>
    /// <param name="x">From the left, in pixels.</param>
    /// <param name="y">From the top, in pixels.</param>
    /// <param name="width">Width of the image in pixels.</param>
    /// <param name="height">Height of the image in pixels.</param>
    /// <param name="strength">A strength in the unit of this corruption.</param>
    (double X, double Y) Move(double x, double y, int width, int height, double strength) => (x, y);

    /// <summary>The strength in words, such as "σ 1.8 px".</summary>
    /// <param name="strength">A strength in the unit of this corruption.</param>
    string Describe(double strength);

    /// <summary>What to train with so that the change costs less, in a sentence.</summary>
    /// <param name="strength">The strength that was found.</param>
    string Augmentation(double strength);

    /// <summary>The image as it looks under this corruption; the given one is left as it is.</summary>
    /// <param name="image">The image.</param>
    /// <param name="strength">A strength in the unit of this corruption.</param>
    /// <param name="seed">Decides whatever is random.</param>
    DecodedImage Apply(DecodedImage image, double strength, ulong seed);
}
