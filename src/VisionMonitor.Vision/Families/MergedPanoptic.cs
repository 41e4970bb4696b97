using VisionMonitor.Metrics.Geometry;
using VisionMonitor.Vision.Images;
using VisionMonitor.Vision.Masks;
using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Vision.Families;

/// <summary>
/// A semantic map and instances merged into one panoptic map, as panopticapi's <c>combine_semantic_and_instance_predictions.py</c> does: instances come first,
/// the surest first; one that loses more than the overlap threshold of its own pixels to surer ones is left out, others keep what is free; then each
/// class of the semantic map that no instance has takes its free pixels, if they are not too few. The part <c>instances</c> is another file, or,
/// without one, other outputs of the same network.
/// </summary>
public sealed class MergedPanoptic : IComposedFamily
{
    private const string Instances = "instances";

    /// <inheritdoc/>
    public string Id => "merged-panoptic";

    /// <inheritdoc/>
    public VisionTask Task => VisionTask.Panoptic;

    /// <inheritdoc/>
    public string FirstFamily => "semantic-segmentation";

    /// <inheritdoc/>
    public IReadOnlyList<PartRole> Roles { get; } = [new(Instances, PartKind.Model, IsRequired: true)];

    /// <inheritdoc/>
    public ModelContract Complete(ModelContract contract)
    {
        ArgumentNullException.ThrowIfNull(contract);
        MergeSettings merge = contract.Merge ?? new() { SemanticClasses = contract.Classes };
        IReadOnlyList<string> things = contract.Parts![Instances].Contract!.Classes;
        string[] surfaces = [.. merge.SemanticClasses.Where(name => !Has(merge.Void, name))];
        return contract with
        {
            Classes = [.. surfaces.Concat(things).Distinct(StringComparer.OrdinalIgnoreCase)],
            StuffClasses = [.. surfaces.Where(name => !Has(things, name))],
            Merge = merge,
            Thresholds = new() { Confidence = 0.5, Overlap = 0.5, MaxBoxes = contract.Thresholds.MaxBoxes },
        };
    }

    /// <inheritdoc/>
    public ModelSession Open(string modelPath, ModelContract contract, SessionOptions options) => new ComposedSession(modelPath, contract, options, FirstFamily, parts =>
    {
        ModelContract own = parts[Instances].Contract ?? throw parts.Refusal($"its part '{Instances}' has no contract, without which it cannot be read");

        // An instance that the merge would take must not be dropped before.
        ModelContract asked = own with { Thresholds = own.Thresholds with { Confidence = Math.Min(own.Thresholds.Confidence, contract.Thresholds.Confidence) } };
        if (parts[Instances].File is not null)
        {
            return new Reading(contract, asked, null, parts.OpenModel(Instances, _ => asked));
        }

        return new Reading(contract, asked, ModelFamilies.Find(own.Family) ?? throw parts.Refusal($"its part '{Instances}' names the family '{own.Family}', which is not known"), null);
    });

    /// <summary>Merges; the segments' order is that of their ids: instances by confidence, then stuff by class.</summary>
    /// <param name="semantic">A class per pixel, by the contract's class index; -1 where a pixel belongs to no stuff.</param>
    /// <param name="instances">The instances, by the contract's class index.</param>
    /// <param name="thresholds">The least confidence of an instance, and the share of its pixels that it may lose.</param>
    /// <param name="smallestStuffPixels">Fewer pixels of a class of stuff are left out.</param>
    /// <param name="overlapOf">The intersection over union to be expected of a class of stuff, where the map has probabilities.</param>
    internal static PanopticPrediction Merge(
        ClassMap semantic, IEnumerable<PredictedInstance> instances, ModelThresholds thresholds, int smallestStuffPixels, Func<int, double?>? overlapOf = null)
    {
        (int width, int height) = (semantic.Width, semantic.Height);
        int[] map = new int[width * height];
        List<PredictedSegment> segments = [];
        foreach (PredictedInstance instance in instances.Where(instance => instance.Box.Confidence >= thresholds.Confidence).OrderByDescending(instance => instance.Box.Confidence))
        {
            long taken = 0;
            ForEachPixel(instance.Mask, pixel => taken += map[pixel] != 0 ? 1 : 0);
            if (instance.Mask.Area == 0 || (double)taken / instance.Mask.Area > thresholds.Overlap)
            {
                continue;
            }

            int id = segments.Count + 1;
            ForEachPixel(instance.Mask, pixel => map[pixel] = map[pixel] == 0 ? id : map[pixel]);
            segments.Add(new(id, instance.Box.ClassIndex, instance.Box.Confidence));
        }

        int[] classes = new int[map.Length];
        semantic.CopyTo(classes);
        SortedDictionary<int, int> counts = [];
        for (int pixel = 0; pixel < map.Length; pixel++)
        {
            if (map[pixel] == 0 && classes[pixel] >= 0)
            {
                counts[classes[pixel]] = counts.GetValueOrDefault(classes[pixel]) + 1;
            }
        }

        Dictionary<int, int> idOfClass = [];
        foreach ((int classIndex, int count) in counts)
        {
            if (count >= smallestStuffPixels)
            {
                idOfClass[classIndex] = segments.Count + 1;
                segments.Add(new(segments.Count + 1, classIndex, 1) { ExpectedOverlap = overlapOf?.Invoke(classIndex) });
            }
        }

        for (int pixel = 0; pixel < map.Length; pixel++)
        {
            map[pixel] = map[pixel] == 0 ? idOfClass.GetValueOrDefault(classes[pixel]) : map[pixel];
        }

        return new(ClassMap.From(width, height, map), segments);
    }

    /// <summary>Calls with the row-major index of every pixel of a mask, whose own order is down the columns.</summary>
    private static void ForEachPixel(RunLengthMask mask, Action<int> act)
    {
        int at = 0;
        foreach ((int run, uint length) in mask.ToCounts().Index())
        {
            for (int end = at + (int)length; at < end; at++)
            {
                if (run % 2 == 1)
                {
                    act(at % mask.Height * mask.Width + at / mask.Height);
                }
            }
        }
    }

    private static bool Has(IEnumerable<string> names, string name) => names.Contains(name, StringComparer.OrdinalIgnoreCase);

    private sealed class Reading : IComposedReading
    {
        private readonly SemanticSegmentation _semantic = new();
        private readonly ModelContract _contract;
        private readonly ModelContract _instances;
        private readonly IModelFamily? _ownOutputs;
        private readonly ModelSession? _ownFile;
        private readonly MergeSettings _merge;
        private readonly int[] _stuff;
        private readonly int[] _things;

        public Reading(ModelContract contract, ModelContract instances, IModelFamily? ownOutputs, ModelSession? ownFile)
        {
            (_contract, _instances, _ownOutputs, _ownFile) = (contract, instances, ownOutputs, ownFile);
            _merge = contract.Merge ?? new();
            IReadOnlyList<string> semantic = _merge.SemanticClasses.Count > 0 ? _merge.SemanticClasses : contract.Classes;
            _stuff = [.. semantic.Select(name => Has(_merge.Void, name) || Has(instances.Classes, name) ? -1 : IndexOf(name))];
            _things = [.. instances.Classes.Select(IndexOf)];

            int IndexOf(string name) => contract.Classes.ToList().FindIndex(known => known.Equals(name, StringComparison.OrdinalIgnoreCase));
        }

        public Prediction Read(ModelOutputs outputs, in Placement placement, DecodedImage image, CancellationToken cancellationToken)
        {
            SemanticPrediction surfaces = (SemanticPrediction)_semantic.Read(outputs, _contract, placement);
            ClassMap classes = surfaces.Map.With(StuffOf);
            Prediction answer = _ownFile is not null
                ? _ownFile.Score(image, cancellationToken).Prediction
                : _ownOutputs!.Read(outputs.From(_contract.Outputs.Count), _instances, placement);
            InstancePrediction found = answer as InstancePrediction
                ?? throw new ModelOutputException("unexpected_output_shape", $"The part '{Instances}' answers {answer.Task}, not instances.");

            // A class that the contract does not name is nobody's.
            IEnumerable<PredictedInstance> named = found.Instances.Where(instance => instance.Box.ClassIndex < _things.Length && _things[instance.Box.ClassIndex] >= 0)
                .Select(instance => instance with { Box = instance.Box with { ClassIndex = _things[instance.Box.ClassIndex] } });
            return Merge(classes, named, _contract.Thresholds, _merge.SmallestStuffPixels, OverlapOf);

            int StuffOf(int index) => index >= 0 && index < _stuff.Length ? _stuff[index] : -1;

            double? OverlapOf(int classIndex)
            {
                ClassSureness[] own = [.. (surfaces.Sureness ?? []).Where(one => StuffOf(one.ClassIndex) == classIndex)];
                return PredictedSegment.OverlapOf(own.Sum(one => one.Sure), own.Sum(one => one.Area), own.Sum(one => one.Mass));
            }
        }
    }
}
