namespace VisionMonitor.Demo.ToyWorld;

/// <summary>An object that the camera sees.</summary>
/// <param name="Id">Its value in the instance map; the main object is 1.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Box">The tight box of the visible pixels.</param>
/// <param name="AreaPixels">Visible pixels.</param>
/// <param name="VisibleShare">Visible pixels over those that it would have with nothing before it, 0 to 1; the frame hides nothing in this sense.</param>
public sealed record SceneObject(int Id, ObjectKind Kind, PixelBox Box, int AreaPixels, double VisibleShare);
