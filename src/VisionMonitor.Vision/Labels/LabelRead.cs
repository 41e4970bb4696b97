namespace VisionMonitor.Vision.Labels;

/// <summary>What was read, and the report about it.</summary>
public sealed record LabelRead(LabelSet Set, ReadReport Report);
