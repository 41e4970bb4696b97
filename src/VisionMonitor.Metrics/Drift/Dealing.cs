namespace VisionMonitor.Metrics.Drift;

/// <summary>Which rows of both sides together make the smaller side, and where they lie in tiles of rows.</summary>
internal sealed class Dealing
{
    private readonly int[] _places;
    private readonly int[] _starts;

    /// <summary>From marks, one for each row.</summary>
    /// <param name="marks">One for each row.</param>
    /// <param name="value">The mark of the rows that are meant.</param>
    public Dealing(bool[] marks, bool value)
    {
        Rows = [.. Enumerable.Range(0, marks.Length).Where(row => marks[row] == value)];
        _places = Array.ConvertAll(Rows, row => row % PermutationTest.Tile);
        _starts = new int[((marks.Length + PermutationTest.Tile - 1) / PermutationTest.Tile) + 1];
        foreach (int row in Rows)
        {
            _starts[(row / PermutationTest.Tile) + 1]++;
        }

        for (int tile = 1; tile < _starts.Length; tile++)
        {
            _starts[tile] += _starts[tile - 1];
        }
    }

    /// <summary>Every row of a tile.</summary>
    public static int[] WholeTile { get; } = [.. Enumerable.Range(0, PermutationTest.Tile)];

    /// <summary>The rows, ascending.</summary>
    public int[] Rows { get; }

    /// <summary>Those of a tile, counted from its first row.</summary>
    public ReadOnlySpan<int> InTile(int tile) => _places.AsSpan(_starts[tile].._starts[tile + 1]);
}
