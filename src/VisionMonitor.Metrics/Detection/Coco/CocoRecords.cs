using System.Runtime.InteropServices;
using VisionMonitor.Metrics.Geometry;

namespace VisionMonitor.Metrics.Detection.Coco;

/// <summary>Reads the record of one annotation or result: the fields are the same, and so are the checks.</summary>
internal sealed class CocoRecords(JsonScanner scanner, CocoTask task)
{
    private const double MostCoordinate = 1e8;

    private readonly Arena<byte> _texts = new(1 << 20);
    private readonly Arena<double> _numbers = new(1 << 17);
    private readonly List<double> _read = [];
    private byte[] _unescaped = new byte[4096];
    private Field _seen;

    public CocoId? Id;
    public CocoId? ImageId;
    public CocoId? CategoryId;
    public BoundingBox Box;
    public bool HasBox;
    public double Area;
    public double? Score;
    public bool? IsCrowd;
    public bool IsIgnored;
    public bool HasEmptyBox;
    public int? KeypointCount;
    public ArraySegment<double> Keypoints;
    public Segmentation Segmentation;

    /// <summary>Whether masks are kept; else they are skipped.</summary>
    public bool KeepsSegmentation { get; set; } = task == CocoTask.Masks;

    public void Read()
    {
        (Id, ImageId, CategoryId, Score, IsCrowd, KeypointCount) = (null, null, null, null, null, null);
        (HasBox, HasEmptyBox, IsIgnored, Area, _seen) = (false, false, false, double.NaN, Field.None);
        Segmentation = default;
        Keypoints = default;
        if (scanner.Peek() != '{')
        {
            throw scanner.WrongShape("Each record", "an object");
        }

        scanner.Expect((byte)'{');
        for (bool isFirst = true; scanner.Next(ref isFirst, (byte)'}');)
        {
            ReadField(scanner.Key());
        }
    }

    private void ReadField(ReadOnlySpan<byte> key)
    {
        Field field = FieldOf(key);
        if ((_seen & field) != 0)
        {
            throw scanner.Wrong("duplicate_key", $"\"{System.Text.Encoding.UTF8.GetString(key)}\" stands twice in the record. Remove one: nothing says which of the two holds.");
        }

        _seen |= field;
        switch (field)
        {
            case Field.Box:
                ReadBox();
                break;
            case Field.Score:
                Score = scanner.Number("score");
                break;
            case Field.ImageId:
                ImageId = scanner.Id("image_id");
                break;
            case Field.CategoryId:
                CategoryId = scanner.Id("category_id");
                break;
            case Field.Id:
                Id = scanner.Id("id");
                break;
            case Field.Area:
                Area = scanner.Number("area");
                break;
            case Field.IsCrowd:
                IsCrowd = scanner.Flag("iscrowd");
                break;
            case Field.Ignore:
                IsIgnored = scanner.Flag("ignore");
                break;
            case Field.Segmentation when KeepsSegmentation:
                ReadSegmentation();
                break;
            case Field.Keypoints when task == CocoTask.Keypoints:
                ReadKeypoints();
                break;
            case Field.KeypointCount when task == CocoTask.Keypoints:
                KeypointCount = scanner.Number("num_keypoints") is var count and >= 0 and <= int.MaxValue && count == Math.Floor(count)
                    ? (int)count
                    : throw scanner.Wrong("wrong_type", "num_keypoints must be a whole number of at least 0.");
                break;
            default:
                scanner.Skip();
                break;
        }
    }

    private static Field FieldOf(ReadOnlySpan<byte> key) =>
        key.SequenceEqual("bbox"u8) ? Field.Box
        : key.SequenceEqual("score"u8) ? Field.Score
        : key.SequenceEqual("image_id"u8) ? Field.ImageId
        : key.SequenceEqual("category_id"u8) ? Field.CategoryId
        : key.SequenceEqual("id"u8) ? Field.Id
        : key.SequenceEqual("area"u8) ? Field.Area
        : key.SequenceEqual("iscrowd"u8) ? Field.IsCrowd
        : key.SequenceEqual("ignore"u8) ? Field.Ignore
        : key.SequenceEqual("segmentation"u8) ? Field.Segmentation
        : key.SequenceEqual("keypoints"u8) ? Field.Keypoints
        : key.SequenceEqual("num_keypoints"u8) ? Field.KeypointCount
        : Field.None;

    private void ReadBox()
    {
        if (scanner.Peek() != '[')
        {
            if (task == CocoTask.Boxes || scanner.Peek() != 'n')
            {
                throw scanner.WrongType("bbox", "a list of 4 numbers");
            }

            scanner.Skip();
            return;
        }

        scanner.Expect((byte)'[');
        if (scanner.Peek() == ']')
        {
            scanner.Expect((byte)']');
            HasEmptyBox = true;
            return;
        }

        double x = scanner.Number("bbox[0]");
        double y = NextNumber("bbox[1]"), width = NextNumber("bbox[2]"), height = NextNumber("bbox[3]");
        if (scanner.Peek() != ']')
        {
            throw scanner.Wrong("invalid_box", "bbox has more than 4 numbers. Write [left, top, width, height].");
        }

        scanner.Expect((byte)']');
        Box = new BoundingBox(x, y, width, height);
        HasBox = double.IsFinite(Box.Right) && double.IsFinite(Box.Bottom) && double.IsFinite(Box.Area)
            ? true
            : throw scanner.Wrong("box_out_of_image", "bbox reaches beyond what a number can hold. Write [left, top, width, height] in pixels.");
    }

    private double NextNumber(string name)
    {
        if (scanner.Peek() == ']')
        {
            throw scanner.Wrong("invalid_box", $"bbox has no {name}. Write 4 numbers: [left, top, width, height].");
        }

        scanner.Expect((byte)',');
        return scanner.Number(name);
    }

    private void ReadNumbers(string name)
    {
        _read.Clear();
        AppendNumbers(name);
    }

    private void AppendNumbers(string name)
    {
        if (scanner.Peek() != '[')
        {
            throw scanner.WrongType(name, "a list of numbers");
        }

        scanner.Expect((byte)'[');
        for (bool isFirst = true; scanner.Next(ref isFirst, (byte)']');)
        {
            _read.Add(scanner.Number(name));
        }
    }

    /// <summary>x, y and visibility of each point.</summary>
    private void ReadKeypoints()
    {
        ReadNumbers("keypoints");
        if (_read.Count % 3 != 0 || _read.Exists(n => Math.Abs(n) > MostCoordinate))
        {
            throw scanner.Wrong("invalid_keypoints", $"keypoints has {_read.Count} numbers, or one beyond 1e8 pixels. Write x, y, visibility for each point.");
        }

        Keypoints = _numbers.Keep(CollectionsMarshal.AsSpan(_read));
    }

    private void ReadSegmentation()
    {
        switch (scanner.Peek())
        {
            case (byte)'[':
                ReadPolygons();
                break;
            case (byte)'{':
                ReadRuns();
                break;
            case (byte)'n':
                scanner.Skip();
                break;
            default:
                throw scanner.WrongType("segmentation", "a list of polygons or an object with size and counts");
        }
    }

    private void ReadPolygons()
    {
        _read.Clear();
        scanner.Expect((byte)'[');
        bool isEmpty = true;
        for (bool isFirst = true; scanner.Next(ref isFirst, (byte)']');)
        {
            int at = _read.Count;
            _read.Add(0);
            AppendNumbers("each polygon of segmentation");
            int length = _read.Count - at - 1;
            _read[at] = length;
            if (isEmpty && length <= 4)
            {
                throw scanner.Wrong("invalid_polygon", $"The first polygon has {length} numbers. A polygon needs at least 3 points, [x1, y1, x2, y2, x3, y3].");
            }

            isEmpty = false;
        }

        if (isEmpty)
        {
            throw scanner.Wrong("invalid_polygon", "segmentation is an empty list. Give at least one polygon.");
        }

        foreach (double number in CollectionsMarshal.AsSpan(_read))
        {
            if (Math.Abs(number) > MostCoordinate)
            {
                throw scanner.Wrong("invalid_polygon", "A polygon has a coordinate beyond 1e8 pixels.");
            }
        }

        Segmentation = new Segmentation(SegmentationKind.Polygons, 0, 0, default, _numbers.Keep(CollectionsMarshal.AsSpan(_read)));
    }

    private void ReadRuns()
    {
        (int height, int width) = (-1, -1);
        ArraySegment<byte> text = default;
        ArraySegment<double> counts = default;
        var kind = SegmentationKind.None;
        scanner.Expect((byte)'{');
        for (bool isFirst = true; scanner.Next(ref isFirst, (byte)'}');)
        {
            ReadOnlySpan<byte> key = scanner.Key();
            if (key.SequenceEqual("size"u8) ? height >= 0 : key.SequenceEqual("counts"u8) && kind != SegmentationKind.None)
            {
                throw scanner.Wrong("duplicate_key", "size or counts stands twice in a segmentation. Remove one: nothing says which of the two holds.");
            }

            if (key.SequenceEqual("size"u8))
            {
                ReadNumbers("size");
                if (_read.Count != 2 || _read.Exists(n => n is < 0 or > int.MaxValue || n != Math.Floor(n)))
                {
                    throw scanner.Wrong("wrong_type", "size must be [height, width] in whole pixels.");
                }

                (height, width) = ((int)_read[0], (int)_read[1]);
                if ((long)height * width > uint.MaxValue)
                {
                    throw scanner.Wrong("mask_too_large", $"A mask of {height} × {width} pixels is too large: run lengths have 32 bits.");
                }
            }
            else if (!key.SequenceEqual("counts"u8))
            {
                scanner.Skip();
            }
            else if (scanner.Peek() == '"')
            {
                text = _texts.Keep(Unescape(scanner.RawText(out bool hasEscapes), hasEscapes));
                kind = SegmentationKind.Text;
            }
            else
            {
                ReadNumbers("counts");
                counts = _numbers.Keep(CollectionsMarshal.AsSpan(_read));
                kind = SegmentationKind.Counts;
            }
        }

        if (height < 0 || kind == SegmentationKind.None)
        {
            throw scanner.Wrong("wrong_type", "A segmentation object needs size and counts.");
        }

        Segmentation = new Segmentation(kind, height, width, text, counts);
    }

    /// <summary>Compressed counts use the backslash, which JSON doubles; no other escape belongs there.</summary>
    private ReadOnlySpan<byte> Unescape(ReadOnlySpan<byte> raw, bool hasEscapes)
    {
        if (!hasEscapes)
        {
            return raw;
        }

        if (_unescaped.Length < raw.Length)
        {
            _unescaped = new byte[raw.Length * 2];
        }

        int length = 0;
        while (raw.Length > 0)
        {
            int plain = raw.IndexOf((byte)'\\');
            if (plain < 0)
            {
                raw.CopyTo(_unescaped.AsSpan(length));
                length += raw.Length;
                break;
            }

            raw[..plain].CopyTo(_unescaped.AsSpan(length));
            length += plain;
            if (raw[plain + 1] != '\\')
            {
                throw scanner.Wrong("wrong_type", "counts holds a character that compressed run lengths do not have.");
            }

            _unescaped[length++] = (byte)'\\';
            raw = raw[(plain + 2)..];
        }

        return _unescaped.AsSpan(0, length);
    }

    [Flags]
    private enum Field
    {
        None = 0,
        Box = 1,
        Score = 2,
        ImageId = 4,
        CategoryId = 8,
        Id = 16,
        Area = 32,
        IsCrowd = 64,
        Ignore = 128,
        Segmentation = 256,
        Keypoints = 512,
        KeypointCount = 1024,
    }
}
