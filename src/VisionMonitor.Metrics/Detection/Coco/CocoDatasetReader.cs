namespace VisionMonitor.Metrics.Detection.Coco;

/// <summary>Reads {"images": […], "annotations": […], "categories": […]}, in any order of the keys.</summary>
internal sealed class CocoDatasetReader
{
    private readonly JsonScanner _scanner;
    private readonly CocoRecords _record;
    private readonly CocoTask _task;
    private readonly CocoWarnings _warnings;
    private readonly List<CocoImage> _images = [];
    private readonly List<CocoCategory> _categories = [];
    private Dictionary<CocoId, CocoFederation>? _federations;

    /// <summary>By annotation: ids become indices once all lists are read, as annotations may stand before images.</summary>
    private CocoId[] _imageIds = [];
    private CocoId[] _categoryIds = [];
    private string _list = "";
    private int _index;

    public CocoDatasetReader(Stream stream, string file, CocoTask task)
    {
        _scanner = new JsonScanner(stream, file) { Record = () => _list.Length == 0 ? "" : $"{_list} {_index} (counted from 0)" };
        _record = new CocoRecords(_scanner, task);
        _task = task;
        _warnings = new CocoWarnings(file);
    }

    public CocoDataset Read(CocoDataset dataset)
    {
        dataset.Objects.Keep(CocoFields.Ids | CocoFields.Areas | (_task == CocoTask.Masks ? CocoFields.Segmentations : _task == CocoTask.Keypoints ? CocoFields.Keypoints : 0));
        bool hasImages = false, hasAnnotations = false, hasCategories = false;
        _scanner.Retry(() =>
        {
            if (_scanner.Peek() != '{')
            {
                throw _scanner.WrongShape("The truth file", "an object with images, annotations and categories (a list is a results file)");
            }

            _scanner.Expect((byte)'{');
        });
        if (!_scanner.TryConsume((byte)'}'))
        {
            do
            {
                string key = "";
                _scanner.Retry(() => key = System.Text.Encoding.UTF8.GetString(_scanner.Key()));
                switch (key)
                {
                    case "images":
                        hasImages = Once(hasImages, key);
                        ReadList("image", ReadImage);
                        break;
                    case "annotations":
                        hasAnnotations = Once(hasAnnotations, key);
                        ReadList("annotation", () => ReadAnnotation(dataset.Objects));
                        break;
                    case "categories":
                        hasCategories = Once(hasCategories, key);
                        ReadList("category", ReadCategory);
                        break;
                    default:
                        _scanner.Retry(_scanner.Skip);
                        break;
                }
            }
            while (_scanner.ContinueWith((byte)'}'));
        }

        _scanner.End();
        Require(hasImages, "images");
        Require(hasAnnotations, "annotations");
        Require(hasCategories, "categories");
        dataset.Federations = _federations;
        dataset.Complete(_images, _categories, _warnings);
        Resolve(dataset);
        dataset.Warn(_warnings);
        return dataset;
    }

    private bool Once(bool isSeen, string key) =>
        isSeen ? throw _scanner.Wrong("duplicate_key", $"\"{key}\" stands twice. Remove one: nothing says which of the two holds.") : true;

    private void Require(bool isThere, string key)
    {
        if (!isThere)
        {
            throw _scanner.Wrong("wrong_type", $"\"{key}\" is missing. A COCO truth file has images, annotations and categories.");
        }
    }

    private void ReadList(string kind, Action readElement)
    {
        _scanner.Retry(() =>
        {
            if (_scanner.Peek() != '[')
            {
                throw _scanner.WrongShape($"The list of each {kind}", "a list");
            }
        });
        (_list, _index) = (kind, 0);
        _scanner.ReadArray(() =>
        {
            readElement();
            _index++;
        });
        _list = "";
    }

    private void ReadImage()
    {
        CocoId? id = null;
        int width = 0, height = 0;
        CocoId[]? absent = null, notExhaustive = null;
        ReadObject(key =>
        {
            if (key.SequenceEqual("id"u8))
            {
                id = _scanner.Id("id");
            }
            else if (key.SequenceEqual("width"u8) && _scanner.Peek() != 'n')
            {
                width = Pixels("width");
            }
            else if (key.SequenceEqual("height"u8) && _scanner.Peek() != 'n')
            {
                height = Pixels("height");
            }
            else if (key.SequenceEqual("file_name"u8) && _scanner.Peek() == '"')
            {
                CheckName();
            }
            else if (key.SequenceEqual("neg_category_ids"u8) && _scanner.Peek() == '[')
            {
                absent = Ids("neg_category_ids");
            }
            else if (key.SequenceEqual("not_exhaustive_category_ids"u8) && _scanner.Peek() == '[')
            {
                notExhaustive = Ids("not_exhaustive_category_ids");
            }
            else
            {
                _scanner.Skip();
            }
        });
        _images.Add(new CocoImage(id ?? throw Missing("id"), width, height));
        if (absent is not null || notExhaustive is not null)
        {
            (_federations ??= [])[_images[^1].Id] = new CocoFederation(absent ?? [], notExhaustive ?? []);
        }
    }

    /// <summary>Counting opens no picture, but whoever is handed the same file next may: a name that leads out is told at the first reader.</summary>
    private void CheckName()
    {
        if (CocoFileName.IsUnsafe(_scanner.Text()))
        {
            throw _scanner.Wrong("unsafe_path", CocoFileName.Problem);
        }
    }

    private CocoId[] Ids(string name)
    {
        var ids = new List<CocoId>();
        _scanner.Expect((byte)'[');
        for (bool isFirst = true; _scanner.Next(ref isFirst, (byte)']');)
        {
            ids.Add(_scanner.Id(name));
        }

        return [.. ids];
    }

    private int Pixels(string name)
    {
        double value = _scanner.Number(name);
        return value is >= 0 and <= int.MaxValue && value == Math.Floor(value)
            ? (int)value
            : throw _scanner.Wrong("wrong_type", $"{name} must be a whole number of pixels.");
    }

    private void ReadCategory()
    {
        CocoId? id = null;
        string name = "";
        string? frequency = null;
        ReadObject(key =>
        {
            if (key.SequenceEqual("id"u8))
            {
                id = _scanner.Id("id");
            }
            else if (key.SequenceEqual("name"u8) && _scanner.Peek() == '"')
            {
                name = _scanner.Text();
            }
            else if (key.SequenceEqual("frequency"u8) && _scanner.Peek() == '"')
            {
                frequency = _scanner.Text();
            }
            else
            {
                _scanner.Skip();
            }
        });
        _categories.Add(new CocoCategory(id ?? throw Missing("id"), name) { Frequency = frequency });
    }

    private delegate void FieldReader(ReadOnlySpan<byte> key);

    private void ReadObject(FieldReader readField)
    {
        if (_scanner.Peek() != '{')
        {
            throw _scanner.WrongShape("Each record", "an object");
        }

        _scanner.Expect((byte)'{');
        for (bool isFirst = true; _scanner.Next(ref isFirst, (byte)'}');)
        {
            readField(_scanner.Key());
        }
    }

    private void ReadAnnotation(CocoObjects objects)
    {
        _record.Read();
        CocoId id = _record.Id ?? throw Missing("id");
        CocoId image = _record.ImageId ?? throw Missing("image_id");
        CocoId category = _record.CategoryId ?? throw Missing("category_id");
        if (_task == CocoTask.Boxes && !_record.HasBox)
        {
            throw _scanner.Wrong("invalid_box", "bbox is missing. Add [left, top, width, height].");
        }

        if (_task == CocoTask.Masks && _record.Segmentation.Kind == SegmentationKind.None)
        {
            throw _scanner.Wrong("wrong_type", "segmentation is missing. Masks cannot be compared without it.");
        }

        if (_record.IsCrowd is null)
        {
            _warnings.Add("iscrowd is missing and taken as 0", $"annotation {id}");
        }

        int at = objects.Add(_scanner);
        objects.Ids[at] = id;
        objects.Boxes[at] = _record.Box;
        objects.Areas[at] = _record.Area;
        objects.Flags[at] = (_record.IsCrowd == true ? CocoFlags.Crowd : 0) | (_record.IsIgnored ? CocoFlags.Ignore : 0)
            | (_record.HasBox ? CocoFlags.HasBox : 0) | (_record.KeypointCount == 0 ? CocoFlags.NoKeypoints : 0);
        if (_task == CocoTask.Masks)
        {
            objects.Segmentations[at] = _record.Segmentation;
        }
        else if (_task == CocoTask.Keypoints)
        {
            objects.Keypoints[at] = _record.Keypoints;
        }

        if (_imageIds.Length < objects.Ids.Length)
        {
            Array.Resize(ref _imageIds, objects.Ids.Length);
            Array.Resize(ref _categoryIds, objects.Ids.Length);
        }

        (_imageIds[at], _categoryIds[at]) = (image, category);
    }

    private void Resolve(CocoDataset dataset)
    {
        CocoObjects objects = dataset.Objects;
        dataset.FindDoubles();
        for (int i = 0; i < objects.Count; i++)
        {
            if (dataset.LastOfId is { } last && last[i] != i)
            {
                _warnings.Add("two annotations share an id: strict mode takes the last for each, as pycocotools; corrected mode tells them apart", $"annotation {objects.Ids[i]}");
            }

            (CocoId image, CocoId category) = (_imageIds[i], _categoryIds[i]);
            objects.Images[i] = dataset.ImageIndex(image);
            objects.Categories[i] = dataset.CategoryIndex(category);
            (_list, _index) = ("annotation", i);
            if (objects.Images[i] < 0)
            {
                _warnings.Add("an annotation of an image that is not in the list is left out", $"annotation {objects.Ids[i]}, image {image}");
            }
            else if (objects.Categories[i] < 0)
            {
                _warnings.Add("an annotation of a category that is not in the list is left out", $"annotation {objects.Ids[i]}, category {category}");
            }
            else if (objects.Oddity(i, dataset) is { } oddity)
            {
                _warnings.Add(oddity, $"annotation {objects.Ids[i]}");
            }

            if (objects.Images[i] >= 0 && objects.Categories[i] >= 0 && double.IsNaN(objects.Areas[i]))
            {
                throw _scanner.Wrong("wrong_type", $"area is missing (annotation {objects.Ids[i]}). COCO needs it for small, medium and large: add the mask's area, or width × height.");
            }
        }
    }

    private CocoFormatException Missing(string key) => _scanner.Wrong("wrong_type", $"\"{key}\" is missing.");
}
