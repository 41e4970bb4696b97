namespace VisionMonitor.Metrics.Detection.Coco;

/// <summary>The truth of a COCO file: images, categories, annotations.</summary>
public sealed class CocoDataset
{
    private readonly CocoIdIndex _imageIndices = new();
    private readonly CocoIdIndex _categoryIndices = new();

    private CocoDataset(string file, CocoTask task)
    {
        (File, Task) = (file, task);
    }

    /// <summary>Name of the file.</summary>
    public string File { get; }

    /// <summary>What the file was read for.</summary>
    public CocoTask Task { get; }

    /// <summary>The images, in file order, each id once.</summary>
    public IReadOnlyList<CocoImage> Images { get; private set; } = [];

    /// <summary>The categories, in file order, each id once.</summary>
    public IReadOnlyList<CocoCategory> Categories { get; private set; } = [];

    /// <summary>Number of annotations.</summary>
    public int AnnotationCount => Objects.Count;

    /// <summary>Oddities that did not stop the reading, one line per kind.</summary>
    public IReadOnlyList<string> Warnings { get; private set; } = [];

    /// <summary>By image id, where the file says which classes were looked for; <see langword="null"/> where it does so of no image.</summary>
    internal IReadOnlyDictionary<CocoId, CocoFederation>? Federations { get; set; }

    internal CocoObjects Objects { get; } = new();

    /// <summary>Reads a truth file.</summary>
    /// <param name="path">Path of the JSON file, UTF-8.</param>
    /// <param name="task">What will be compared; fields that it does not need are skipped.</param>
    /// <exception cref="CocoFormatException">The file is not a COCO dataset; the message names the record and what to do.</exception>
    public static CocoDataset Load(string path, CocoTask task = CocoTask.Boxes)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.SequentialScan);
        return Read(stream, Path.GetFileName(path), task);
    }

    /// <summary>Reads a truth file from a stream.</summary>
    /// <param name="stream">UTF-8 JSON.</param>
    /// <param name="file">Name for messages.</param>
    /// <param name="task">What will be compared.</param>
    /// <exception cref="CocoFormatException">The stream is not a COCO dataset.</exception>
    public static CocoDataset Read(Stream stream, string file, CocoTask task = CocoTask.Boxes)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return new CocoDatasetReader(stream, file, task).Read(new CocoDataset(file, task));
    }

    /// <summary>Index of an image, −1 when there is none of that id.</summary>
    internal int ImageIndex(CocoId id) => _imageIndices.Find(id);

    /// <summary>Index of a category, −1 when there is none of that id.</summary>
    internal int CategoryIndex(CocoId id) => _categoryIndices.Find(id);

    internal void Complete(List<CocoImage> images, List<CocoCategory> categories, CocoWarnings warnings)
    {
        Images = Distinct(images, _imageIndices, image => image.Id, "image", warnings);
        Categories = Distinct(categories, _categoryIndices, category => category.Id, "category", warnings);
    }

    /// <summary>For each annotation the last one of the same id; <see langword="null"/> where each id stands once.</summary>
    internal int[]? LastOfId { get; private set; }

    internal void FindDoubles()
    {
        var last = new CocoIdIndex(Objects.Count);
        bool hasDoubles = false;
        for (int i = 0; i < Objects.Count; i++)
        {
            if (!last.TryAdd(Objects.Ids[i], i))
            {
                last.Set(Objects.Ids[i], i);
                hasDoubles = true;
            }
        }

        LastOfId = hasDoubles ? [.. Objects.Ids.Take(Objects.Count).Select(last.Find)] : null;
    }

    internal void Warn(CocoWarnings warnings) => Warnings = warnings.Lines;

    private List<T> Distinct<T>(List<T> items, CocoIdIndex indices, Func<T, CocoId> idOf, string kind, CocoWarnings warnings)
        where T : class
    {
        var distinct = new List<T>(items.Count);
        foreach (T item in items)
        {
            if (indices.TryAdd(idOf(item), distinct.Count))
            {
                distinct.Add(item);
            }
            else
            {
                // As in pycocotools' index, the last of a kind replaces the earlier ones; where they contradict each other nobody knows which is meant.
                if (!distinct[indices.Find(idOf(item))].Equals(item))
                {
                    throw new CocoFormatException(File, $"{kind} {idOf(item)}", "duplicate_id", "It stands twice with different contents. Remove one of them.");
                }

                warnings.Add($"two entries of one {kind} say the same", $"{kind} {idOf(item)}");
            }
        }

        return distinct;
    }
}
