using VisionMonitor.Demo.Story;
using VisionMonitor.Demo.ToyWorld;
using VisionMonitor.Monitoring.Ingest;
using VisionMonitor.Vision;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Demo.Tests.Story;

public sealed class DemoWorldTests
{
    private static readonly Scene Scene = ToyWorldCamera.Draw(new SceneOptions { Seed = 77 });

    public static TheoryData<VisionTask> Tasks => [.. DemoChapter.All.SelectMany(chapter => chapter.Projects).Select(demo => demo.Task)];

    [Theory]
    [MemberData(nameof(Tasks))]
    public void TruthOf_EachTaskOfTheDemo_ReadsBackEqual(VisionTask task)
    {
        string json = DemoWorld.TruthOf(Scene, task);

        Truth truth = Truth.FromJson(json);

        truth.Task.ShouldBe(task);
        truth.ToJson().ShouldBe(json);
    }

    [Fact]
    public void TruthOf_SemanticSegmentation_IsTheMapOfThePainter()
    {
        int[] classes = new int[256 * 256];
        ((SemanticTruth)Read(VisionTask.SemanticSegmentation)).Map.CopyTo(classes);

        classes.ShouldBe(Array.ConvertAll(Scene.Truth.SemanticMap(), index => (int)index));
    }

    [Fact]
    public void TruthOf_InstanceSegmentation_HasTheMaskOfEveryObject()
    {
        InstanceTruth truth = (InstanceTruth)Read(VisionTask.InstanceSegmentation);

        truth.Instances.Count.ShouldBe(Scene.Truth.Objects.Count);
        foreach ((TruthInstance instance, SceneObject item) in truth.Instances.Zip(Scene.Truth.Objects))
        {
            instance.Box.ClassIndex.ShouldBe((int)item.Kind);
            instance.Mask!.Area.ShouldBe(item.AreaPixels);
        }
    }

    [Fact]
    public void TruthOf_Panoptic_NamesEverySegmentAndLeavesNoPixelOut()
    {
        PanopticTruth truth = (PanopticTruth)Read(VisionTask.Panoptic);
        int[] ids = new int[256 * 256];
        truth.Map.CopyTo(ids);

        ids.ShouldBe(Array.ConvertAll(Scene.Truth.SegmentMap, id => (int)id));
        int[] semantic = Array.ConvertAll(Scene.Truth.SemanticMap(), index => (int)index);
        foreach (TruthSegment segment in truth.Segments)
        {
            semantic[Array.IndexOf(ids, segment.Id)].ShouldBe(segment.ClassIndex);
        }
    }

    [Fact]
    public void SeenBy_Text_LooksAtTheSameSceneFromNearAndSaysWhereEachLineStands()
    {
        Scene near = DemoWorld.SeenBy(VisionTask.Text, Scene);

        DemoWorld.SeenBy(VisionTask.Detection, Scene).ShouldBeSameAs(Scene);
        near.Truth.Objects.Select(item => item.Kind).ShouldBeSubsetOf(Scene.Truth.Objects.Select(item => item.Kind));
        IncomingImage sent = DemoWorld.Send(near, "one", DateTimeOffset.UnixEpoch, VisionTask.Text);
        sent.Bytes.ToArray().ShouldBe(near.Jpeg);
        IReadOnlyList<TruthLine> lines = ((TextTruth)Truth.FromJson(sent.Truth!)).Lines;
        lines.ShouldNotBeEmpty();
        foreach ((TruthLine line, PrintedText text) in lines.Zip(near.Truth.Texts.Where(text => text.VisibleShare > 0)))
        {
            (line.Text, line.Corners.Count, line.IsIgnored).ShouldBe((text.Text, 8, !text.IsLegible));
            line.Corners[0].ShouldBe(text.Quad[0].X, 0.01);
            line.Corners[5].ShouldBe(text.Quad[2].Y, 0.01);
        }

        DemoWorld.Send(near, "one", DateTimeOffset.UnixEpoch, VisionTask.Text, isLabelled: false).Truth.ShouldBeNull();
    }

    private static Truth Read(VisionTask task) => Truth.FromJson(DemoWorld.TruthOf(Scene, task));
}
