using VisionMonitor.Metrics.Detection;
using VisionMonitor.Metrics.Geometry;
using VisionMonitor.Vision.Families;
using VisionMonitor.Vision.Images;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Vision.Labels;

/// <summary>
/// Pascal VOC's pictures of objects: in <c>SegmentationObject</c> pixels are the object's place in its XML file, from 1, in <c>SegmentationClass</c> its
/// class; 255 is the rim that nobody judges. A pixel belongs to one object at most.
/// </summary>
internal static class VocPictures
{
    private const int Rim = 255;
    private const int MaxObjects = 254;

    /// <summary>Whether a folder has them.</summary>
    public static bool Are(string path) => Directory.Exists(Path.Combine(path, "SegmentationObject"));

    /// <summary>Class names by pixel value less one: the list beside the pictures, else those of the challenge.</summary>
    public static IReadOnlyList<string> Classes(string path) => IndexPictures.NamesBeside(path) is [_, .. string[] own] ? own : [.. CustomaryClasses.PascalVoc.Skip(1)];

    /// <summary>The objects of every picture with their masks; what the XML files say of them is taken over.</summary>
    public static List<VocImage> Read(string path, IReadOnlyList<VocImage> described, LabelOptions options, ReadReportBuilder report)
    {
        IReadOnlyList<string> classes = Classes(path);
        Dictionary<string, VocImage> byStem = described.ToDictionary(one => one.Stem);
        List<VocImage> images = [];
        foreach (string file in Directory.EnumerateFiles(Path.Combine(path, "SegmentationObject"), "*.png").Order(StringComparer.Ordinal))
        {
            string stem = Path.GetFileNameWithoutExtension(file);
            byStem.Remove(stem, out VocImage? known);
            try
            {
                RawPng picture = RawPng.Read(File.ReadAllBytes(file), options.MaxMaskPixels);
                string ofClasses = Path.Combine(path, "SegmentationClass", stem + ".png");
                RawPng? classPicture = File.Exists(ofClasses) ? RawPng.Read(File.ReadAllBytes(ofClasses), options.MaxMaskPixels) : null;
                if (classPicture is not null && (classPicture.Width, classPicture.Height) != (picture.Width, picture.Height))
                {
                    throw new ImageFormatException("mask_size_mismatch", "The pictures of objects and of classes differ in size.");
                }

                LabelledImage image = (known?.Image ?? new(IndexPictures.ImageOf(file, path, options.ImageFolder), null, null, new InstanceTruth([]))) with { Width = picture.Width, Height = picture.Height };
                images.Add(new(stem, image, Objects(stem, picture, classPicture, classes, known?.Objects ?? [], report)));
            }
            catch (ImageFormatException refusal)
            {
                report.Drop($"SegmentationObject/{stem}.png", refusal.Code, refusal.Message);
            }
        }

        foreach (VocImage without in byStem.Values)
        {
            report.Drop($"{without.Stem}.xml", "mask_not_found", $"there is no picture of its {without.Objects.Count} objects: boxes alone are no shapes");
        }

        return images;
    }

    /// <summary>Writes both pictures of every image, and the list of classes.</summary>
    public static void Write(LabelSet set, string path, Func<LabelledImage, string> stem)
    {
        string objects = Directory.CreateDirectory(Path.Combine(path, "SegmentationObject")).FullName;
        string classes = Directory.CreateDirectory(Path.Combine(path, "SegmentationClass")).FullName;
        File.WriteAllLines(Path.Combine(path, "class_names.txt"), ["_background_", .. set.Classes]);
        foreach (LabelledImage image in set.Images)
        {
            IReadOnlyList<TruthInstance> drawn = DrawnObjects.Of(image.Truth);
            if (image is not { Width: { } width, Height: { } height } || drawn.Count > MaxObjects || set.Classes.Count > MaxObjects)
            {
                throw new NotSupportedException($"VOC's pictures of objects need the size of {image.FileName}, and hold at most {MaxObjects} objects and classes.");
            }

            int[] number = new int[width * height], ofClass = new int[width * height];
            foreach (int index in Enumerable.Range(0, drawn.Count).OrderByDescending(index => drawn[index].Box.AreaPixels))
            {
                // What is small lies before what is large, or it would vanish.
                byte[] pixels = drawn[index].Pixels(height, width).ToPixels();
                for (int at = 0; at < pixels.Length; at++)
                {
                    if (pixels[at] != 0)
                    {
                        (number[at], ofClass[at]) = (index + 1, drawn[index].Box.ClassIndex + 1);
                    }
                }
            }

            File.WriteAllBytes(Path.Combine(objects, stem(image) + ".png"), new RawPng(width, height, number).Write(isColour: false));
            File.WriteAllBytes(Path.Combine(classes, stem(image) + ".png"), new RawPng(width, height, ofClass).Write(isColour: false));
        }
    }

    private static List<VocObject> Objects(string stem, RawPng picture, RawPng? classPicture, IReadOnlyList<string> classes, IReadOnlyList<VocObject> described, ReadReportBuilder report)
    {
        Dictionary<int, VocObject> byNumber = described.ToDictionary(one => one.Number);
        List<VocObject> objects = [];
        foreach (int number in picture.Values.Distinct().Where(value => value is not (0 or Rim)).Order())
        {
            RunLengthMask mask = RunLengthMask.FromPixels(picture.Height, picture.Width, [.. picture.Values.Select(value => value == number ? (byte)1 : (byte)0)]);
            string? name = classPicture is null ? null : NameOf(number, picture, classPicture, classes);
            VocObject? known = byNumber.GetValueOrDefault(number);
            if (known is not null && name is not null && known.Name != name)
            {
                report.Warn($"{stem}.xml, object {number}", "class_mismatch", $"it is called '{known.Name}', its pixels are '{name}'; the pixels count");
                known = null;
            }

            if ((known?.Name ?? name) is not { } found)
            {
                report.Drop($"SegmentationObject/{stem}.png, object {number}", "unknown_category", "neither an XML file nor a picture of classes names it");
                continue;
            }

            byNumber.Remove(number);
            TruthBox box = known is null ? new(0, mask.Bounds, mask.Area) : new(0, known.Object.Box.Box, mask.Area, known.Object.Box.IsCrowd);
            objects.Add(new(number, found, new(box) { Mask = mask }));
        }

        foreach (VocObject without in byNumber.Values)
        {
            report.Drop($"{stem}.xml, object {without.Number}", "mask_not_found", "the picture of objects has no pixel of it");
        }

        return objects;
    }

    private static string? NameOf(int number, RawPng objects, RawPng classes, IReadOnlyList<string> names)
    {
        int value = classes.Values.Where((_, at) => objects.Values[at] == number).Where(one => one is not (0 or Rim)).GroupBy(one => one).MaxBy(group => group.Count())?.Key ?? 0;
        return value > 0 && value <= names.Count ? names[value - 1] : null;
    }
}

/// <summary>An image of Pascal VOC.</summary>
/// <param name="Stem">The name of its files, without the extension.</param>
/// <param name="Image">The image.</param>
/// <param name="Objects">What it shows.</param>
internal sealed record VocImage(string Stem, LabelledImage Image, IReadOnlyList<VocObject> Objects);

/// <summary>An object of Pascal VOC.</summary>
/// <param name="Number">Its place in the XML file, from 1: its pixels' value in the picture of objects.</param>
/// <param name="Name">Its class.</param>
/// <param name="Object">The object, of class 0.</param>
internal sealed record VocObject(int Number, string Name, TruthInstance Object);
