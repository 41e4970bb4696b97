using Microsoft.ML.OnnxRuntime;

namespace VisionMonitor.Vision.Models;

/// <summary>The inputs of one session: pinned memory that the runtime reads in place, kept while the frame keeps its size.</summary>
internal sealed class InputTensors : IDisposable
{
    private readonly ModelInput _input;
    private readonly bool _isHalf;
    private readonly int _sizeAt = -1;
    private readonly int _maskAt = -1;
    private readonly long[] _originalSize = new long[2];
    private readonly OrtValue[] _values;
    private float[] _image = [];
    private Float16[] _half = [];
    private (int Width, int Height) _frame;

    public InputTensors(InferenceSession session, ModelInput input, string file)
    {
        _input = input;
        if (!session.InputMetadata.TryGetValue(input.Name, out NodeMetadata? image))
        {
            throw new ModelContractException(file, $"it has no input '{input.Name}'; it has {string.Join(", ", session.InputNames)}");
        }

        _isHalf = image.ElementType == typeof(Float16);
        List<string> names = [input.Name];
        foreach (string other in session.InputNames.Where(name => name != input.Name))
        {
            // RT-DETR scales its boxes inside, given the image's width and height; DETR takes a mask that tells padding from image.
            _sizeAt = other == "orig_target_sizes" ? names.Count : _sizeAt;
            _maskAt = other == "pixel_mask" ? names.Count : _maskAt;
            names.Add(other is "orig_target_sizes" or "pixel_mask"
                ? other
                : throw new ModelContractException(file, $"it needs an input '{other}' that an image does not give"));
        }

        Names = names;
        _values = new OrtValue[names.Count];
        if (_sizeAt >= 0)
        {
            _values[_sizeAt] = OrtValue.CreateTensorValueFromMemory(_originalSize, [1, 2]);
        }
    }

    public IReadOnlyList<string> Names { get; }

    /// <summary>Where the image is written to.</summary>
    public Span<float> Image(in Placement placement)
    {
        if (_frame != (placement.FrameWidth, placement.FrameHeight))
        {
            Grow(placement.FrameWidth, placement.FrameHeight);
        }

        return _image;
    }

    /// <summary>The values to run with.</summary>
    public IReadOnlyList<OrtValue> Values => _values;

    /// <summary>Completes the values once the image is written.</summary>
    public void Complete(in Placement placement)
    {
        if (_isHalf)
        {
            for (int index = 0; index < _half.Length; index++)
            {
                _half[index] = (Float16)_image[index];
            }
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
        _image = GC.AllocateUninitializedArray<float>(width * height * _input.Channels, pinned: true);
        long[] shape = _input.Layout switch
        {
            TensorLayout.Nhwc => [1, height, width, _input.Channels],
            TensorLayout.Chw => [_input.Channels, height, width],
            _ => [1, _input.Channels, height, width],
        };
        if (_maskAt >= 0)
        {
            long[] mask = new long[width * height];
            mask.AsSpan().Fill(1);
            _values[_maskAt]?.Dispose();
            _values[_maskAt] = OrtValue.CreateTensorValueFromMemory(mask, [1, height, width]);
        }

        _values[0]?.Dispose();
        if (_isHalf)
        {
            _half = GC.AllocateUninitializedArray<Float16>(_image.Length, pinned: true);
            _values[0] = OrtValue.CreateTensorValueFromMemory(_half, shape);
        }
        else
        {
            _values[0] = OrtValue.CreateTensorValueFromMemory(_image, shape);
        }
    }
}
