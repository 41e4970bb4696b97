namespace VisionMonitor.Demo.ToyWorld;

/// <summary>Everything that decides how a scene looks. The same options give the same bytes on one machine.</summary>
public sealed record SceneOptions
{
    /// <summary>Decides what lies where; two scenes that differ only in light, blur or smear show the same objects.</summary>
    public required ulong Seed { get; init; }

    public int Width { get; init; } = 256;

    public int Height { get; init; } = 256;

    /// <summary>How much nearer the camera looks, 1 to 4: the middle of the same scene, larger. What lies where does not change.</summary>
    public double Zoom { get; init; } = 1;

    /// <summary>One of <see cref="ToyWorldCamera.Cameras"/>.</summary>
    public string Camera { get; init; } = ToyWorldCamera.Cameras[0];

    /// <summary>Local time, 0 to 24: sunlight through the roof windows by day, lamps by night.</summary>
    public double HourOfDay { get; init; } = 12;

    /// <summary>Exposure, 0.3 (nearly dark) to 1.5 (overexposed).</summary>
    public double Light { get; init; } = 1;

    /// <summary>2500 (warm) to 9000 (cold); 5500 is neutral.</summary>
    public double ColorTemperatureKelvin { get; init; } = 5500;

    /// <summary>Standard deviation of the defocus, in pixels of the image.</summary>
    public double BlurSigmaPixels { get; init; }

    /// <summary>Standard deviation of the sensor noise in grey levels; a healthy camera has about 2.</summary>
    public double Noise { get; init; } = 2;

    /// <summary>Grease on the lens, 0 to 1: streaks that blur and a milky veil.</summary>
    public double LensSmear { get; init; }

    public int JpegQuality { get; init; } = 90;

    /// <summary>Weights of the known kinds in class order; null means all alike.</summary>
    public IReadOnlyList<double>? ClassMix { get; init; }

    /// <summary>Probability, 0 to 1, that an object is of the new kind instead.</summary>
    public double NewKindShare { get; init; }
}
