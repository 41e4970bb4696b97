namespace VisionMonitor.Monitoring.Storage;

/// <summary>Ids of the ways in which a run's quality is estimated; the display text of each is beside it in <see cref="Describe"/>.</summary>
public static class EstimateMethods
{
    /// <summary>From what the version's confidence was worth on the labelled baseline.</summary>
    public const string Confidence = "confidence";

    /// <summary>From the labels that have come and the confidences of all images (prediction-powered).</summary>
    public const string Labels = "labels";

    /// <summary>From how far another version says the same of the same images, and what that was worth on the labelled baseline.</summary>
    public const string Agreement = "agreement";

    /// <summary>From how far the version says the same of the same images a little changed (test-time augmentation), and what that was worth on the labelled baseline.</summary>
    public const string SecondLook = "second-look";

    /// <summary>Where a run has several, the one with the lowest rank speaks for it; no two share one.</summary>
    public static int Rank(string id) => id switch
    {
        Labels => 0,
        Confidence => 1,
        Agreement => 2,
        SecondLook => 3,
        _ => 4,
    };

    /// <summary>Display text of a method id; the id itself for one that is not known.</summary>
    public static MethodText Describe(string id) => id switch
    {
        Confidence => new("confidence", "from what the model's confidence was worth on the labelled baseline; no label of the window is looked at"),
        Labels => new("some labels", "from the labels that have come so far, carried over to the other images as far as the confidences of both tell the difference; written anew with each label until all have come"),
        Agreement => new("agreement", "from how far another version says the same of the same images, and what that was worth on the labelled baseline; versions that err alike agree all the same"),
        SecondLook => new("second look", "from how far the version says the same of the same images in other light, with less contrast and more noise (test-time augmentation), and what that was worth on the labelled baseline"),
        _ => new(id, ""),
    };
}

/// <summary>How a method is shown to people.</summary>
/// <param name="Name">Its name, within a sentence.</param>
/// <param name="Sentence">What the number comes from, without a full stop.</param>
public sealed record MethodText(string Name, string Sentence);
