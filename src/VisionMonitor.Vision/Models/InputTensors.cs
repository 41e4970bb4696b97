using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace VisionMonitor.Vision.Models;

/// <summary>The inputs of one session: pinned memory that the runtime reads in place, kept while the frame keeps its size.</summary>
internal sealed class InputTensors : IDisposable
{
    /// <summary>The length of CLIP's texts.</summary>
    private const int TokenCount = 77;

    private readonly ModelInput _input;
    private readonly TensorElementType _elementType;
    private readonly int _batch = 1;
    private readonly int _sizeAt = -1;
    private readonly int _maskAt = -1;
    private readonly long[] _originalSize = new long[2];
    private readonly OrtValue[] _values;
    private float[] _image = [];
    private Float16[] _half = [];
    private byte[] _bytes = [];
    private (int Width, int Height) _frame;

    public InputTensors(InferenceSession session, ModelInput input, string file)
    {
        _input = input;
        if (!session.InputMetadata.TryGetValue(input.Name, out NodeMetadata? image))
        {
            throw new ModelContractException(file, $"it has no input '{input.Name}'; it has {string.Join(", ", session.InputNames)}");
        }

        _elementType = image.ElementDataType;

        // A model of a fixed batch gets one image in its first place and zeros in the others: slow, but it answers.
        bool isBatched = input.Layout is TensorLayout.Nchw or TensorLayout.Nhwc;
        _batch = isBatched && image.Dimensions.Length == 4 && image.Dimensions[0] > 1 ? image.Dimensions[0] : 1;
        List<string> names = [input.Name];
        List<int> texts = [];
        foreach (string other in session.InputNames.Where(name => name != input.Name))
        {
            // RT-DETR scales its boxes inside, given the image's width and height; DETR takes a mask that tells padding from image;
            // the whole of CLIP takes a text as well, which its image vector does not depend on.
            _sizeAt = other == "orig_target_sizes" ? names.Count : _sizeAt;
            _maskAt = other == "pixel_mask" ? names.Count : _maskAt;
            if (other is "input_ids" or "attention_mask")
            {
                texts.Add(names.Count);
            }

            names.Add(other is "orig_target_sizes" or "pixel_mask" or "input_ids" or "attention_mask"
                ? other
                : throw new ModelContractException(file, $"it needs an input '{other}' that an image does not give"));
        }

        Names = names;
        _values = new OrtValue[names.Count];
        if (_sizeAt >= 0)
        {
            _values[_sizeAt] = OrtValue.CreateTensorValueFromMemory(_originalSize, [1, 2]);
        }

        foreach (int at in texts)
        {
            _values[at] = OrtValue.CreateTensorValueFromMemory(Enumerable.Repeat(1L, TokenCount).ToArray(), [1, TokenCount]);
        }
    }

    /// <summary>How many images the model takes at once, 1 where it is free.</summary>
    public int Batch => _batch;

    public IReadOnlyList<string> Names { get; }

    /// <summary>Where the image is written to.</summary>
    public Span<float> Image(in Placement placement)
    {
        if (_frame != (placement.FrameWidth, placement.FrameHeight))
        {
            Grow(placement.FrameWidth, placement.FrameHeight);
        }

        return _image.AsSpan(0, _image.Length / _batch);
    }

    /// <summary>The values to run with.</summary>
    public IReadOnlyList<OrtValue> Values => _values;

    /// <summary>Completes the values once the image is written.</summary>
    public void Complete(in Placement placement)
    {
        for (int index = 0; index < _half.Length; index++)
        {
            _half[index] = (Float16)_image[index];
        }

        for (int index = 0; index < _bytes.Length; index++)
        {
            _bytes[index] = (byte)Math.Clamp(MathF.Round(_image[index]), 0, 255);
        }

        (_originalSize[0], _originalSize[1]) = (placement.ImageWidth, placement.ImageHeight);
    }

    public void Dispose()
    {
        foreach (OrtValue? value in _values)
        {
            value?.Dispose();
        }
    }

    private void Grow(int width, int height)
    {
        _frame = (width, height);
        _image = GC.AllocateArray<float>(_batch * width * height * _input.Channels, pinned: true);
        long[] shape = _input.Layout switch
        {
            TensorLayout.Nhwc => [_batch, height, width, _input.Channels],
            TensorLayout.Chw => [_input.Channels, height, width],
            TensorLayout.Hwc => [height, width, _input.Channels],
            _ => [_batch, _input.Channels, height, width],
        };
        if (_maskAt >= 0)
        {
            long[] mask = new long[width * height];
            mask.AsSpan().Fill(1);
            _values[_maskAt]?.Dispose();
            _values[_maskAt] = OrtValue.CreateTensorValueFromMemory(mask, [1, height, width]);
        }

        _values[0]?.Dispose();
        switch (_elementType)
        {
            case TensorElementType.Float16:
                _half = GC.AllocateUninitializedArray<Float16>(_image.Length, pinned: true);
                _values[0] = OrtValue.CreateTensorValueFromMemory(_half, shape);
                break;
            case TensorElementType.UInt8:
                _bytes = GC.AllocateUninitializedArray<byte>(_image.Length, pinned: true);
                _values[0] = OrtValue.CreateTensorValueFromMemory(_bytes, shape);
                break;
            default:
                _values[0] = OrtValue.CreateTensorValueFromMemory(_image, shape);
                break;
        }
    }
}
