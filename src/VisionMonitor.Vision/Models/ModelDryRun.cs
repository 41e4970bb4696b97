using Microsoft.ML.OnnxRuntime;

namespace VisionMonitor.Vision.Models;

/// <summary>The half of a dry run that runs in the disposable process: scores a few pictures and writes what came of it as one line of JSON.</summary>
internal static class ModelDryRun
{
    public static async Task<DryRunReport> RunAsync(string onnxPath, string contractPath, IReadOnlyList<string> pictures, TextWriter progress, CancellationToken cancellationToken)
    {
        try
        {
            using ModelSession session = ModelSession.Open(onnxPath, ModelContract.Read(contractPath));
            Tell(progress);
            List<DryRunPicture> answers = [];
            await foreach (ScoredFile file in new ScoringPipeline(session, ahead: 1).RunAsync(pictures, cancellationToken))
            {
                answers.Add(AnswerOf(file));
                Tell(progress);
            }

            return new DryRunReport { Pictures = answers };
        }
        catch (ModelContractException refusal)
        {
            return DryRunReport.Refused(refusal.Code, refusal.Message);
        }
        catch (ModelOutputException refusal)
        {
            return DryRunReport.Refused(refusal.Code, refusal.Message);
        }
        catch (OnnxRuntimeException failure)
        {
            (string code, string sentence) = ModelProbe.Explain(failure.Message);
            return DryRunReport.Refused(code, sentence);
        }
        catch (OutOfMemoryException)
        {
            return DryRunReport.Refused("inference_out_of_memory", "The model asks for more memory than there is.");
        }
    }

    private static DryRunPicture AnswerOf(ScoredFile file)
    {
        if (file.Scored is not { } scored)
        {
            return new(file.Path, file.Width, file.Height, null, 0, file.Code, file.Sentence);
        }

        double milliseconds = scored.Times.PrepareMilliseconds + scored.Times.InferMilliseconds + scored.Times.ReadMilliseconds;
        try
        {
            return new(file.Path, file.Width, file.Height, scored.Prediction.ToJson(), milliseconds, null, null);
        }
        catch (VisionFormatException refusal)
        {
            return new(file.Path, file.Width, file.Height, null, milliseconds, "non_finite_output", refusal.Message);
        }
    }

    // Each line gives the next picture its own time limit.
    private static void Tell(TextWriter progress)
    {
        progress.WriteLine(ModelProbe.RunLine);
        progress.Flush();
    }
}
