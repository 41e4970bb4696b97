using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace VisionMonitor.Metrics.Detection.Coco;

/// <summary>An id of an image, category or annotation: an integer, or a text. Integers come first, texts are ordered by code point.</summary>
/// <param name="Number">The integer; 0 for a text.</param>
/// <param name="Text">The text; <see langword="null"/> for an integer.</param>
public readonly record struct CocoId(long Number, string? Text = null) : IComparable<CocoId>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Equals(CocoId other) => Number == other.Number && (ReferenceEquals(Text, other.Text) || string.Equals(Text, other.Text, StringComparison.Ordinal));

    /// <inheritdoc/>
    public override int GetHashCode() => Text is null ? Number.GetHashCode() : Text.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public int CompareTo(CocoId other)
    {
        if (Text is null || other.Text is null)
        {
            return Text is null && other.Text is null ? Number.CompareTo(other.Number) : Text is null ? -1 : 1;
        }

        // The order of UTF-8 bytes is that of code points; that of UTF-16 units is not.
        return Encoding.UTF8.GetBytes(Text).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(other.Text));
    }

    /// <inheritdoc/>
    public override string ToString() => Text is null ? Number.ToString(CultureInfo.InvariantCulture) : $"\"{Text}\"";

    /// <summary>Whether the left id comes first.</summary>
    public static bool operator <(CocoId left, CocoId right) => left.CompareTo(right) < 0;

    /// <summary>Whether the left id comes last.</summary>
    public static bool operator >(CocoId left, CocoId right) => left.CompareTo(right) > 0;

    /// <summary>Whether the left id comes first or is equal.</summary>
    public static bool operator <=(CocoId left, CocoId right) => left.CompareTo(right) <= 0;

    /// <summary>Whether the left id comes last or is equal.</summary>
    public static bool operator >=(CocoId left, CocoId right) => left.CompareTo(right) >= 0;
}
