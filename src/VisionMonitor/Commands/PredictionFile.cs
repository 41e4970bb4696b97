using System.Diagnostics;
using VisionMonitor.Vision.Labels;
using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Commands;

/// <summary>The file that predictions go to; it gets its name once it is complete.</summary>
internal sealed class PredictionFile(string path, string folder, ModelContract contract, CocoIds ids, int imageCount) : IDisposable
{
    /// <summary>How many answers are kept to be looked at.</summary>
    private const int WatchedCount = 1000;

    private readonly PredictionWriter _writer = new(File.Create(path + ".partial"), contract, ids.OfImage, ids.OfClass);
    private readonly ProgressLine _progress = new(imageCount);
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly List<Prediction> _first = [];
    private bool _isComplete;

    public int ScoredCount { get; private set; }

    public async Task AddAsync(IAsyncEnumerable<ScoredFile> scored)
    {
        await foreach (ScoredFile file in scored)
        {
            string name = Path.GetRelativePath(folder, file.Path).Replace('\\', '/');
            if (file.Scored is { } answer)
            {
                _writer.Write(name, answer.Prediction);
                ScoredCount++;
                if (_first.Count < WatchedCount && answer.Prediction is ClassificationPrediction or DetectionPrediction or InstancePrediction)
                {
                    _first.Add(answer.Prediction);
                }
            }
            else
            {
                _progress.Complain($"{name}: {file.Code}: {file.Sentence}");
            }

            _progress.Advance();
        }
    }

    /// <summary>What is suspicious about the first answers: a damaged model finds nothing, or says the same of every image.</summary>
    public IEnumerable<string> Suspicions() => PredictionSentries.Judge(_first, contract.Classes, expectedShares: null).Select(finding => $"{finding.Code}: {finding.Sentence}");

    /// <summary>Ends the file and says how it went.</summary>
    public string Complete()
    {
        _isComplete = true;
        _writer.Dispose();
        File.Move(path + ".partial", path, overwrite: true);
        double seconds = Stopwatch.GetElapsedTime(_started).TotalSeconds;
        return $"{ScoredCount} of {imageCount} images scored in {seconds:0.0} s ({ScoredCount / seconds:0.0} per second).";
    }

    public void Dispose()
    {
        if (!_isComplete)
        {
            _writer.Dispose();
            File.Delete(path + ".partial");
        }
    }
}
