using System.Globalization;

namespace VisionMonitor.Components;

/// <summary>Numbers as people read them: three significant digits, an interval, what they rest on.</summary>
public static class NumberText
{
    /// <summary>What is written where there is no number.</summary>
    public const string Missing = "n/a";

    /// <summary>Three significant digits; whole numbers from 1 000 on. "n/a" for null and for what is not finite.</summary>
    public static string Significant(double? value) =>
        value is { } number && double.IsFinite(number) ? Format(number, Decimals(number)) : Missing;

    /// <summary>"0.912 ± 0.014" where the interval is nearly even, "0.912 (0.850–0.931)" where it is not.</summary>
    public static string WithInterval(double? value, double? low, double? high)
    {
        if (value is not { } number || low is not { } from || high is not { } to)
        {
            return Significant(value);
        }

        double below = number - from;
        double above = to - number;
        int decimals = Decimals(number);
        return Math.Abs(above - below) <= 0.25 * Math.Max(above, below)
            ? $"{Format(number, decimals)} ± {Format((above + below) / 2, decimals)}"
            : $"{Format(number, decimals)} ({Range(low, high, decimals)})";
    }

    /// <summary>"0.880–0.931", with the decimals of the value it belongs to; empty where there is no interval.</summary>
    public static string Range(double? low, double? high, double? value) => Range(low, high, Decimals(value ?? 0));

    private static string Range(double? low, double? high, int decimals) =>
        low is { } from && high is { } to ? $"{Format(from, decimals)}{(from < 0 || to < 0 ? " to " : "–")}{Format(to, decimals)}" : "";

    /// <summary>A difference of two shares in points with its sign: "+2.10 pt".</summary>
    public static string Points(double? difference) =>
        difference is { } number && double.IsFinite(number) ? $"{Signed(number * 100)} pt" : Missing;

    /// <summary>"+1.20 to +3.10 pt"; empty where there is no interval.</summary>
    public static string PointsRange(double? low, double? high) =>
        low is { } from && high is { } to ? $"{Signed(from * 100)} to {Signed(to * 100)} pt" : "";

    /// <summary>Three significant digits, at most two decimals, and always a sign.</summary>
    public static string Signed(double number)
    {
        string text = Format(Math.Abs(number), Math.Min(2, Decimals(number)));
        return number > 0 ? $"+{text}" : number < 0 ? $"−{text}" : text;
    }

    /// <summary>A share as per cent with three significant digits.</summary>
    public static string Percent(double? share) =>
        share is { } number && double.IsFinite(number) ? $"{Format(number * 100, Math.Min(2, Decimals(number * 100)))} %" : Missing;

    /// <summary>A whole number in groups of three.</summary>
    public static string Count(long count) => count.ToString("#,0", CultureInfo.InvariantCulture).Replace(',', '\u202f');

    /// <summary>"1 image", "48 images".</summary>
    public static string Count(long count, string one, string many) => $"{Count(count)} {(count == 1 ? one : many)}";

    /// <summary>"240 KB", "3.21 MB".</summary>
    public static string Bytes(long bytes) => bytes switch
    {
        < 1_000 => $"{bytes} B",
        < 1_000_000 => $"{Significant(bytes / 1e3)} KB",
        < 1_000_000_000 => $"{Significant(bytes / 1e6)} MB",
        _ => $"{Significant(bytes / 1e9)} GB",
    };

    private static int Decimals(double number)
    {
        double size = Math.Abs(number);
        // 0.9996 is written 1.00, so the size is taken after rounding.
        return size < 1e-9 || !double.IsFinite(size) ? 2 : Math.Clamp(2 - (int)Math.Floor(Math.Log10(size * (1 + 5e-4))), 0, 6);
    }

    private static string Format(double number, int decimals) => Math.Abs(number) >= 1_000
        ? Count((long)Math.Round(number))
        : number.ToString($"F{decimals}", CultureInfo.InvariantCulture).Replace('-', '−');
}
