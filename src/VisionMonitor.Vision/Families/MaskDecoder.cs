using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using VisionMonitor.Vision.Models;

namespace VisionMonitor.Vision.Families;

/// <summary>
/// SAM's decoder as Meta exports it: an image's embedding and a few points in its frame to logits of masks (<c>low_res_masks</c>) and how well each is
/// thought to fit (<c>iou_predictions</c>). The coarse logits are read, not <c>masks</c>: those are the same, enlarged inside the graph.
/// </summary>
internal sealed class MaskDecoder : IDisposable
{
    private static readonly string[] _outputs = ["low_res_masks", "iou_predictions"];

    private readonly Network _network;
    private readonly IReadOnlyList<string> _inputs;
    private OrtValue? _embedding;
    private float[] _copy = [];

    /// <exception cref="ModelContractException">The network has other inputs or outputs.</exception>
    public MaskDecoder(Network network)
    {
        _network = network;
        _inputs = [.. network.Session.InputNames];
        string? missing = ((string[])["image_embeddings", "point_coords", "point_labels"]).FirstOrDefault(name => !_inputs.Contains(name)) ?? Array.Find(_outputs, name => !network.Session.OutputNames.Contains(name));
        string? foreign = _inputs.FirstOrDefault(name => name is not ("image_embeddings" or "point_coords" or "point_labels" or "mask_input" or "has_mask_input" or "orig_im_size"));
        if (missing is not null || foreign is not null)
        {
            network.Dispose();
            throw new ModelContractException(network.Name, missing is null ? $"it needs an input '{foreign}' that a prompt does not give" : $"it has no '{missing}', so it is no decoder of SAM as Meta exports it");
        }
    }

    /// <summary>Takes the image that the next prompts are about.</summary>
    public void Take(OutputTensor embedding)
    {
        _embedding?.Dispose();
        _copy = _copy.Length == embedding.Values.Length ? _copy : new float[embedding.Values.Length];
        embedding.Values.CopyTo(_copy);
        _embedding = OrtValue.CreateTensorValueFromMemory(_copy, [.. embedding.Shape.Select(length => (long)length)]);
    }

    /// <summary>Masks for one prompt.</summary>
    /// <param name="points">x, y and label by turns, in pixels of the frame; labels: 1 object, 0 ground, 2 and 3 a box's corners, -1 none.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    public MaskAnswer Ask(ReadOnlySpan<float> points, CancellationToken cancellationToken)
    {
        int count = points.Length / 3;
        (float[] coordinates, float[] labels) = (new float[count * 2], new float[count]);
        for (int index = 0; index < count; index++)
        {
            points.Slice(index * 3, 2).CopyTo(coordinates.AsSpan(index * 2));
            labels[index] = points[index * 3 + 2];
        }

        List<OrtValue> made = [];
        try
        {
            OrtValue[] values = [.. _inputs.Select(name => name switch
            {
                "image_embeddings" => _embedding!,
                "point_coords" => Make(coordinates, 1, count, 2),
                "point_labels" => Make(labels, 1, count),
                "mask_input" => Make(new float[256 * 256], 1, 1, 256, 256),
                "has_mask_input" => Make(new float[1], 1),

                // The size that the graph enlarges its masks to; nobody reads them, so a small one.
                _ => _network.Session.InputMetadata[name].ElementDataType == TensorElementType.Int64 ? MakeWhole([64, 64]) : Make([64, 64], 2),
            })];
            using IDisposableReadOnlyCollection<OrtValue> answers = _network.Run(_inputs, values, _outputs, cancellationToken);
            long[] shape = answers[0].GetTensorTypeAndShape().Shape;
            if (shape is not [1, > 0, > 0, > 0])
            {
                throw new ModelOutputException("unexpected_output_shape", $"The output '{_outputs[0]}' is [{string.Join(", ", shape)}]; expected [1, masks, rows, columns].");
            }

            return new((int)shape[2], (int)shape[3], answers[0].GetTensorDataAsSpan<float>().ToArray(), answers[1].GetTensorDataAsSpan<float>().ToArray());
        }
        finally
        {
            made.ForEach(value => value.Dispose());
        }

        OrtValue Make(float[] values, params long[] shape) => Keep(OrtValue.CreateTensorValueFromMemory(values, shape));

        OrtValue MakeWhole(long[] values) => Keep(OrtValue.CreateTensorValueFromMemory(values, [2]));

        OrtValue Keep(OrtValue value)
        {
            made.Add(value);
            return value;
        }
    }

    public void Dispose()
    {
        _embedding?.Dispose();
        _network.Dispose();
    }
}

/// <summary>Logits of one prompt's masks and how well each is thought to fit.</summary>
/// <param name="Rows">Rows of a mask.</param>
/// <param name="Columns">Columns of a mask.</param>
/// <param name="Logits">Masks, one after the other, row-major.</param>
/// <param name="Qualities">The intersection over union that the network expects of each mask, about 0 to 1.</param>
internal readonly record struct MaskAnswer(int Rows, int Columns, float[] Logits, float[] Qualities)
{
    /// <summary>
    /// The masks that are meant as alternatives for a vague prompt: with four, all but the first, which is the one for an exact prompt (SAM's "multimask
    /// output").
    /// </summary>
    public Range Alternatives => Qualities.Length == 4 ? 1..4 : 0..Qualities.Length;

    public ReadOnlySpan<float> Mask(int index) => Logits.AsSpan(index * Rows * Columns, Rows * Columns);

    /// <summary>The mask for an exact prompt: the first of one or four; else the best.</summary>
    public int ForExactPrompt() => Qualities.Length is 1 or 4 ? 0 : Best();

    /// <summary>The best of the alternatives.</summary>
    public int Best()
    {
        (int start, int length) = Alternatives.GetOffsetAndLength(Qualities.Length);
        int best = start;
        for (int index = start; index < start + length; index++)
        {
            best = Qualities[index] > Qualities[best] ? index : best;
        }

        return best;
    }

    /// <summary>
    /// The share of a mask's cells that stay when the limit is moved from −1 to 1, and the cells above 0 from the first to the last; only the upper left
    /// rows and columns are looked at, which the image covers. Meta's generator says the same of the enlarged mask.
    /// </summary>
    public (double Stability, int Left, int Top, int Right, int Bottom) Shape(int index, int rows, int columns)
    {
        ReadOnlySpan<float> mask = Mask(index);
        (long sure, long possible) = (0, 0);
        (int left, int top, int right, int bottom) = (columns, rows, 0, 0);
        for (int y = 0; y < rows; y++)
        {
            for (int x = 0; x < columns; x++)
            {
                float logit = mask[y * Columns + x];
                sure += logit > 1 ? 1 : 0;
                possible += logit > -1 ? 1 : 0;
                if (logit > 0)
                {
                    (left, top) = (Math.Min(left, x), Math.Min(top, y));
                    (right, bottom) = (Math.Max(right, x + 1), y + 1);
                }
            }
        }

        return (possible == 0 ? 0 : (double)sure / possible, left, top, right, bottom);
    }
}
