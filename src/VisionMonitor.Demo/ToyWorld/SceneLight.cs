namespace VisionMonitor.Demo.ToyWorld;

/// <summary>Where the light comes from. By day it wanders with the sun, by night the lamps above the belt are all there is.</summary>
internal readonly record struct SceneLight(double HourOfDay)
{
    private double AzimuthRadians => (Day > 0 ? -150 + (120 * (HourOfDay - 6) / 13) : -105) * Math.PI / 180;

    /// <summary>0 at night, 1 at noon.</summary>
    public double Day => Math.Clamp(Math.Sin((HourOfDay - 6) / 13 * Math.PI) * 1.4, 0, 1);

    /// <summary>Warmth that morning and evening add, in kelvin.</summary>
    public double KelvinOffset => Day <= 0 ? -500 : -900 * (1 - Day);

    /// <summary>Shadow offset on the ground per unit of height.</summary>
    public (double X, double Y) ShadowSlope => (-0.62 * Math.Cos(AzimuthRadians), -0.62 * Math.Sin(AzimuthRadians));

    /// <summary>Brightness of an upright face with this outward normal; a level face has 1.</summary>
    public double Brightness(double normalX, double normalY) =>
        0.69 + (0.2 * ((normalX * Math.Cos(AzimuthRadians)) + (normalY * Math.Sin(AzimuthRadians))));
}
