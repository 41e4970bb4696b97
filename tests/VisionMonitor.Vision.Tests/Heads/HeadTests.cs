using VisionMonitor.Vision.Heads;
using VisionMonitor.Vision.Images;
using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Vision.Tests.Heads;

public sealed class HeadTests
{
    [Fact]
    public void Fit_Logistic_StandsWhereItsGradientIsZero()
    {
        // One number, two classes that overlap. At the minimum the mean error times the number equals minus the penalty times the weight.
        LabelledVectors vectors = new(1, [-2, -1, 0.5f, -0.5f, 1, 2], [0, 0, 0, 1, 1, 1], 2);
        LinearHead head = MultinomialLogistic.Fit(vectors, 0.1, isBalanced: false);
        double deviation = Math.Sqrt(vectors.Values.Average(value => value * (double)value)), sum = 0;
        float[] said = new float[2];
        for (int image = 0; image < vectors.Count; image++)
        {
            head.Predict(vectors[image], said);
            sum += (said[1] - vectors.Classes[image]) * (vectors.Values[image] / deviation) / vectors.Count;
        }

        sum.ShouldBe(-0.1 * head.Weights.Span[1] * deviation, 1e-5);
        head.Weights.Span[1].ShouldBeGreaterThan(0.3f);
    }

    [Fact]
    public void Fit_Balanced_WeighsTheRareClassLikeTheCommonOne()
    {
        // All numbers are alike, so only the counts speak: nine to one, or even.
        LabelledVectors vectors = new(1, new float[10], [0, 0, 0, 0, 0, 0, 0, 0, 0, 1], 2);
        float[] plain = new float[2], balanced = new float[2];
        MultinomialLogistic.Fit(vectors, 0.1, isBalanced: false).Predict([0], plain);
        MultinomialLogistic.Fit(vectors, 0.1, isBalanced: true).Predict([0], balanced);
        (plain[1], balanced[1]).ShouldBe((0.1f, 0.5f), new Near());
    }

    [Fact]
    public void BestTemperature_OfAnswersThatAreTooSure_MakesThemAsSureAsTheyAreRight()
    {
        // Half of the answers are right at 0.99 each: only one half is honest, and no finite temperature is softer than that at its bound.
        LabelledVectors vectors = new(1, new float[4], [0, 0, 1, 1], 2);
        HeadTrial sure = HeadTrial.Run(vectors, 2, 1, _ => new Always(0.99f, 0.01f));
        double temperature = sure.BestTemperature(vectors);
        sure.AtTemperature(vectors, temperature).LogLoss.ShouldBeLessThan(0.71);
        (sure.LogLoss, sure.Accuracy, sure.BalancedAccuracy).ShouldBe(((-Math.Log(0.99) - Math.Log(0.01)) / 2, 0.5, 0.5), new Close());
    }

    [Fact]
    public void Run_FoldOfAnImage_NeverFitsToIt()
    {
        LabelledVectors vectors = new(1, [0, 1, 2, 3, 4, 5], [0, 1, 0, 1, 0, 1], 2);
        HeadTrial trial = HeadTrial.Run(vectors, 3, 1, part => new Remembers(part));

        // A head that knows only what it was fitted to has seen none of the images that it answers.
        trial.Accuracy.ShouldBe(0.5);
        trial.Probabilities.ShouldAllBe(probability => probability == 0.5f);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Append_ToABackbone_AnswersLikeTheHead(bool isNeighbours)
    {
        LabelledVectors vectors = new(3, [0.9f, 0.1f, 0.1f, 0.1f, 0.9f, 0.1f, 0.8f, 0.2f, 0.1f, 0.2f, 0.8f, 0.3f], [0, 1, 0, 1], 2);
        IHead head = isNeighbours ? new NeighbourHead(vectors, 3) : MultinomialLogistic.Fit(vectors, 0.01, isBalanced: true);
        string path = Path.Combine(Path.GetTempPath(), $"visionmonitor-{Guid.NewGuid():N}.onnx");
        try
        {
            File.WriteAllBytes(path, HeadGraph.Append(TinyOnnx.ChannelMeans(TinyOnnx.Float, [-1, 3, 4, 4]), "logits", 2, head));
            ModelContract contract = new()
            {
                Family = "classifier",
                Task = VisionTask.Classification,
                Classes = ["red", "green"],
                Input = new() { Name = "image", Width = 4, Height = 4 },
                Outputs = [HeadGraph.Output],
                EmbeddingOutput = "logits",
            };
            using ModelSession session = ModelSession.Open(path, contract);
            using DecodedImage image = new(4, 4);
            for (int at = 0; at < image.Rgb.Length; at++)
            {
                image.Pixels[at] = (byte)(at % 3 == 1 ? 200 : 60 + at);
            }

            ScoredImage scored = session.Score(image, TestContext.Current.CancellationToken);
            float[] expected = new float[2];
            head.Predict(scored.Embedding, expected);
            ((ClassificationPrediction)scored.Prediction).Probabilities.ShouldBe(expected, 1e-5);
            expected[1].ShouldBeGreaterThan(0.5f);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Append_OutputThatIsNotThere_IsRefused() =>
        Should.Throw<ModelAdmissionException>(() => HeadGraph.Append(TinyOnnx.ChannelMeans(TinyOnnx.Float, [1, 3, 4, 4]), "features", 2, new LinearHead(3, [0, 0, 0], [0])));

    private sealed class Always(params float[] answer) : IHead
    {
        public int ClassCount => answer.Length;

        public void Predict(ReadOnlySpan<float> vector, Span<float> probabilities) => answer.CopyTo(probabilities);
    }

    private sealed class Remembers(LabelledVectors seen) : IHead
    {
        public int ClassCount => 2;

        public void Predict(ReadOnlySpan<float> vector, Span<float> probabilities)
        {
            probabilities.Fill(0.5f);
            int index = Array.IndexOf(seen.Values, vector[0]);
            if (index >= 0)
            {
                probabilities.Clear();
                probabilities[seen.Classes[index]] = 1;
            }
        }
    }

    private sealed class Near : IEqualityComparer<(float, float)>
    {
        public bool Equals((float, float) x, (float, float) y) => Math.Abs(x.Item1 - y.Item1) < 1e-3 && Math.Abs(x.Item2 - y.Item2) < 1e-3;

        public int GetHashCode((float, float) obj) => 0;
    }

    private sealed class Close : IEqualityComparer<(double, double, double)>
    {
        public bool Equals((double, double, double) x, (double, double, double) y) => Math.Abs(x.Item1 - y.Item1) < 1e-6 && x.Item2 == y.Item2 && x.Item3 == y.Item3;

        public int GetHashCode((double, double, double) obj) => 0;
    }
}
