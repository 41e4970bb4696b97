using System.Buffers.Binary;

namespace VisionMonitor.Metrics.Classification;

/// <summary>What comparing one image's class with one prediction leaves behind: enough for every number of <see cref="ClassificationReport"/>.</summary>
public sealed class ClassificationEvidence
{
    private const byte Version = 1;

    internal ClassificationEvidence(int truthIndex, int predictedIndex, int truthRank, int tiedBefore, int tiedAfter, double confidence, double truthProbability, double squaredError, double entropy, double[] probabilities)
    {
        (TruthIndex, PredictedIndex, TruthRank, TiedBefore, TiedAfter) = (truthIndex, predictedIndex, truthRank, tiedBefore, tiedAfter);
        (Confidence, TruthProbability, SquaredError, Entropy) = (confidence, truthProbability, squaredError, entropy);
        Values = probabilities;
    }

    /// <summary>The labelled class.</summary>
    public int TruthIndex { get; }

    /// <summary>The class with the highest probability; the lowest index among equals.</summary>
    public int PredictedIndex { get; }

    /// <summary>Place of the labelled class, 0 for the first; among equal probabilities the lower index comes first.</summary>
    public int TruthRank { get; }

    /// <summary>Probability of the predicted class, 0 to 1.</summary>
    public double Confidence { get; }

    /// <summary>Probability of the labelled class, 0 to 1.</summary>
    public double TruthProbability { get; }

    /// <summary>Sum over classes of (probability − 1 for the labelled class, 0 else)², 0 to 2.</summary>
    public double SquaredError { get; }

    /// <summary>Entropy of the probabilities in nats.</summary>
    public double Entropy { get; }

    /// <summary>Probability of every class; empty where they were not kept (the evaluation says so), and then AUC and AP are undefined.</summary>
    public ReadOnlySpan<double> Probabilities => Values;

    /// <summary>Classes as probable as the labelled one that rank before it only by their index.</summary>
    internal int TiedBefore { get; }

    /// <summary>Classes as probable as the labelled one that rank after it only by their index.</summary>
    internal int TiedAfter { get; }

    internal double[] Values { get; }

    /// <summary>Whether the labelled class is among the first <paramref name="k"/>.</summary>
    public bool IsInTop(int k) => TruthRank < k;

    /// <summary>The stored form: a version byte, then little-endian numbers; probabilities as float where that loses nothing.</summary>
    public byte[] ToBytes()
    {
        bool isSingle = Array.TrueForAll(Values, v => (float)v == v);
        byte[] bytes = new byte[2 + (6 * sizeof(int)) + (4 * sizeof(double)) + (Values.Length * (isSingle ? sizeof(float) : sizeof(double)))];
        bytes[0] = Version;
        bytes[1] = isSingle ? (byte)1 : (byte)0;
        Span<byte> rest = bytes.AsSpan(2);
        foreach (int number in (ReadOnlySpan<int>)[TruthIndex, PredictedIndex, TruthRank, TiedBefore, TiedAfter, Values.Length])
        {
            BinaryPrimitives.WriteInt32LittleEndian(rest, number);
            rest = rest[sizeof(int)..];
        }

        foreach (double number in (ReadOnlySpan<double>)[Confidence, TruthProbability, SquaredError, Entropy])
        {
            BinaryPrimitives.WriteDoubleLittleEndian(rest, number);
            rest = rest[sizeof(double)..];
        }

        foreach (double value in Values)
        {
            if (isSingle)
            {
                BinaryPrimitives.WriteSingleLittleEndian(rest, (float)value);
                rest = rest[sizeof(float)..];
            }
            else
            {
                BinaryPrimitives.WriteDoubleLittleEndian(rest, value);
                rest = rest[sizeof(double)..];
            }
        }

        return bytes;
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The bytes are of another version, cut off or damaged.</exception>
    public static ClassificationEvidence FromBytes(ReadOnlySpan<byte> bytes)
    {
        const int HeaderLength = 2 + (6 * sizeof(int)) + (4 * sizeof(double));
        if (bytes.Length < HeaderLength || bytes[0] != Version)
        {
            throw new InvalidDataException($"These are not bytes of classification evidence, version {Version}.");
        }

        bool isSingle = bytes[1] == 1;
        Span<int> numbers = stackalloc int[6];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = BinaryPrimitives.ReadInt32LittleEndian(bytes[(2 + (i * sizeof(int)))..]);
        }

        Span<double> scores = stackalloc double[4];
        for (int i = 0; i < scores.Length; i++)
        {
            scores[i] = BinaryPrimitives.ReadDoubleLittleEndian(bytes[(2 + (6 * sizeof(int)) + (i * sizeof(double)))..]);
        }

        ReadOnlySpan<byte> rest = bytes[HeaderLength..];
        int width = isSingle ? sizeof(float) : sizeof(double);
        if (numbers[5] < 0 || rest.Length != (long)numbers[5] * width)
        {
            throw new InvalidDataException("The stored classification evidence is damaged: compare the image again.");
        }

        double[] values = new double[numbers[5]];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = isSingle ? BinaryPrimitives.ReadSingleLittleEndian(rest[(i * width)..]) : BinaryPrimitives.ReadDoubleLittleEndian(rest[(i * width)..]);
        }

        return new ClassificationEvidence(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], scores[0], scores[1], scores[2], scores[3], values);
    }
}
