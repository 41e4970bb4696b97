using System.Buffers.Binary;

namespace VisionMonitor.Metrics.Detection;

/// <summary>
/// The stored form of evidence, version 2: variable-length integers; the few distinct (right, wrong) patterns of an image once, and
/// per prediction only the number of its pattern; confidences as float where that loses nothing.
/// </summary>
internal static class DetectionEvidenceBytes
{
    private const byte Version = 2;

    /// <summary>No image has more of anything; a damaged length must not allocate gigabytes.</summary>
    private const int Limit = 1 << 24;

    public static byte[] Write(DetectionEvidence evidence)
    {
        var writer = new Writer();
        writer.Byte(Version);
        writer.Fixed32(evidence.Fingerprint);
        writer.Number(evidence.AreaCount);
        writer.Number(evidence.WordCount);
        writer.Number(evidence.OutcomePlane);
        writer.Number(evidence.CellClasses.Length);
        writer.Number(evidence.Confidences.Length);
        for (int cell = 0, start = 0, previous = 0; cell < evidence.CellClasses.Length; cell++)
        {
            writer.Number(evidence.CellClasses[cell] - previous);
            writer.Number(evidence.CellEnds[cell] - start);
            previous = evidence.CellClasses[cell];
            start = evidence.CellEnds[cell];
            for (int a = 0; a < evidence.AreaCount; a++)
            {
                writer.Number(evidence.CellTruthCounts[(cell * evidence.AreaCount) + a]);
            }
        }

        bool isSingle = Array.TrueForAll(evidence.Confidences, c => BitConverter.DoubleToInt64Bits((float)c) == BitConverter.DoubleToInt64Bits(c));
        writer.Byte(isSingle ? (byte)1 : (byte)0);
        foreach (double confidence in evidence.Confidences)
        {
            writer.Real(confidence, isSingle);
        }

        WritePatterns(writer, evidence);
        writer.Byte(evidence.HasPairs ? (byte)1 : (byte)0);
        if (evidence.HasPairs)
        {
            WritePairs(writer, evidence);
        }

        return writer.ToArray();
    }

    public static DetectionEvidence Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new Reader(bytes);
        byte version = reader.Byte();
        if (version != Version)
        {
            throw new InvalidDataException($"Detection evidence of version {version} cannot be read; this build reads version {Version}.");
        }

        uint fingerprint = reader.Fixed32();
        int areaCount = reader.Number(), wordCount = reader.Number(), plane = reader.Number(), cellCount = reader.Number(), predictedCount = reader.Number();
        if (areaCount == 0 || (long)cellCount * areaCount > Limit || (long)predictedCount * wordCount > Limit || plane >= 64L * wordCount)
        {
            throw Damaged();
        }

        var evidence = new DetectionEvidence(fingerprint, areaCount, wordCount, plane, cellCount, predictedCount);
        for (int cell = 0, end = 0, previous = 0; cell < cellCount; cell++)
        {
            evidence.CellClasses[cell] = previous = checked(previous + reader.Number());
            evidence.CellEnds[cell] = end = checked(end + reader.Number());
            for (int a = 0; a < areaCount; a++)
            {
                evidence.CellTruthCounts[(cell * areaCount) + a] = reader.Number();
            }
        }

        if (predictedCount != (cellCount == 0 ? 0 : evidence.CellEnds[^1]))
        {
            throw Damaged();
        }

        bool isSingle = reader.Byte() == 1;
        for (int i = 0; i < predictedCount; i++)
        {
            evidence.Confidences[i] = reader.Real(isSingle);
        }

        ReadPatterns(ref reader, evidence);
        if (reader.Byte() == 1)
        {
            ReadPairs(ref reader, evidence);
        }

        return reader.IsAtEnd ? evidence : throw Damaged();
    }

    private static void WritePatterns(Writer writer, DetectionEvidence evidence)
    {
        int words = evidence.WordCount;
        var numbers = new Dictionary<UInt128, int>();
        var patterns = new List<(ulong Right, ulong Wrong)>();
        int[] used = new int[evidence.PredictedCount * words];
        int mixed = 0;
        for (int i = 0; i < used.Length; i++)
        {
            (ulong right, ulong wrong) = evidence.WordsOf(i / words, i % words, mixed);
            mixed += i % words == words - 1 && evidence.Patterns[i / words] == DetectionEvidence.Mixed ? 1 : 0;
            var key = new UInt128(right, wrong);
            if (!numbers.TryGetValue(key, out used[i]))
            {
                numbers[key] = used[i] = patterns.Count;
                patterns.Add((right, wrong));
            }
        }

        writer.Number(patterns.Count);
        foreach ((ulong right, ulong wrong) in patterns)
        {
            writer.Word(right);
            writer.Word(wrong);
        }

        foreach (int pattern in used)
        {
            writer.Number(pattern);
        }
    }

    private static void ReadPatterns(ref Reader reader, DetectionEvidence evidence)
    {
        int count = reader.Number(), length = evidence.PredictedCount * evidence.WordCount;
        if (count > length)
        {
            throw Damaged();
        }

        evidence.Patterns.AsSpan().Fill(DetectionEvidence.Mixed);
        (evidence.Right, evidence.Wrong) = (new ulong[length], new ulong[length]);

        var patterns = new (ulong Right, ulong Wrong)[count];
        for (int i = 0; i < count; i++)
        {
            patterns[i] = (reader.Word(), reader.Word());
        }

        for (int i = 0; i < length; i++)
        {
            int pattern = reader.Number();
            if (pattern >= count)
            {
                throw Damaged();
            }

            (evidence.Right[i], evidence.Wrong[i]) = patterns[pattern];
        }
    }

    private static void WritePairs(Writer writer, DetectionEvidence evidence)
    {
        writer.Number(evidence.TruthClasses.Length);
        for (int g = 0; g < evidence.TruthClasses.Length; g++)
        {
            writer.Number(evidence.TruthClasses[g]);
            writer.Byte((byte)evidence.TruthTraits[g]);
            writer.Real(evidence.TruthAreas[g], isSingle: false);
        }

        writer.Number(evidence.Pairs.Length);
        int previous = 0;
        foreach (OverlapPair pair in evidence.Pairs)
        {
            writer.Number(pair.Predicted - previous);
            writer.Number(pair.Truth);
            writer.Real(pair.Overlap, isSingle: false);
            previous = pair.Predicted;
        }
    }

    private static void ReadPairs(ref Reader reader, DetectionEvidence evidence)
    {
        int[] classes = new int[reader.Number()];
        var traits = new TruthTraits[classes.Length];
        double[] areas = new double[classes.Length];
        for (int g = 0; g < classes.Length; g++)
        {
            classes[g] = reader.Number();
            traits[g] = (TruthTraits)reader.Byte();
            areas[g] = reader.Real(isSingle: false);
        }

        var pairs = new OverlapPair[reader.Number()];
        for (int i = 0, previous = 0; i < pairs.Length; i++)
        {
            previous = checked(previous + reader.Number());
            pairs[i] = new OverlapPair(previous, reader.Number(), reader.Real(isSingle: false));
            if (pairs[i].Predicted >= evidence.PredictedCount || pairs[i].Truth >= classes.Length)
            {
                throw Damaged();
            }
        }

        evidence.KeepPairs(classes, traits, areas, pairs);
    }

    private static InvalidDataException Damaged() => new("The stored detection evidence is damaged: compare the image again.");

    private sealed class Writer
    {
        private readonly List<byte> _bytes = new(256);

        public void Byte(byte value) => _bytes.Add(value);

        public void Number(int value) => Word((uint)value);

        public void Word(ulong value)
        {
            for (; value >= 0x80; value >>= 7)
            {
                _bytes.Add((byte)(value | 0x80));
            }

            _bytes.Add((byte)value);
        }

        public void Fixed32(uint value)
        {
            Span<byte> buffer = stackalloc byte[4];
            BinaryPrimitives.WriteUInt32LittleEndian(buffer, value);
            _bytes.AddRange(buffer);
        }

        public void Real(double value, bool isSingle)
        {
            Span<byte> buffer = stackalloc byte[8];
            BinaryPrimitives.WriteDoubleLittleEndian(buffer, value);
            if (isSingle)
            {
                BinaryPrimitives.WriteSingleLittleEndian(buffer, (float)value);
            }

            _bytes.AddRange(isSingle ? buffer[..4] : buffer);
        }

        public byte[] ToArray() => [.. _bytes];
    }

    private ref struct Reader(ReadOnlySpan<byte> bytes)
    {
        private ReadOnlySpan<byte> _rest = bytes;

        public readonly bool IsAtEnd => _rest.IsEmpty;

        public byte Byte() => Take(1)[0];

        public uint Fixed32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

        public double Real(bool isSingle) => isSingle ? BinaryPrimitives.ReadSingleLittleEndian(Take(4)) : BinaryPrimitives.ReadDoubleLittleEndian(Take(8));

        public int Number()
        {
            ulong value = Word();
            return value <= Limit ? (int)value : throw Damaged();
        }

        public ulong Word()
        {
            ulong value = 0;
            for (int shift = 0; shift < 64; shift += 7)
            {
                byte part = Byte();
                value |= (ulong)(part & 0x7F) << shift;
                if (part < 0x80)
                {
                    return value;
                }
            }

            throw Damaged();
        }

        private ReadOnlySpan<byte> Take(int count)
        {
            if (_rest.Length < count)
            {
                throw Damaged();
            }

            ReadOnlySpan<byte> taken = _rest[..count];
            _rest = _rest[count..];
            return taken;
        }
    }
}
