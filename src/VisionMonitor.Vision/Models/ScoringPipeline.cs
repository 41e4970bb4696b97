using System.Buffers;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Win32.SafeHandles;
using VisionMonitor.Vision.Images;

namespace VisionMonitor.Vision.Models;

/// <summary>
/// Scores many images with one session: while one image is inferred, the next are read, decoded and prepared by other threads, so
/// the network never waits for a file. Results come in the order of the files, and one bad image ends nothing.
/// </summary>
/// <param name="session">The network; owned by the caller.</param>
/// <param name="limits">What an image may cost.</param>
/// <param name="ahead">The most images that are decoded before their turn; also the most pictures in memory.</param>
public sealed class ScoringPipeline(ModelSession session, ImageLimits? limits = null, int ahead = 3)
{
    private readonly ImageLimits _limits = limits ?? ImageLimits.Default;

    /// <summary>Scores every file.</summary>
    public async IAsyncEnumerable<ScoredFile> RunAsync(IReadOnlyList<string> paths, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(paths);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Channel<Task<Loaded>> queue = Channel.CreateBounded<Task<Loaded>>(Math.Max(1, ahead));
        Task feeding = FeedAsync(paths, queue.Writer, stop.Token);
        try
        {
            await foreach (Task<Loaded> next in queue.Reader.ReadAllAsync(cancellationToken))
            {
                using Loaded loaded = await next;
                yield return Score(loaded, cancellationToken);
            }
        }
        finally
        {
            // A caller that stops early leaves prepared images behind, which go back to their session.
            await stop.CancelAsync();
            await feeding;
            while (queue.Reader.TryRead(out Task<Loaded>? left))
            {
                (await left).Dispose();
            }
        }
    }

    private async Task FeedAsync(IReadOnlyList<string> paths, ChannelWriter<Task<Loaded>> writer, CancellationToken cancellationToken)
    {
        try
        {
            foreach (string path in paths)
            {
                await writer.WaitToWriteAsync(cancellationToken);
                writer.TryWrite(Task.Run(() => Load(path), CancellationToken.None));
            }
        }
        catch (OperationCanceledException)
        {
            // The reader has gone; what is queued is disposed of there.
        }
        finally
        {
            writer.Complete();
        }
    }

    private Loaded Load(string path)
    {
        DecodedImage? image = null;
        try
        {
            long started = Stopwatch.GetTimestamp();
            image = Decode(path);
            double decoded = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            return new(path, image, session.Prepare(image), decoded, null, null);
        }
        catch (ImageFormatException refusal)
        {
            return new(path, null, null, 0, refusal.Code, refusal.Message);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return new(path, null, null, 0, "file_not_readable", failure.Message);
        }
        catch
        {
            image?.Dispose();
            throw;
        }
    }

    /// <summary>Reads into a pooled buffer: files of a few hundred kilobytes would each go to the large object heap.</summary>
    private DecodedImage Decode(string path)
    {
        using SafeFileHandle file = File.OpenHandle(path, options: FileOptions.SequentialScan);
        long length = RandomAccess.GetLength(file);
        if (length > _limits.MaxBytes)
        {
            throw new ImageFormatException("file_too_large", $"The file has {length} bytes; at most {_limits.MaxBytes} are read.");
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent((int)length);
        try
        {
            int filled = 0;
            for (int read = -1; read != 0 && filled < length; filled += read)
            {
                read = RandomAccess.Read(file, buffer.AsSpan(filled, (int)length - filled), filled);
            }

            return ImageDecoder.Decode(buffer.AsSpan(0, filled), _limits);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private ScoredFile Score(Loaded loaded, CancellationToken cancellationToken)
    {
        if (loaded.Image is not { } image)
        {
            return new(loaded.Path, 0, 0, null, loaded.Code, loaded.Sentence);
        }

        try
        {
            ScoredImage scored = session.Score(loaded.Prepared, image, cancellationToken);
            return new(loaded.Path, image.Width, image.Height, scored with { Times = scored.Times with { DecodeMilliseconds = loaded.Decoded } }, null, null);
        }
        catch (ModelOutputException refusal)
        {
            return new(loaded.Path, image.Width, image.Height, null, refusal.Code, refusal.Message);
        }
    }

    private sealed record Loaded(string Path, DecodedImage? Image, PreparedImage? Prepared, double Decoded, string? Code, string? Sentence) : IDisposable
    {
        public void Dispose()
        {
            Prepared?.Dispose();
            Image?.Dispose();
        }
    }
}
