namespace VisionMonitor.Demo.ToyWorld;

/// <summary>What lies on the belt. The numbers are the class indices of the demo models; <see cref="Tyre"/> is the kind that no model has ever seen.</summary>
public enum ObjectKind
{
    Carton,
    Mailer,
    Tube,
    Polybag,
    Crate,
    Drum,
    Tyre,
}
