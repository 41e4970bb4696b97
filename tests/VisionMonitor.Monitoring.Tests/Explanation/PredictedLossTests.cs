using VisionMonitor.Monitoring.Evaluation;
using VisionMonitor.Monitoring.Explanation;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision;
using VisionMonitor.Vision.Images;
using VisionMonitor.Vision.Images.Corruptions;
using VisionMonitor.Vision.Predictions;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Monitoring.Tests.Explanation;

/// <summary>Grey images of one class: in the dark the model sees the bright half with .9 and takes the other for something else with .5.</summary>
public sealed class PredictedLossTests
{
    private const byte Bright = 200;
    private const byte Dim = 100;
    private const byte Fair = 130;
    private static readonly CorruptionStep Dark = new("exposure", -2);

    [Fact]
    public void Of_NoWindow_WeighsAllImagesAlike()
    {
        PredictedLoss loss = Measure([Dark], []);
        (loss.Metric, loss.Clean, loss.ImageCount).ShouldBe((MetricNames.Accuracy, 1.0, 40));
        loss.Change!.Value.ShouldBe(-0.5, 1e-9);
        loss.Interval!.Value.Contains(-0.5).ShouldBeTrue();
    }

    // Three dim images to each bright one are sure by (3 · 0.5 + 0.9) / 4 = 0.6 on average.
    [Fact]
    public void Of_AWindowThatItIsLessSureOf_IsWeighedUntilItIsAsUnsure()
    {
        PredictedLoss loss = Measure([Dark], [.. Enumerable.Range(0, 40).Select(index => Answer(isSeen: index % 4 == 0))]);
        loss.Clean!.Value.ShouldBe(1, 1e-9);
        loss.Change!.Value.ShouldBe(-0.75, 1e-6);
        loss.Interval!.Value.Contains(-0.75).ShouldBeTrue();
        loss.Interval.Value.Contains(-0.35).ShouldBeFalse();
    }

    // A window that is drawn like the baseline leaves its own chance, and what corruptions do not reproduce an eighth of the loss or so: 40 images of which half are lost have a
    // deviation of .079, as has the baseline, and .12 · .5 is .06; together 1.96 · √(.079² + .079² + .06²) = .25.
    [Fact]
    public void Of_AWindow_KnowsThatItIsDrawnAndNotQuiteReproduced()
    {
        SeenAnswer[] window = [.. Enumerable.Range(0, 40).Select(index => Answer(isSeen: index % 2 == 0))];
        PredictedLoss loss = Measure([Dark], window);
        (loss.Interval!.Value.High - loss.Change!.Value).ShouldBe(0.25, 0.06);
        (loss.Change.Value - loss.Interval.Value.Low).ShouldBe(0.25, 0.06);
    }

    // What the window's few images say by chance belongs to the doubt: sixteen leave more of it than four hundred.
    [Fact]
    public void Of_AFewWindowImages_HasAWiderInterval()
    {
        double few = Measure([Dark], [.. Enumerable.Range(0, 16).Select(index => Answer(isSeen: index % 2 == 0))]).Interval!.Value.Width;
        double many = Measure([Dark], [.. Enumerable.Range(0, 400).Select(index => Answer(isSeen: index % 2 == 0))]).Interval!.Value.Width;
        few.ShouldBeGreaterThan(2 * many);
    }

    [Fact]
    public void Of_TwoSteps_DoesOneAfterTheOther()
    {
        List<byte> seen = [];
        Measure([new("haze", 0.5), Dark], [], image => seen.Add(image.Rgb[0]));
        using DecodedImage image = Grey(Bright);
        using DecodedImage hazy = new Haze().Apply(image, 0.5, 0);
        using DecodedImage dark = new Exposure().Apply(hazy, -2, 0);
        seen.ShouldContain(dark.Rgb[0]);
    }

    // In the dark bright images of the first class are still right and fair ones of the second are called the first, as surely: answers and confidences of a window tell nothing of its
    // classes, but embeddings do. Three fair images to each bright one lose three quarters, less what ten images of the baseline's shares say. The first images have no embedding, or one
    // of another length: they count as they are, half of them lost, while at least fifty others teach the classes.
    [Theory]
    [InlineData(0, 0, -0.70, -0.66, true)]
    [InlineData(1, 0, -0.70, -0.66, true)]
    [InlineData(1, 3, -0.70, -0.66, true)]
    [InlineData(30, 0, -0.63, -0.60, true)]
    [InlineData(31, 0, -0.5, -0.5, false)]
    [InlineData(80, 0, -0.5, -0.5, false)]
    public void Of_AWindowOfOtherClasses_IsWeighedAsItsEmbeddingsShow(int unusableCount, int unusableLength, double lowest, double highest, bool isWeighed)
    {
        int asked = 0;
        PredictedLoss loss = PredictedLoss.Of(
            TaskEvaluations.Find(VisionTask.Classification)!,
            new TaskSetup(2, 0.25),
            [.. Enumerable.Range(0, 80).Select(index => new LabelledTrial(() => Grey((byte)((index % 2 == 0 ? Bright : Fair) + (index % 5))), new ClassificationTruth(index % 2)))],
            Scored,
            [Dark],
            [.. Enumerable.Range(0, 40).Select(index => Spoiled(index % 4 == 0 ? Bright : Fair))],
            200,
            5,
            TestContext.Current.CancellationToken)!;

        loss.Change!.Value.ShouldBeInRange(lowest - 1e-9, highest + 1e-9);
        loss.Interval!.Value.Contains(-0.75).ShouldBe(isWeighed);

        // Each image is asked about twice in turn, as it is and in the dark.
        SeenAnswer Scored(DecodedImage image) => Answered(image) is var said && asked++ / 2 < unusableCount ? said with { Embedding = unusableLength == 0 ? null : new float[unusableLength] } : said;

        SeenAnswer Answered(DecodedImage image)
        {
            byte level = image.Rgb[0];
            return new SeenAnswer(new ClassificationPrediction(level is < 115 or > 150 ? [0.9f, 0.1f] : [0.1f, 0.9f]), [level / 255f, 1]);
        }

        SeenAnswer Spoiled(byte level)
        {
            using DecodedImage image = Grey(level);
            using DecodedImage dark = new Exposure().Apply(image, -2, 0);
            return Answered(dark);
        }
    }

    private static PredictedLoss Measure(CorruptionStep[] steps, SeenAnswer[] window, Action<DecodedImage>? see = null) => PredictedLoss.Of(
        TaskEvaluations.Find(VisionTask.Classification)!,
        new TaskSetup(2, 0.25),
        [.. Enumerable.Range(0, 40).Select(index => new LabelledTrial(() => Grey(index % 2 == 0 ? Bright : Dim), new ClassificationTruth(0)))],
        image =>
        {
            see?.Invoke(image);
            return Answer(isSeen: image.Rgb[0] > 70);
        },
        steps,
        window,
        400,
        5,
        TestContext.Current.CancellationToken)!;

    private static SeenAnswer Answer(bool isSeen) => new(new ClassificationPrediction(isSeen ? [0.9f, 0.1f] : [0.5f - 1e-6f, 0.5f]), null);

    private static DecodedImage Grey(byte level) => DecodedImage.FromRgb(8, 8, [.. Enumerable.Repeat(level, 8 * 8 * 3)]);
}
