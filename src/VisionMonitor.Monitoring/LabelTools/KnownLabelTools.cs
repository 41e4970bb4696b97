namespace VisionMonitor.Monitoring.LabelTools;

/// <summary>Every tool that labels can be exchanged with.</summary>
public static class KnownLabelTools
{
    public static IReadOnlyList<ILabelTool> All { get; } = [new CvatTool(), new RoboflowTool()];

    /// <summary>The tool of an id, or null.</summary>
    public static ILabelTool? Find(string id) => All.FirstOrDefault(tool => tool.Id == id);
}
