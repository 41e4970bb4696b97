using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Vision.Labels;

/// <summary>One image and what a person says that it shows.</summary>
/// <param name="FileName">The name in the label file, with forward slashes, relative to the images' folder.</param>
/// <param name="Width">Width in pixels, where the file says it.</param>
/// <param name="Height">Height in pixels, where the file says it.</param>
/// <param name="Truth">What it shows.</param>
public sealed record LabelledImage(string FileName, int? Width, int? Height, Truth Truth)
{
    /// <summary>Its name before Roboflow exported it as <c>name_jpg.rf.0123abcd.jpg</c>; any other name is its own.</summary>
    public string OriginalName => ImageNames.Original(FileName);
}
