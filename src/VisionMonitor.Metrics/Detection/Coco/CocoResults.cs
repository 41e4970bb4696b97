using VisionMonitor.Metrics.Geometry;

namespace VisionMonitor.Metrics.Detection.Coco;

/// <summary>The predictions of a COCO results file: a list of {image_id, category_id, score, bbox | segmentation | keypoints}.</summary>
public sealed class CocoResults
{
    private CocoResults(string file)
    {
        File = file;
    }

    /// <summary>Name of the file.</summary>
    public string File { get; }

    /// <summary>Number of results kept.</summary>
    public int Count => Objects.Count;

    /// <summary>Oddities that did not stop the reading, one line per kind.</summary>
    public IReadOnlyList<string> Warnings { get; private set; } = [];

    internal CocoObjects Objects { get; } = new();

    /// <summary>Reads a results file for a dataset.</summary>
    /// <param name="path">Path of the JSON file, UTF-8.</param>
    /// <param name="dataset">The truth, whose task and ids hold.</param>
    /// <exception cref="CocoFormatException">The file is not a results list, or names an image that the truth does not have.</exception>
    public static CocoResults Load(string path, CocoDataset dataset)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.SequentialScan);
        return Read(stream, Path.GetFileName(path), dataset);
    }

    /// <summary>Reads a results file from a stream.</summary>
    /// <param name="stream">UTF-8 JSON.</param>
    /// <param name="file">Name for messages.</param>
    /// <param name="dataset">The truth, whose task and ids hold.</param>
    /// <exception cref="CocoFormatException">The stream is not a results list, or names an image that the truth does not have.</exception>
    public static CocoResults Read(Stream stream, string file, CocoDataset dataset)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(dataset);
        var results = new CocoResults(file);
        results.Warnings = new Reader(stream, file, dataset, results.Objects).Read();
        return results;
    }

    private sealed class Reader
    {
        private readonly JsonScanner _scanner;
        private readonly CocoRecords _record;
        private readonly CocoDataset _dataset;
        private readonly CocoObjects _objects;
        private readonly CocoWarnings _warnings;
        private bool _keepsSegmentation;
        private bool _areaIsBox;
        private bool _namesRecords;
        private int _index;
        private (CocoId Id, int Index) _lastImage = (default, -1);
        private (CocoId Id, int Index) _lastCategory = (default, -1);

        public Reader(Stream stream, string file, CocoDataset dataset, CocoObjects objects)
        {
            _scanner = new JsonScanner(stream, file) { Record = () => $"result {_index} (counted from 0)" };
            _record = new CocoRecords(_scanner, dataset.Task) { KeepsSegmentation = true };
            _dataset = dataset;
            _objects = objects;
            _warnings = new CocoWarnings(file);
        }

        public IReadOnlyList<string> Read()
        {
            _scanner.Retry(() =>
            {
                if (_scanner.Peek() != '[')
                {
                    throw _scanner.WrongShape("The results file", "a list of results (an object is a truth file)");
                }
            });
            _scanner.ReadArray(() =>
            {
                if (!TryKeepPlain())
                {
                    _record.Read();
                    Keep();
                }

                _index++;
            });
            _scanner.End();
            return _warnings.Lines;
        }

        /// <summary>Only behind the first result, which decides how the others are read.</summary>
        private bool TryKeepPlain()
        {
            if (_index == 0 || !_areaIsBox || _dataset.Task != CocoTask.Boxes || !_scanner.TryPlain(out PlainResult plain))
            {
                return false;
            }

            (int image, int category) = Find(new CocoId(plain.ImageId), new CocoId(plain.CategoryId));
            if (category >= 0)
            {
                Warn(Store(image, category, plain.Score, plain.Box, CocoFlags.HasBox));
            }

            return true;
        }

        private void Keep()
        {
            if (_index == 0)
            {
                ChooseBranch();
            }

            CocoId imageId = _record.ImageId ?? throw Missing("image_id");
            CocoId categoryId = _record.CategoryId ?? throw Missing("category_id");
            double score = _record.Score ?? throw Missing("score");
            (int image, int category) = Find(imageId, categoryId);
            CheckShape();
            if (category < 0)
            {
                return;
            }

            int at = Store(image, category, score, _record.Box, _record.HasBox ? CocoFlags.HasBox : 0);
            if (_keepsSegmentation)
            {
                _objects.Segmentations[at] = _record.Segmentation.Kind == SegmentationKind.None ? Rectangle(_record.Box) : _record.Segmentation;
            }

            if (_dataset.Task == CocoTask.Keypoints)
            {
                KeepKeypoints(at);
            }

            Warn(at);
        }

        /// <summary>Results of an image, and of a class, often follow each other: the last of both are remembered.</summary>
        private (int Image, int Category) Find(CocoId imageId, CocoId categoryId)
        {
            if (_lastImage.Index < 0 || _lastImage.Id != imageId)
            {
                _lastImage = (imageId, _dataset.ImageIndex(imageId));
            }

            if (_lastCategory.Index < 0 || _lastCategory.Id != categoryId)
            {
                _lastCategory = (categoryId, _dataset.CategoryIndex(categoryId));
            }

            if (_lastImage.Index < 0)
            {
                throw _scanner.Wrong("unknown_image", $"Image {imageId} is not in {_dataset.File}. Use the truth file that belongs to these results, or remove the result.");
            }

            if (_lastCategory.Index < 0)
            {
                _warnings.Add("a result of a category that the truth does not have is left out", $"result {_index}, category {categoryId}");
            }

            return (_lastImage.Index, _lastCategory.Index);
        }

        private int Store(int image, int category, double score, in BoundingBox box, CocoFlags flags)
        {
            int at = _objects.Add(_scanner);
            _objects.Images[at] = image;
            _objects.Categories[at] = category;
            _objects.Scores[at] = score;
            _objects.Boxes[at] = box;
            _objects.Flags[at] = flags;
            if (!_areaIsBox)
            {
                _objects.Areas[at] = double.NaN;
            }

            if (_namesRecords)
            {
                _objects.Records[at] = _index;
            }

            return at;
        }

        private void Warn(int at)
        {
            if (_objects.Oddity(at, _dataset) is { } oddity)
            {
                _warnings.Add(oddity, $"result {_index}");
            }
        }

        /// <summary>pycocotools' loadRes looks at the first result only: with a box, the area of each result is that of its box.</summary>
        private void ChooseBranch()
        {
            _areaIsBox = _record.HasBox;
            _keepsSegmentation = _dataset.Task == CocoTask.Masks || (_dataset.Task == CocoTask.Boxes && !_record.HasBox);
            _record.KeepsSegmentation = _keepsSegmentation;
            _namesRecords = _keepsSegmentation || _dataset.Task == CocoTask.Keypoints;
            _objects.Keep(CocoFields.Scores | (_areaIsBox ? 0 : CocoFields.Areas) | (_namesRecords ? CocoFields.Records : 0)
                | (_keepsSegmentation ? CocoFields.Segmentations : 0) | (_dataset.Task == CocoTask.Keypoints ? CocoFields.Keypoints : 0));
        }

        private void CheckShape()
        {
            if (_areaIsBox && !_record.HasBox)
            {
                throw _scanner.Wrong("invalid_box", "bbox is missing; the first result has one, so each result needs one.");
            }

            if (_dataset.Task == CocoTask.Keypoints ? _record.Keypoints.Count == 0 : !_areaIsBox && _record.Segmentation.Kind == SegmentationKind.None)
            {
                throw _scanner.Wrong("wrong_type", _dataset.Task == CocoTask.Keypoints ? "keypoints is missing." : "Neither bbox nor segmentation is there. Give one of them.");
            }
        }

        private void KeepKeypoints(int at)
        {
            ReadOnlySpan<double> points = _record.Keypoints;
            _objects.Keypoints[at] = _record.Keypoints;
            if (_areaIsBox)
            {
                return;
            }

            double left = double.MaxValue, top = double.MaxValue, right = double.MinValue, bottom = double.MinValue;
            for (int i = 0; i + 1 < points.Length; i += 3)
            {
                (left, right) = (Math.Min(left, points[i]), Math.Max(right, points[i]));
                (top, bottom) = (Math.Min(top, points[i + 1]), Math.Max(bottom, points[i + 1]));
            }

            _objects.Boxes[at] = new BoundingBox(left, top, right - left, bottom - top);
            _objects.Areas[at] = (right - left) * (bottom - top);
        }

        /// <summary>A result without a mask is evaluated as the polygon of its box, corners in pycocotools' order.</summary>
        private static Segmentation Rectangle(BoundingBox box)
        {
            double[] numbers = [8, box.X, box.Y, box.X, box.Bottom, box.Right, box.Bottom, box.Right, box.Y];
            return new Segmentation(SegmentationKind.Polygons, 0, 0, default, numbers);
        }

        private CocoFormatException Missing(string key) => _scanner.Wrong("wrong_type", $"\"{key}\" is missing. Each result has image_id, category_id, score and bbox, segmentation or keypoints.");
    }
}
