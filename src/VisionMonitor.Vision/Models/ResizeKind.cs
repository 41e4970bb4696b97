namespace VisionMonitor.Vision.Models;

/// <summary>How an image is fitted into the network's frame.</summary>
public enum ResizeKind
{
    /// <summary>To the frame's size; the aspect ratio is lost.</summary>
    Stretch,

    /// <summary>Aspect kept, centred, the rest filled: Ultralytics.</summary>
    LetterboxCentred,

    /// <summary>Aspect kept, at the top left, the rest filled: YOLOX.</summary>
    LetterboxTopLeft,

    /// <summary>Aspect kept, both sides rounded, at the top left, the rest zeros after normalising: SAM.</summary>
    PaddedTopLeft,

    /// <summary>Shorter side to a length, then the middle of the frame's size: classifiers.</summary>
    CentreCrop,

    /// <summary>
    /// Height to the frame's height, width by the aspect ratio, padded with zeros (after normalising) to at least the frame's width: text lines.
    /// </summary>
    TextLine,

    /// <summary>Longer side at most the frame's, both sides rounded to multiples of 32: text detectors with a free size.</summary>
    LongerSideLimit,

    /// <summary>Shorter side to a length, but the longer at most the frame's longer side; a free size: DETR.</summary>
    ShorterSideLimit,

    /// <summary>As it is: networks that resize inside.</summary>
    None,
}
