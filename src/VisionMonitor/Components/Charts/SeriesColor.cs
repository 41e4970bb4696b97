namespace VisionMonitor.Components.Charts;

/// <summary>The style-sheet class of a colour index; the colours themselves stand in app.css, in the order of the palette.</summary>
public static class SeriesColor
{
    /// <summary>How many colours there are before they repeat.</summary>
    public const int Count = 8;

    /// <summary>"s0" to "s7", or "s-neutral" for the grey of a baseline.</summary>
    public static string Class(int index) => index < 0 ? "s-neutral" : $"s{index % Count}";

    /// <summary>The colour of a model version: the same on every page.</summary>
    public static int OfVersion(int number) => Math.Max(0, number - 1) % Count;
}
