using System.Globalization;
using System.Text.Json;

namespace VisionMonitor.Vision.Labels;

/// <summary>
/// The ids that COCO results name images and classes by: those of an annotation file, or without one the number that a file is called
/// by (as COCO's are), else counted from 1; classes from 1 by index.
/// </summary>
public sealed class CocoIds
{
    private readonly Dictionary<string, long> _images = new(StringComparer.Ordinal);
    private readonly Dictionary<int, long> _classes = [];

    /// <summary>The file names of the annotations without their folders; null where two images share one.</summary>
    private readonly Dictionary<string, long?> _bare = new(StringComparer.Ordinal);
    private readonly HashSet<string> _unknown = new(StringComparer.Ordinal);

    private CocoIds()
    {
    }

    /// <summary>Ids for the results of a model.</summary>
    /// <param name="annotationPath">A COCO file, or null.</param>
    /// <param name="modelClasses">The model's class names by index; categories are found by name.</param>
    /// <exception cref="LabelFormatException">The file is refused.</exception>
    public static CocoIds Create(string? annotationPath, IReadOnlyList<string> modelClasses)
    {
        ArgumentNullException.ThrowIfNull(modelClasses);
        CocoIds ids = new();
        if (annotationPath is null)
        {
            return ids;
        }

        using JsonDocument document = JsonLabels.Open(annotationPath, new());
        foreach ((string list, string name) in ((string, string)[])[("images", "file_name"), ("categories", "name")])
        {
            if (!document.RootElement.TryGetProperty(list, out JsonElement rows) || rows.ValueKind != JsonValueKind.Array)
            {
                throw new LabelFormatException(Path.GetFileName(annotationPath), null, "wrong_type", $"'{list}' is not a list");
            }

            foreach (JsonElement row in rows.EnumerateArray())
            {
                try
                {
                    ids.Add(list == "images", JsonFields.Text(row, name), JsonFields.Id(row, "id"), modelClasses);
                }
                catch (RowException reason)
                {
                    throw new LabelFormatException(Path.GetFileName(annotationPath), null, reason.Code, $"a row of '{list}' is not understood: {reason.Message}");
                }
            }
        }

        return ids;
    }

    /// <summary>Images that an annotation file was given for and that it does not name: their ids are made up.</summary>
    public IReadOnlyCollection<string> Unknown => _unknown;

    /// <summary>The id of an image by its name, which is found with and without its folders, those of the annotations included.</summary>
    public long OfImage(string fileName)
    {
        if (_images.TryGetValue(fileName, out long id) || _images.TryGetValue(Path.GetFileName(fileName), out id))
        {
            return id;
        }

        if (_bare.GetValueOrDefault(Path.GetFileName(fileName)) is { } only)
        {
            return only;
        }

        if (_bare.Count > 0)
        {
            _unknown.Add(fileName);
        }

        id = long.TryParse(Path.GetFileNameWithoutExtension(fileName), CultureInfo.InvariantCulture, out long number) && number >= 0 && !_images.ContainsValue(number)
            ? number
            : _images.Count + 1;
        return _images[fileName] = id;
    }

    /// <summary>The id of a class by its index.</summary>
    public long OfClass(int classIndex) => _classes.TryGetValue(classIndex, out long id) ? id : classIndex + 1;

    private void Add(bool isImage, string name, long id, IReadOnlyList<string> modelClasses)
    {
        if (isImage)
        {
            _images[name] = id;
            string bare = Path.GetFileName(name);
            _bare[bare] = _bare.ContainsKey(bare) ? null : id;
            return;
        }

        for (int index = 0; index < modelClasses.Count; index++)
        {
            if (string.Equals(modelClasses[index], name, StringComparison.OrdinalIgnoreCase))
            {
                _classes[index] = id;
            }
        }
    }
}
