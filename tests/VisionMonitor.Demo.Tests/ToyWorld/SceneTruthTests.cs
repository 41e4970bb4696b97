using VisionMonitor.Demo.ToyWorld;

namespace VisionMonitor.Demo.Tests.ToyWorld;

public sealed class SceneTruthTests
{
    public static TheoryData<ulong> Seeds => [3, 14, 15, 92, 65, 35, 89, 79];

    private static SceneOptions Options(ulong seed) =>
        new() { Seed = seed, Camera = ToyWorldCamera.Cameras[(int)(seed % 6)], NewKindShare = 0.2, Noise = 0 };

    /// <summary>Leaves one object out of the picture: where the picture changes beyond the shadow's darkening must be the mask.</summary>
    [Theory]
    [MemberData(nameof(Seeds))]
    public void InstanceMap_ComparedWithThePictureWithoutTheObject_CoversExactlyWhatChanged(ulong seed)
    {
        SceneOptions options = Options(seed);
        SceneTruth truth = ToyWorldCamera.Draw(options).Truth;
        byte[] with = ToyWorldCamera.DrawPixels(options);
        foreach (SceneObject item in truth.Objects)
        {
            byte[] without = ToyWorldCamera.DrawPixels(options, item.Id);
            int changedInside = 0;
            for (int pixel = 0; pixel < truth.InstanceMap.Length; pixel++)
            {
                bool isInside = truth.InstanceMap[pixel] == item.Id;
                int change = Change(with, without, pixel);
                changedInside += isInside && change > 0 ? 1 : 0;
                bool brightens = with[pixel * 3] > without[(pixel * 3)] + 12;
                if (brightens && !isInside)
                {
                    TouchesObject(truth, pixel, item.Id).ShouldBeTrue($"object {item.Id} brightens pixel {pixel % 256},{pixel / 256} outside of its mask");
                }
            }

            ((double)changedInside / item.AreaPixels).ShouldBeGreaterThan(0.97);
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Objects_Boxes_AreTightAroundTheirMasks(ulong seed)
    {
        SceneTruth truth = ToyWorldCamera.Draw(Options(seed)).Truth;

        foreach (SceneObject item in truth.Objects)
        {
            int[] pixels = [.. Enumerable.Range(0, truth.InstanceMap.Length).Where(pixel => truth.InstanceMap[pixel] == item.Id)];
            item.AreaPixels.ShouldBe(pixels.Length);
            item.Box.ShouldBe(new PixelBox(
                pixels.Min(pixel => pixel % 256), pixels.Min(pixel => pixel / 256), pixels.Max(pixel => pixel % 256) + 1, pixels.Max(pixel => pixel / 256) + 1));
            item.VisibleShare.ShouldBeInRange(0, 1);
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Segments_TogetherCoverEveryPixelOnce(ulong seed)
    {
        SceneTruth truth = ToyWorldCamera.Draw(Options(seed)).Truth;

        truth.Segments.Sum(segment => segment.AreaPixels).ShouldBe(256 * 256);
        truth.Segments.Select(segment => segment.Id).ShouldBeUnique();
        truth.Segments.Where(segment => segment.IsThing).Select(segment => (segment.Id, segment.Box)).ShouldBe(truth.Objects.Select(item => (item.Id, item.Box)));
        truth.SemanticMap().Count(index => index == (int)StuffKind.Belt).ShouldBe(truth.Segments.Single(segment => segment.ClassName == "belt").AreaPixels);
    }

    [Fact]
    public void MainKind_IsTheKindOfTheLargestObject()
    {
        int isLargest = 0;
        for (ulong seed = 0; seed < 60; seed++)
        {
            SceneTruth truth = ToyWorldCamera.Draw(Options(seed)).Truth;
            truth.Objects[0].Id.ShouldBe(1);
            truth.Objects[0].Kind.ShouldBe(truth.MainKind);
            isLargest += truth.Objects.All(item => item.AreaPixels <= truth.Objects[0].AreaPixels) ? 1 : 0;
        }

        isLargest.ShouldBe(60);
    }

    [Fact]
    public void Truth_LightBlurAndSmear_ChangeNothing()
    {
        SceneTruth clean = ToyWorldCamera.Draw(Options(5)).Truth;
        SceneTruth spoiled = ToyWorldCamera.Draw(Options(5) with { Light = 0.4, BlurSigmaPixels = 3, LensSmear = 1, HourOfDay = 3 }).Truth;

        spoiled.SegmentMap.ShouldBe(clean.SegmentMap);
        spoiled.Objects.ShouldBe(clean.Objects);
    }

    [Fact]
    public void Texts_LargePicture_LieOnTheirObjectsAndSaySomething()
    {
        List<PrintedText> texts = [];
        for (ulong seed = 0; seed < 10; seed++)
        {
            SceneTruth truth = ToyWorldCamera.Draw(Options(seed) with { Width = 512, Height = 512 }).Truth;
            texts.AddRange(truth.Texts);
            foreach (PrintedText text in truth.Texts.Where(text => text.VisibleShare == 1))
            {
                PixelPoint middle = new(text.Quad.Average(corner => corner.X), text.Quad.Average(corner => corner.Y));
                truth.InstanceMap[((int)middle.Y * 512) + (int)middle.X].ShouldBe((byte)text.ObjectId);
            }
        }

        texts.Count.ShouldBeGreaterThan(10);
        texts.ShouldAllBe(text => text.Text.Length >= 2 && text.Quad.Count == 4);
    }

    [Theory]
    [InlineData(4UL)]
    [InlineData(11UL)]
    public void Zoom_TheSameScene_IsItsMiddleAndLarger(ulong seed)
    {
        SceneTruth whole = ToyWorldCamera.Draw(Options(seed)).Truth;
        SceneTruth near = ToyWorldCamera.Draw(Options(seed) with { Zoom = 2 }).Truth;

        near.MainKind.ShouldBe(whole.MainKind);
        int alike = 0;
        for (int y = 0; y < 256; y++)
        {
            for (int x = 0; x < 256; x++)
            {
                alike += near.InstanceMap[(y * 256) + x] == whole.InstanceMap[((64 + (y / 2)) * 256) + 64 + (x / 2)] ? 1 : 0;
            }
        }

        // Only pixels at outlines may differ.
        alike.ShouldBeGreaterThan(256 * 256 * 96 / 100);
        foreach (PrintedText text in whole.Texts)
        {
            near.Texts.Single(other => other.ObjectId == text.ObjectId && other.Text == text.Text && Math.Abs(other.HeightPixels - (2 * text.HeightPixels)) < 0.01)
                .Quad[0].X.ShouldBe(128 + (2 * (text.Quad[0].X - 128)), 0.01);
        }
    }

    [Fact]
    public void IsLegible_LowOrHiddenPrint_IsNot()
    {
        PixelPoint[] slanted = [new(0, 0), new(30, 0), new(40, 9), new(10, 9)];
        PrintedText text = new(1, "SEL 123", slanted, 1);

        text.HeightPixels.ShouldBe(9, 1e-12);
        text.IsLegible.ShouldBeTrue();
        (text with { VisibleShare = 0.9 }).IsLegible.ShouldBeFalse();
        (text with { Quad = [new(0, 0), new(30, 0), new(40, 8), new(10, 8)] }).IsLegible.ShouldBeFalse();
    }

    private static int Change(byte[] a, byte[] b, int pixel) =>
        Math.Abs(a[pixel * 3] - b[pixel * 3]) + Math.Abs(a[(pixel * 3) + 1] - b[(pixel * 3) + 1]) + Math.Abs(a[(pixel * 3) + 2] - b[(pixel * 3) + 2]);

    /// <summary>An antialiased edge may colour a pixel whose centre is just outside.</summary>
    private static bool TouchesObject(SceneTruth truth, int pixel, int id)
    {
        for (int index = 0; index < 9; index++)
        {
            int x = (pixel % truth.Width) + (index % 3) - 1;
            int y = (pixel / truth.Width) + (index / 3) - 1;
            if (x >= 0 && y >= 0 && x < truth.Width && y < truth.Height && truth.InstanceMap[(y * truth.Width) + x] == id)
            {
                return true;
            }
        }

        return false;
    }
}
