namespace VisionMonitor.Demo.Story;

/// <summary>What the demo needs from the door.</summary>
/// <param name="Folder">Where the demo's ONNX files and contracts lie.</param>
/// <param name="DatabaseReady">Done once the tables stand.</param>
public sealed record DemoModels(string Folder, Task DatabaseReady);
