using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using VisionMonitor.Vision.Models;

namespace VisionMonitor.Vision.Text;

/// <summary>
/// CLIP's text network: <c>input_ids</c> (or OpenAI's <c>text</c>) of 77 numbers to a vector. A file that takes image and text at once gets a black image,
/// which its text vector does not depend on.
/// </summary>
internal sealed class TextEncoder
{
    /// <summary>The length of texts where the file leaves it free.</summary>
    private const int CustomaryLength = 77;

    private static readonly string[] _idNames = ["input_ids", "text", "tokens", "text_tokens"];
    private static readonly string[] _vectorNames = ["text_embeds", "text_features", "text_embeddings", "pooler_output"];

    private readonly Network _network;
    private readonly BytePairTokenizer _tokenizer;
    private readonly ModelInput _image;
    private readonly string _ids;
    private readonly string _vector;
    private readonly int _length;

    /// <exception cref="ModelContractException">The network has no input for tokens or no output for a vector.</exception>
    public TextEncoder(Network network, BytePairTokenizer tokenizer, ModelInput image)
    {
        (_network, _tokenizer, _image) = (network, tokenizer, image);
        InferenceSession session = network.Session;
        _ids = Array.Find(_idNames, session.InputMetadata.ContainsKey)
            ?? throw new ModelContractException(network.Name, $"it has no input for texts ({string.Join(", ", _idNames)}); it has {string.Join(", ", session.InputNames)}");
        _vector = Array.Find(_vectorNames, session.OutputMetadata.ContainsKey)
            ?? session.OutputNames.FirstOrDefault(name => session.OutputMetadata[name].Dimensions.Length == 2)
            ?? throw new ModelContractException(network.Name, $"it has no output with one vector per text; it has {string.Join(", ", session.OutputNames)}");
        int[] shape = session.InputMetadata[_ids].Dimensions;
        _length = shape.Length == 2 && shape[1] > 2 ? shape[1] : CustomaryLength;
        if (shape is not [-1 or 1, _])
        {
            throw new ModelContractException(network.Name, $"its input '{_ids}' takes [{string.Join(", ", shape)}]; it must take one text at a time: [1, {CustomaryLength}]");
        }
    }

    /// <summary>The vector of a text, as the network gives it.</summary>
    /// <exception cref="ModelContractException">The network needs more than a text and an image, or does not run.</exception>
    public float[] Embed(string text)
    {
        long[] ids = _tokenizer.Encode(text, _length);
        List<OrtValue> values = [];
        try
        {
            string[] names = [.. _network.Session.InputNames];
            foreach (string name in names)
            {
                values.Add(Input(name, ids));
            }

            using IDisposableReadOnlyCollection<OrtValue> answers = _network.Run(names, values, [_vector], CancellationToken.None);
            return answers[0].GetTensorDataAsSpan<float>().ToArray();
        }
        catch (ModelOutputException failure)
        {
            throw new ModelContractException(_network.Name, failure.Message);
        }
        finally
        {
            values.ForEach(value => value.Dispose());
        }
    }

    private OrtValue Input(string name, long[] ids)
    {
        NodeMetadata input = _network.Session.InputMetadata[name];
        if (name == _ids)
        {
            return Whole(input, ids);
        }

        if (name == "attention_mask")
        {
            // Everything after the end counts as absent.
            int end = Array.IndexOf(ids, _tokenizer.End);
            return Whole(input, [.. ids.Select((_, index) => index <= end ? 1L : 0)]);
        }

        return name == _image.Name && input.ElementDataType == TensorElementType.Float
            ? OrtValue.CreateTensorValueFromMemory(new float[_image.Channels * _image.Width * _image.Height], [1, _image.Channels, _image.Height, _image.Width])
            : throw new ModelContractException(_network.Name, $"it needs an input '{name}' that a text does not give");
    }

    private static OrtValue Whole(NodeMetadata input, long[] values) => input.ElementDataType == TensorElementType.Int32
        ? OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(values, value => (int)value), [1, values.Length])
        : OrtValue.CreateTensorValueFromMemory(values, [1, values.Length]);
}
