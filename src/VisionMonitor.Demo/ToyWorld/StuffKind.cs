namespace VisionMonitor.Demo.ToyWorld;

/// <summary>Uncountable surfaces of the scene, for semantic and panoptic truth.</summary>
public enum StuffKind
{
    Floor,
    Stripe,
    Rail,
    Roller,
    Belt,
}
