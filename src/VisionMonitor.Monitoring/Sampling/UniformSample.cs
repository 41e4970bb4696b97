using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace VisionMonitor.Monitoring.Sampling;

/// <summary>
/// A uniform sample of a window that can be drawn again: the images with the smallest keyed hashes (bottom-k). It depends on the key
/// and on which images there are, not on the order in which they come, the database or the machine, and a smaller sample is the
/// beginning of a larger one.
/// </summary>
/// <param name="size">At most this many images are taken.</param>
/// <param name="key">Names the draw, such as project and window; another key gives an independent sample.</param>
public sealed class UniformSample(int size, string key)
{
    private readonly int _size = size > 0 ? size : throw new ArgumentOutOfRangeException(nameof(size), size, "A sample has at least one image.");
    private readonly byte[] _key = SHA256.HashData(Encoding.UTF8.GetBytes(key));

    // The largest hash lies on top: it is the first to go.
    private readonly PriorityQueue<long, (UInt128 Hash, string ClientId)> _kept = new(new LargestFirst());

    /// <summary>How many images were offered.</summary>
    public int PopulationCount { get; private set; }

    /// <summary>How many of them are in the sample.</summary>
    public int Count => _kept.Count;

    /// <summary>The probability with which each offered image got into the sample, above 0 and at most 1; 1 for an empty window.</summary>
    public double InclusionProbability => PopulationCount == 0 ? 1 : (double)_kept.Count / PopulationCount;

    /// <summary>Offers one image of the window.</summary>
    /// <param name="imageId">What is handed back if it is taken.</param>
    /// <param name="clientId">What decides: the sender's id, which is the same on every database.</param>
    public void Offer(long imageId, string clientId)
    {
        PopulationCount++;
        (UInt128, string) place = (HashOf(clientId), clientId);
        if (_kept.Count < _size)
        {
            _kept.Enqueue(imageId, place);
        }
        else
        {
            _kept.EnqueueDequeue(imageId, place);
        }
    }

    /// <summary>The sampled images in the order of their hashes.</summary>
    public IReadOnlyList<long> ImageIds() =>
        [.. _kept.UnorderedItems.OrderBy(item => item.Priority.Hash).ThenBy(item => item.Priority.ClientId, StringComparer.Ordinal).Select(item => item.Element)];

    private UInt128 HashOf(string clientId)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(clientId), hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    private sealed class LargestFirst : IComparer<(UInt128 Hash, string ClientId)>
    {
        public int Compare((UInt128 Hash, string ClientId) x, (UInt128 Hash, string ClientId) y)
        {
            int byHash = y.Hash.CompareTo(x.Hash);
            return byHash != 0 ? byHash : string.CompareOrdinal(y.ClientId, x.ClientId);
        }
    }
}
