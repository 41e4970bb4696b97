using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using VisionMonitor.Vision.Onnx;

namespace VisionMonitor.Vision.Models;

/// <summary>Makes inputs of a plausible size for a model that is not yet understood, and looks at what comes out.</summary>
internal static class ProbeInputs
{
    private const int MaxElements = 64 * 1024 * 1024;

    public static (IReadOnlyList<OnnxTensorType> Outputs, bool IsFinite) Run(InferenceSession session, OnnxSignature signature)
    {
        List<OrtValue> inputs = [];
        try
        {
            foreach (OnnxTensorType input in signature.Inputs)
            {
                inputs.Add(Create(input, ShapeOf(input, signature)));
            }

            using RunOptions options = new();
            string[] names = [.. signature.Inputs.Select(input => input.Name)];
            using IDisposableReadOnlyCollection<OrtValue> answers = session.Run(options, names, inputs, session.OutputNames);
            List<OnnxTensorType> outputs = [];
            bool isFinite = true;
            for (int index = 0; index < answers.Count; index++)
            {
                outputs.Add(OfOneImage(Describe(session.OutputNames[index], answers[index], ref isFinite), signature));
            }

            return (outputs, isFinite);
        }
        finally
        {
            inputs.ForEach(input => input.Dispose());
        }
    }

    /// <summary>Families read one image at a time: a fixed batch's outputs are seen as those of its first image.</summary>
    private static OnnxTensorType OfOneImage(OnnxTensorType output, OnnxSignature signature)
    {
        bool isBatch = signature.ImageInput is { Shape: [> 1, _, _, _] } image && output.Shape.Count > 0 && output.Shape[0] == image.Shape[0];
        return isBatch ? output with { Shape = [1, .. output.Shape.Skip(1)] } : output;
    }

    /// <summary>The input's shape with free axes filled: batch 1, 3 channels, a side that the family likes.</summary>
    public static int[] ShapeOf(OnnxTensorType input, OnnxSignature signature)
    {
        (int height, int width) = FrameOf(signature);
        int[] shape = [.. input.Shape];
        bool isImage = input == signature.ImageInput;
        bool isLast = isImage && shape[^1] is 1 or 3 && shape[^3] is not (1 or 3);
        for (int axis = 0; axis < shape.Length; axis++)
        {
            if (shape[axis] > 0)
            {
                continue;
            }

            int fromEnd = shape.Length - axis - (isLast ? 1 : 0);
            shape[axis] = (isImage || input.Name == "pixel_mask") switch
            {
                true when fromEnd == 1 => width,
                true when fromEnd == 2 => height,
                true when fromEnd == 3 && isImage && !isLast => 3,
                false when axis == 1 && input.Name is "input_ids" or "attention_mask" => 77,
                _ => 1,
            };
        }

        return shape;
    }

    /// <summary>Height and width that a model of free size is tried, and later fed, with.</summary>
    public static (int Height, int Width) FrameOf(OnnxSignature signature)
    {
        OnnxTensorType? image = signature.ImageInput;
        if (image is null)
        {
            return (1, 1);
        }

        bool isLast = image.Shape[^1] is 1 or 3 && image.Shape[^3] is not (1 or 3);
        (int height, int width) = isLast ? (image.Shape[^3], image.Shape[^2]) : (image.Shape[^2], image.Shape[^1]);
        (int freeHeight, int freeWidth) = signature switch
        {
            _ when ExporterMetadata.ImageSize(signature) is { } size => size,
            _ when signature.Outputs.Any(output => output.Name.StartsWith("softmax_", StringComparison.Ordinal) && output.Shape.Count == 2) => (48, 192),
            _ when height is 32 or 48 => (height, 320),
            _ when signature.Outputs.Any(output => output.Name.StartsWith("softmax_", StringComparison.Ordinal) && output.Shape.Count == 3) => (48, 320),
            _ when signature.Outputs.Any(output => output.Name.StartsWith("sigmoid_", StringComparison.Ordinal)) => (960, 960),
            _ when image.Name == "pixel_values" && signature.Outputs.Any(output => output.Name == "pred_boxes") => (800, 800),
            _ when signature.Inputs.Any(input => input.Name == "input_ids") => (224, 224),
            _ when image.Name == "pixel_values" && signature.Outputs.Any(output => output.Name == "class_queries_logits") => (384, 384),

            // Hugging Face's encoders and classifiers leave their sides free though their positions are those of 224.
            _ when image.Name == "pixel_values" && signature.Outputs.Any(output => output.Shape.Count is 2 or 3) => (224, 224),
            _ when image.Name == "pixel_values" => (512, 512),
            _ when image.Name == "x" => (960, 960),
            _ when image.Name == "images" => (640, 640),
            _ when signature.Metadata.ContainsKey("stride") => (640, 640),
            _ => (224, 224),
        };
        return (height > 0 ? height : freeHeight, width > 0 ? width : freeWidth);
    }

    private static OrtValue Create(OnnxTensorType input, int[] shape)
    {
        long count = shape.Aggregate(1L, (product, length) => product * length);
        if (count > MaxElements)
        {
            throw new ModelAdmissionException("unsupported_model_signature", $"The input {input} asks for {count} numbers.");
        }

        long[] lengths = Array.ConvertAll(shape, length => (long)length);
        int size = (int)count;
        return input.ElementType switch
        {
            // SAM's decoder scales its masks to this size, which noise would make nothing of.
            "float" when input.Name == "orig_im_size" => OrtValue.CreateTensorValueFromMemory(Filled(size, 64f), lengths),
            "float" => OrtValue.CreateTensorValueFromMemory(Noise(size), lengths),
            "float16" => OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(Noise(size), value => (Float16)value), lengths),
            "double" => OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(Noise(size), value => (double)value), lengths),
            "int64" => OrtValue.CreateTensorValueFromMemory(Filled(size, input.Name == "orig_target_sizes" ? 640L : 1L), lengths),
            "int32" => OrtValue.CreateTensorValueFromMemory(Filled(size, 1), lengths),
            "uint8" => OrtValue.CreateTensorValueFromMemory(Filled(size, (byte)1), lengths),
            "bool" => OrtValue.CreateTensorValueFromMemory(Filled(size, true), lengths),
            _ => throw new ModelAdmissionException("unsupported_model_signature", $"The input {input} holds {input.ElementType}, which an image does not give."),
        };
    }

    private static OnnxTensorType Describe(string name, OrtValue answer, ref bool isFinite)
    {
        if (!answer.IsTensor)
        {
            return new(name, "undefined", []);
        }

        OrtTensorTypeAndShapeInfo info = answer.GetTensorTypeAndShape();
        int[] shape = Array.ConvertAll(info.Shape, length => (int)length);
        if (info.ElementDataType == TensorElementType.Float)
        {
            foreach (float value in answer.GetTensorDataAsSpan<float>())
            {
                isFinite &= float.IsFinite(value);
            }
        }

        return new(name, info.ElementDataType.ToString().ToLowerInvariant(), shape);
    }

    private static float[] Noise(int count)
    {
        Random random = new(20_261_124);
        float[] values = new float[count];
        for (int index = 0; index < count; index++)
        {
            values[index] = random.NextSingle();
        }

        return values;
    }

    private static T[] Filled<T>(int count, T value)
    {
        T[] values = new T[count];
        values.AsSpan().Fill(value);
        return values;
    }
}
