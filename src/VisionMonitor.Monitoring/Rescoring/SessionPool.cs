using System.Collections.Concurrent;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision.Models;

namespace VisionMonitor.Monitoring.Rescoring;

/// <summary>
/// Open models, kept between shards. A session serves one caller at a time, so each renter has one of its own. At most
/// <see cref="IdleLimit"/> idle sessions are kept; more are closed as they come back.
/// </summary>
public sealed class SessionPool(BlobStore blobs) : IDisposable
{
    /// <summary>Idle sessions that are kept open.</summary>
    public const int IdleLimit = 16;

    private readonly ConcurrentDictionary<string, ConcurrentBag<ModelSession>> _idle = new();
    private int _idleCount;

    /// <summary>Opens a version's model, or takes an open one.</summary>
    /// <exception cref="ModelContractException">The file and its contract do not fit, or the file cannot be opened.</exception>
    public RentedSession Rent(ModelVersion version)
    {
        string key = version.Sha256 + version.Contract;
        if (_idle.TryGetValue(key, out ConcurrentBag<ModelSession>? bag) && bag.TryTake(out ModelSession? session))
        {
            Interlocked.Decrement(ref _idleCount);
        }
        else
        {
            session = ModelSession.Open(blobs.PathOf(version.Sha256), PartFiles.Located(ModelContract.Parse(version.Contract, $"v{version.Number}"), blobs));
        }

        return new RentedSession(session, () => Return(key, session));
    }

    /// <summary>Closes the idle sessions.</summary>
    public void Dispose()
    {
        foreach (ModelSession session in _idle.Values.SelectMany(bag => bag))
        {
            session.Dispose();
        }

        _idle.Clear();
    }

    private void Return(string key, ModelSession session)
    {
        if (Interlocked.Increment(ref _idleCount) > IdleLimit)
        {
            Interlocked.Decrement(ref _idleCount);
            session.Dispose();
        }
        else
        {
            _idle.GetOrAdd(key, _ => []).Add(session);
        }
    }
}

/// <summary>A session that goes back when it is disposed.</summary>
public sealed class RentedSession(ModelSession session, Action giveBack) : IDisposable
{
    /// <summary>The open model.</summary>
    public ModelSession Session => session;

    /// <inheritdoc/>
    public void Dispose() => giveBack();
}
