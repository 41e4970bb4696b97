namespace VisionMonitor.Vision.Families;

/// <summary>A box in the network's frame before the weaker ones are dropped.</summary>
internal readonly record struct BoxCandidate(int ClassIndex, float Left, float Top, float Right, float Bottom, float Confidence, int Ordinal)
{
    public float Area => Math.Max(0, Right - Left) * Math.Max(0, Bottom - Top);

    public static BoxCandidate FromCentre(int classIndex, float centreX, float centreY, float width, float height, float confidence, int ordinal) =>
        new(classIndex, centreX - width / 2, centreY - height / 2, centreX + width / 2, centreY + height / 2, confidence, ordinal);

    public float OverlapWith(in BoxCandidate other)
    {
        float width = Math.Min(Right, other.Right) - Math.Max(Left, other.Left);
        float height = Math.Min(Bottom, other.Bottom) - Math.Max(Top, other.Top);
        if (width <= 0 || height <= 0)
        {
            return 0;
        }

        float shared = width * height;
        return shared / (Area + other.Area - shared);
    }
}
