namespace VisionMonitor.Monitoring.DriftDetection.Replay;

/// <summary>Images that a replay draws from, as rows of drift features.</summary>
/// <param name="Rows">Images × row length.</param>
/// <param name="Predicted">The model's class of each.</param>
/// <param name="Kinds">What each really shows.</param>
/// <param name="Hours">Hour of the day at which each was taken, 0 to 23; −1 for any.</param>
/// <param name="Variants">0 or 1: two harmless looks whose share comes and goes.</param>
public sealed record ReplayImages(float[] Rows, int[] Predicted, int[] Kinds, int[] Hours, int[] Variants)
{
    private const int HoursOfCell = 3;
    private readonly Dictionary<(int Kind, int Hours, int Variant), int[]> _cells = Cells(Kinds, Hours, Variants);

    /// <summary>Images of a kind at an hour and of a look; where there are fewer than four, of any hour and look.</summary>
    public int[] Of(int kind, int hourOfDay, int variant) =>
        _cells.TryGetValue((kind, hourOfDay / HoursOfCell, variant), out int[]? cell) && cell.Length >= 4 ? cell : _cells.GetValueOrDefault((kind, -1, -1), []);

    private static Dictionary<(int, int, int), int[]> Cells(int[] kinds, int[] hours, int[] variants)
    {
        List<((int, int, int) Cell, int Image)> places = [];
        for (int i = 0; i < kinds.Length; i++)
        {
            places.Add(((kinds[i], -1, -1), i));
            if (hours[i] >= 0)
            {
                places.Add(((kinds[i], hours[i] / HoursOfCell, variants[i]), i));
            }
            else
            {
                places.AddRange(Enumerable.Range(0, 24 / HoursOfCell).Select(bucket => ((kinds[i], bucket, variants[i]), i)));
            }
        }

        return places.GroupBy(place => place.Cell, place => place.Image).ToDictionary(cell => cell.Key, cell => cell.ToArray());
    }
}
