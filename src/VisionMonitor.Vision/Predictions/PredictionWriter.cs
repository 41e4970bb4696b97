using System.Text.Json;
using VisionMonitor.Metrics.Detection;
using VisionMonitor.Metrics.Geometry;
using VisionMonitor.Vision.Models;

namespace VisionMonitor.Vision.Predictions;

/// <summary>
/// Writes the predictions of many images to one file while they come: COCO results (one list) for boxes and masks, one JSON object per
/// line for every other task.
/// </summary>
public sealed class PredictionWriter : IDisposable
{
    private const int TopCount = 5;

    private readonly Stream _stream;
    private readonly Utf8JsonWriter _json;
    private readonly ModelContract _contract;
    private readonly Func<string, long> _imageId;
    private readonly Func<int, long> _categoryId;

    /// <summary>Begins a file.</summary>
    /// <param name="stream">Where to write; owned by the writer.</param>
    /// <param name="contract">Whose predictions they are.</param>
    /// <param name="imageId">The COCO id of an image by its file name.</param>
    /// <param name="categoryId">The COCO id of a class by its index.</param>
    public PredictionWriter(Stream stream, ModelContract contract, Func<string, long> imageId, Func<int, long> categoryId)
    {
        ArgumentNullException.ThrowIfNull(contract);
        (_stream, _contract, _imageId, _categoryId) = (stream, contract, imageId, categoryId);
        _json = new(stream);
        if (IsCoco)
        {
            _json.WriteStartArray();
        }
    }

    /// <summary>Whether the file is one list of COCO results; otherwise it has one object per line.</summary>
    public bool IsCoco => _contract.Task is VisionTask.Detection or VisionTask.InstanceSegmentation;

    /// <summary>Adds the answer for one image.</summary>
    public void Write(string fileName, Prediction prediction)
    {
        switch (prediction)
        {
            case DetectionPrediction { Boxes: var boxes } found:
                for (int index = 0; index < boxes.Count; index++)
                {
                    WriteRow(fileName, boxes[index], null, found.Joints?[index], found.Corners?[index]);
                }

                break;
            case InstancePrediction { Instances: var instances }:
                foreach (PredictedInstance instance in instances)
                {
                    WriteRow(fileName, instance.Box, instance.Mask);
                }

                break;
            default:
                WriteLine(fileName, prediction);
                break;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (IsCoco)
        {
            _json.WriteEndArray();
        }

        _json.Dispose();
        _stream.Dispose();
    }

    private void WriteRow(string fileName, in PredictedBox box, RunLengthMask? mask, IReadOnlyList<double>? joints = null, IReadOnlyList<double>? corners = null)
    {
        _json.WriteStartObject();
        _json.WriteNumber("image_id", _imageId(fileName));
        _json.WriteNumber("category_id", _categoryId(box.ClassIndex));
        _json.WriteStartArray("bbox");
        _json.WriteNumberValue(box.Box.X);
        _json.WriteNumberValue(box.Box.Y);
        _json.WriteNumberValue(box.Box.Width);
        _json.WriteNumberValue(box.Box.Height);
        _json.WriteEndArray();
        if (mask is not null)
        {
            _json.WriteStartObject("segmentation");
            _json.WriteStartArray("size");
            _json.WriteNumberValue(mask.Height);
            _json.WriteNumberValue(mask.Width);
            _json.WriteEndArray();
            _json.WriteString("counts", mask.ToText());
            _json.WriteEndObject();
        }

        WriteNumbers("keypoints", joints);
        WriteNumbers("corners", corners);
        _json.WriteNumber("score", box.Confidence);
        _json.WriteString("file_name", fileName);
        if (box.ClassIndex < _contract.Classes.Count)
        {
            _json.WriteString("category_name", _contract.Classes[box.ClassIndex]);
        }

        _json.WriteEndObject();
    }

    private void WriteNumbers(string name, IReadOnlyList<double>? numbers)
    {
        if (numbers is null)
        {
            return;
        }

        _json.WriteStartArray(name);
        foreach (double number in numbers)
        {
            _json.WriteNumberValue(number);
        }

        _json.WriteEndArray();
    }

    private void WriteLine(string fileName, Prediction prediction)
    {
        _json.WriteStartObject();
        _json.WriteString("file_name", fileName);
        if (prediction is ClassificationPrediction { Probabilities: var probabilities })
        {
            WriteTop(probabilities);
        }

        _json.WritePropertyName("prediction");
        _json.WriteRawValue(prediction.ToJson());
        _json.WriteEndObject();
        _json.Flush();
        _stream.WriteByte((byte)'\n');
        _json.Reset();
    }

    private void WriteTop(float[] probabilities)
    {
        int[] order = [.. Enumerable.Range(0, probabilities.Length).OrderByDescending(index => probabilities[index]).Take(TopCount)];
        _json.WriteStartArray("top");
        foreach (int index in order)
        {
            _json.WriteStartObject();
            _json.WriteNumber("class", index);
            if (index < _contract.Classes.Count)
            {
                _json.WriteString("name", _contract.Classes[index]);
            }

            _json.WriteNumber("probability", probabilities[index]);
            _json.WriteEndObject();
        }

        _json.WriteEndArray();
    }
}
