using System.Runtime.InteropServices;
using VisionMonitor.Metrics.Geometry;

namespace VisionMonitor.Metrics.Detection.Coco;

/// <summary>Reads the record of one annotation or result: the fields are the same, and so are the checks.</summary>
internal sealed class CocoRecords(JsonScanner scanner, CocoTask task)
{
    private readonly Arena<byte> _texts = new(1 << 20);
    private readonly Arena<double> _numbers = new(1 << 17);
    private readonly List<double> _read = [];
    private byte[] _unescaped = new byte[4096];

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
        (HasBox, HasEmptyBox, IsIgnored, Area) = (false, false, false, double.NaN);
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
        if (key.SequenceEqual("bbox"u8))
        {
            ReadBox();
        }
        else if (key.SequenceEqual("score"u8))
        {
            Score = scanner.Number("score");
        }
        else if (key.SequenceEqual("image_id"u8))
        {
            ImageId = scanner.Id("image_id");
        }
        else if (key.SequenceEqual("category_id"u8))
        {
            CategoryId = scanner.Id("category_id");
        }
        else if (key.SequenceEqual("id"u8))
        {
            Id = scanner.Id("id");
        }
        else if (key.SequenceEqual("area"u8))
        {
            Area = scanner.Number("area");
        }
        else if (key.SequenceEqual("iscrowd"u8))
        {
            IsCrowd = scanner.Flag("iscrowd");
        }
        else if (key.SequenceEqual("ignore"u8))
        {
            IsIgnored = scanner.Flag("ignore");
        }
        else if (KeepsSegmentation && key.SequenceEqual("segmentation"u8))
        {
            ReadSegmentation();
        }
        else if (task == CocoTask.Keypoints && key.SequenceEqual("keypoints"u8))
        {
            ReadNumbers("keypoints");
            Keypoints = _numbers.Keep(CollectionsMarshal.AsSpan(_read));
        }
        else if (task == CocoTask.Keypoints && key.SequenceEqual("num_keypoints"u8))
        {
            KeypointCount = (int)scanner.Number("num_keypoints");
        }
        else
        {
            scanner.Skip();
        }
    }

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
        HasBox = true;
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
            if (Math.Abs(number) > 1e8)
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
}
