using VisionMonitor.Metrics.Drift.Watch;
using VisionMonitor.Metrics.Statistics;

namespace VisionMonitor.Metrics.Tests.Drift.Watch;

/// <summary>Images of four classes around their own centres, with two properties and a confidence.</summary>
public sealed class DriftCalibrationTests
{
    private const int Dimension = 16;
    private const int ClassCount = 4;
    private static readonly DriftFeatures Features = new(Dimension, propertyCount: 2, featureCount: 64, componentCount: 8);
    private static readonly DriftCalibrationOptions Options = new() { FalseAlarmRate = 0.05, Draws = 999, Seed = 5 };

    /// <summary>400 windows from the baseline's own distribution at a rate of 5 %: at most 20 + 3·√(400·.05·.95) = 33 alarms; shared between channels that say partly the same, it may be fewer.</summary>
    [Theory]
    [InlineData(100)]
    [InlineData(50)]
    public void Check_NoShift_AlarmsAtMostAtTheStatedRate(int windowSize)
    {
        Usual usual = new(Some(1, 2000), 100);

        int alarms = Enumerable.Range(0, 400).Count(i => usual.Check(Some(100 + (ulong)i, windowSize)).IsAlarm);

        alarms.ShouldBeInRange(5, 33);
    }

    // A class in turn is seen 1.3 times as often as the others: shares move by a few points from window to window without any drift.
    [Fact]
    public void Check_SharesOfClassesThatMoveAsTheyDoInLife_AlarmAtMostAtTheStatedRate()
    {
        Usual usual = new(Some(1, 2000), 100);

        int alarms = Enumerable.Range(0, 400).Count(i => usual.Check(Some(100 + (ulong)i, 100, favoured: i % ClassCount, favour: 1.3)).IsAlarm);

        alarms.ShouldBeLessThanOrEqualTo(33);
    }

    [Fact]
    public void Check_OneClassFiveTimesAsOften_LeadsByTheClassMix()
    {
        DriftVerdict verdict = new Usual(Some(1, 2000), 100).Check(Some(7, 100, favoured: 2, favour: 5));

        (verdict.IsAlarm, verdict.Leading).ShouldBe((true, DriftChannel.ClassMix));
    }

    /// <summary>By day pictures are brighter and look otherwise to the model: windows of one hour each alarm no oftener for that, with a baseline of all hours; and one that is less sharp still alarms.</summary>
    [Theory]
    [InlineData(0, 1, 0, 33)]
    [InlineData(-0.1, 1, 380, 400)]
    [InlineData(0, 0, 70, 400)]
    public void Check_WindowsOfOneHour_AreHeldAgainstThatHour(double sharpness, double cycle, int least, int most)
    {
        Usual usual = new(Some(1, 480, cycle: 1), 24, Options with { DayShare = 0 });

        // Without its own cycle a window looks at noon as it does at night: 13 of 24 hours are day.
        int alarms = Enumerable.Range(0, 400).Count(i => usual.Check(Some(100 + (ulong)i, 24, sharpness: sharpness, cycle: cycle, hour: i % 24)).IsAlarm);

        alarms.ShouldBeInRange(least, most);
    }

    // Held out of what was learnt: nearly as if it had been learnt from the others, but for the mean of the hours, which is that of all.
    [Fact]
    public void DailyCycle_OfHeldOutImages_IsLearntFromTheOthers()
    {
        Images all = Some(1, 480, cycle: 1);
        int[] held = [.. Enumerable.Range(0, 96).Where(image => all.Hours[image] is > 9 and < 15)];
        Images rest = all.Only([.. Enumerable.Range(0, 480).Except(held)]);
        float[] residuals = Reference(all).Residuals(all.Rows, all.Classes);
        double[] sum = new double[Features.Layout.RowLength], learnt = new double[sum.Length], whole = new double[sum.Length], hours = new double[24];
        Array.ForEach(held, image => hours[(int)all.Hours[image]]++);

        DailyCycle cycle = new(residuals, all.Hours);
        cycle.TakeOffHeldOut(residuals, held, sum);
        cycle.TakeOff(hours, whole);
        new DailyCycle(Reference(all).Residuals(rest.Rows, rest.Classes), rest.Hours).TakeOff(hours, learnt);

        Apart(sum).ShouldBeLessThan(Apart(whole) / 3);

        double Apart(double[] one) => Math.Sqrt(one.Zip(learnt).Sum(pair => (pair.First - pair.Second) * (pair.First - pair.Second)));
    }

    // Nothing is known of a class that the baseline does not show: the first picture of it in a while is no drift, many of them are.
    [Theory]
    [InlineData(1, false)]
    [InlineData(12, true)]
    public void Check_AClassThatTheBaselineNeverShows_IsDriftOnlyWhenItIsSeenOften(int count, bool isDrift)
    {
        Images known = Some(1, 300, favoured: 0, favour: 1e9), window = Some(7, 24, favoured: 0, favour: 1e9);
        Array.Fill(window.Classes, 3, 0, count);
        Usual usual = new(known, 24, Options with { FalseAlarmRate = 0.001, Draws = 2000 });

        DriftVerdict verdict = usual.Check(window);

        (verdict.IsAlarm && verdict.Leading == DriftChannel.ClassMix).ShouldBe(isDrift);
    }

    /// <summary>Of a hundred classes as frequent as each other, 300 images show some hardly and some not at all; windows of 40 hold such classes nearly always.</summary>
    [Fact]
    public void Check_AHundredClasses_AlarmAtMostAtTheStatedRate()
    {
        const int many = 100;
        CommonClasses mix = new([.. Enumerable.Range(0, 300).Select(image => SplitMix64.Index(1, (ulong)image, many))], many);
        double[] drawn = [.. Enumerable.Range(0, 2000).Select(draw => mix.Draw([.. Enumerable.Range(0, 300).Select(image => SplitMix64.Index(1, (ulong)image, many))], 40, (ulong)draw)).Order()];

        int beyond = Enumerable.Range(0, 400).Count(window =>
        {
            double[] counts = new double[many];
            for (int image = 0; image < 40; image++)
            {
                counts[SplitMix64.Index(2 + (ulong)window, (ulong)image, many)]++;
            }

            return mix.Distance(counts, 40, 300) > drawn[1900];
        });

        beyond.ShouldBeLessThanOrEqualTo(33);
    }

    [Fact]
    public void Check_MeanShiftOfHalfADeviation_AlarmsAlmostAlways()
    {
        Usual usual = new(Some(1, 2000), 100);

        DriftVerdict[] verdicts = [.. Enumerable.Range(0, 20).Select(i => usual.Check(Some(100 + (ulong)i, 100, shift: 0.5)))];

        verdicts.Count(v => v.IsAlarm).ShouldBeGreaterThanOrEqualTo(19);
        verdicts.Min(v => v.PValue).ShouldBe(5.0 / 1000, 1e-12, "999 draws show no tail");
    }

    // What the embedding does not show, the picture's properties do.
    [Fact]
    public void Check_PicturesThatAreLessSharp_LeadByTheirProperties()
    {
        DriftVerdict verdict = new Usual(Some(1, 2000), 20).Check(Some(7, 20, sharpness: -0.1));

        (verdict.IsAlarm, verdict.Leading, verdict.WindowCount).ShouldBe((true, DriftChannel.Properties, 20));
    }

    // What is measured of the rest must be as if the rest alone had been learnt from.
    [Fact]
    public void HeldOut_Windows_AreMeasuredFromTheImagesThatTheyDoNotHold()
    {
        Images all = Some(1, 60), part = all.Take(0, 10), rest = all.Take(10, 60);

        float[] none = new float[all.Rows.Length];
        DriftWindow held = new DriftReference.HeldOut(Reference(all)).Window(all.Rows, all.Classes, [.. Enumerable.Range(0, 10)], new DailyCycle(none, all.Hours), none);
        DriftWindow learnt = part.Window(Reference(rest));

        foreach (DriftChannel channel in Enum.GetValues<DriftChannel>().Where(channel => channel != DriftChannel.ClassMix))
        {
            held.Sums[(int)channel].ShouldBe(learnt.Sums[(int)channel], 1e-4);
        }
    }

    [Fact]
    public void From_SameSeed_GivesTheSameLimit()
    {
        Images baseline = Some(1, 300);

        new Usual(baseline, 50).Limit.ShouldBe(new Usual(baseline, 50).Limit);
        new Usual(baseline, 50, Options with { Seed = 6 }).Limit.ShouldNotBe(new Usual(baseline, 50).Limit);
    }

    /// <summary>What 4,000 draws say of one in 100,000 is never below what a million draws show, and at most a third above.</summary>
    [Theory]
    [InlineData(6)]
    [InlineData(7)]
    public void From_RateFinerThanTheDraws_IsReadOffTheirTailAndCareful(ulong seed)
    {
        Images baseline = Some(1, 300);
        DriftCalibrationOptions options = Options with { FalseAlarmRate = 5e-5, Seed = seed };

        double shown = new Usual(baseline, 10, options with { Draws = 1_000_000 }).Limit;
        double read = new Usual(baseline, 10, options with { Draws = 4000 }).Limit;

        read.ShouldBeInRange(shown, shown * 4 / 3);
    }

    /// <summary>Where the draws show none as far, their tail tells how rare it is: twice as far is far rarer.</summary>
    [Fact]
    public void Check_FurtherThanAnyDraw_IsRarerTheFurtherItIs()
    {
        Usual usual = new(Some(1, 600), 24, Options with { Draws = 2000 });

        double near = usual.Check(Some(7, 24, sharpness: -0.09)).PValue, far = usual.Check(Some(7, 24, sharpness: -0.15)).PValue;

        near.ShouldBeLessThan(5.0 / 2001);
        far.ShouldBeLessThan(near / 1e6);
    }

    [Fact]
    public void From_HoursThatAreNone_Throws()
    {
        Images some = Some(1, 100);
        Should.Throw<ArgumentException>(() => new Usual(some with { Hours = [.. some.Hours[..99], 24] }, 10)).Message.ShouldContain("no hour");
        Should.Throw<ArgumentException>(() => new Usual(some with { Hours = some.Hours[..99] }, 10)).Message.ShouldContain("99 hours");
    }

    [Fact]
    public void From_RateFinerThanFewDraws_Throws() =>
        Should.Throw<ArgumentException>(() => new Usual(Some(1, 100), 10, Options with { FalseAlarmRate = 0.0001 }));

    [Fact]
    public void From_ConstantBaseline_SaysSo()
    {
        float[] row = Features.Rows([.. Enumerable.Repeat(1f, Dimension)], [0.5f, 0.5f], [0.9f]);

        Should.Throw<ArgumentException>(() => new Usual(new Images([.. Enumerable.Repeat(row, 100).SelectMany(one => one)], new int[100], new double[100]), 10)).Message.ShouldContain("does not vary");
    }

    private static DriftReference Reference(Images images) => DriftReference.From(Features.Layout, images.Rows, images.Classes, ClassCount);

    private static Images Some(ulong seed, int count, double shift = 0, double sharpness = 0, int favoured = 0, double favour = 1, double cycle = 0, int? hour = null)
    {
        float[] embeddings = new float[count * Dimension], properties = new float[count * 2], confidences = new float[count];
        int[] classes = new int[count];
        double[] hours = new double[count];
        ulong picks = SplitMix64.Derive(seed, 1), looks = SplitMix64.Derive(seed, 2);
        for (int image = 0; image < count; image++)
        {
            double at = SplitMix64.Uniform(picks, (ulong)image) * (ClassCount - 1 + favour);
            classes[image] = at < favour ? favoured : (favoured + 1 + (int)(at - favour)) % ClassCount;
            hours[image] = (hour ?? image % 24) + 0.5;
            double day = cycle * Math.Clamp(1.4 * Math.Sin((hours[image] - 6) / 13 * Math.PI), 0, 1);
            for (int index = 0; index < Dimension; index++)
            {
                embeddings[(image * Dimension) + index] = (float)((index == ClassCount ? day : 0) + SplitMix64.Normal(seed, (ulong)((image * Dimension) + index)) + shift + (index == classes[image] ? 4 : 0));
            }

            properties[2 * image] = (float)(0.5 + (0.1 * day) + (0.1 * SplitMix64.Normal(looks, (ulong)(3 * image))));
            properties[(2 * image) + 1] = (float)(0.5 + sharpness + (0.05 * SplitMix64.Normal(looks, (ulong)((3 * image) + 1))));
            confidences[image] = (float)(0.8 + (0.1 * SplitMix64.Uniform(looks, (ulong)((3 * image) + 2))));
        }

        return new Images(Features.Rows(embeddings, properties, confidences), classes, hours);
    }

    private sealed record Images(float[] Rows, int[] Classes, double[] Hours)
    {
        public Images Take(int from, int to) => new(Rows[(from * Features.Layout.RowLength)..(to * Features.Layout.RowLength)], Classes[from..to], Hours[from..to]);

        public Images Only(int[] images) =>
            new([.. images.SelectMany(image => Rows[(image * Features.Layout.RowLength)..((image + 1) * Features.Layout.RowLength)])], [.. images.Select(image => Classes[image])], [.. images.Select(image => Hours[image])]);

        public DriftWindow Window(DriftReference reference)
        {
            double[] counts = new double[ClassCount], sum = new double[Features.Layout.RowLength];
            for (int image = 0; image < Classes.Length; image++)
            {
                counts[Classes[image]]++;
                for (int index = 0; index < sum.Length; index++)
                {
                    sum[index] += Rows[(image * sum.Length) + index];
                }
            }

            return reference.Window(0, counts, sum);
        }
    }

    private sealed class Usual(Images images, int windowSize, DriftCalibrationOptions? options = null)
    {
        private readonly DriftReference _reference = Reference(images);
        private readonly DriftCalibration _calibration = DriftCalibration.From(Reference(images), images.Rows, images.Classes, images.Hours, windowSize, options ?? Options);

        public double Limit => _calibration.Limit;

        public DriftVerdict Check(Images window) => _calibration.Check(window.Window(_reference), [.. Enumerable.Range(0, 24).Select(hour => (double)window.Hours.Count(one => (int)one == hour))]);
    }
}
