using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Monitoring.Labelling;

/// <summary>What a label is worth: how much it is expected to shrink the interval of the class that is known worst, per minute of labelling.</summary>
/// <param name="WorstClass">The class whose number has the widest interval; −1 for all classes together.</param>
/// <param name="HalfWidth">Half of that interval.</param>
/// <param name="Count">Labelled images or objects that it rests on.</param>
public sealed record LabelValue(int WorstClass, double HalfWidth, long Count)
{
    // What a person needs for the image itself and for each object in it.
    private const double MinutesPerImage = 0.08;
    private const double MinutesPerObject = 0.12;

    /// <summary>Minutes that a person is expected to need.</summary>
    public static double Minutes(Prediction predicted) => predicted switch
    {
        ClassificationPrediction => MinutesPerImage,
        DetectionPrediction boxes => MinutesPerImage + (MinutesPerObject * boxes.Boxes.Sum(box => box.Confidence)),
        InstancePrediction instances => MinutesPerImage + (5 * MinutesPerObject * instances.Instances.Sum(one => one.Box.Confidence)),
        SemanticPrediction or PanopticPrediction => 3,
        TextPrediction text => MinutesPerImage + (2 * MinutesPerObject * text.Lines.Count),
        _ => 1,
    };

    /// <summary>Points by which one more expected example shrinks the interval: its width falls with the root of the count.</summary>
    public double PerMinute(Prediction predicted) => 100 * Expected(predicted) * HalfWidth / (2 * Math.Max(1, Count)) / Minutes(predicted);

    /// <summary>Expected examples of the worst class, those of which the model is unsure counting up to twice.</summary>
    private double Expected(Prediction predicted) => predicted switch
    {
        ClassificationPrediction one when WorstClass >= 0 && WorstClass < one.Probabilities.Length => one.Probabilities[WorstClass] * (2 - one.Probabilities.Max()),
        ClassificationPrediction one => 2 - one.Probabilities.Max(),
        DetectionPrediction boxes => boxes.Boxes.Where(box => WorstClass < 0 || box.ClassIndex == WorstClass).Sum(box => box.Confidence * (2 - box.Confidence)),
        InstancePrediction instances => instances.Instances.Where(one => WorstClass < 0 || one.Box.ClassIndex == WorstClass).Sum(one => one.Box.Confidence * (2 - one.Box.Confidence)),
        _ => 1,
    };
}
