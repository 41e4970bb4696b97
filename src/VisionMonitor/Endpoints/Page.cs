using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace VisionMonitor.Endpoints;

/// <summary>One page of a long list.</summary>
/// <param name="Items">Its rows.</param>
/// <param name="Next">Hand it back as <c>cursor</c> for the next page; null at the end.</param>
internal sealed record Page<T>(IReadOnlyList<T> Items, string? Next)
{
    /// <summary>A page out of one row more than it may show: that row says whether there is another page.</summary>
    public static Page<T> Of(List<T> rows, int limit, Func<T, Cursor> cursorOf) => rows.Count > limit
        ? new Page<T>(rows[..limit], cursorOf(rows[limit - 1]).ToString())
        : new Page<T>(rows, null);
}

/// <summary>The last row of a page. What is added or removed meanwhile moves no other row to another page.</summary>
internal sealed record Cursor(DateTimeOffset At, long Id)
{
    /// <summary>Before the first row, newest first.</summary>
    public static Cursor Start { get; } = new(DateTimeOffset.MaxValue, long.MaxValue);

    public override string ToString() =>
        Base64Url.EncodeToString(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{At.UtcTicks}.{Id}")));

    public static bool TryParse(string? text, [NotNullWhen(true)] out Cursor? cursor)
    {
        cursor = null;
        Span<byte> bytes = stackalloc byte[64];
        if (text is null || text.Length > 80 || !Base64Url.TryDecodeFromChars(text, bytes, out int count))
        {
            return false;
        }

        string[] parts = Encoding.ASCII.GetString(bytes[..count]).Split('.');
        if (parts.Length != 2
            || !long.TryParse(parts[0], CultureInfo.InvariantCulture, out long ticks) || ticks < 0 || ticks > DateTimeOffset.MaxValue.Ticks
            || !long.TryParse(parts[1], CultureInfo.InvariantCulture, out long id))
        {
            return false;
        }

        cursor = new Cursor(new DateTimeOffset(ticks, TimeSpan.Zero), id);
        return true;
    }
}
