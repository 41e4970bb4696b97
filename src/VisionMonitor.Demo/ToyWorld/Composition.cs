using SkiaSharp;
using VisionMonitor.Demo.ToyWorld.Parcels;
using VisionMonitor.Demo.ToyWorld.Scenery;

namespace VisionMonitor.Demo.ToyWorld;

/// <summary>Which objects a scene holds and where: the one description that the picture and its truth are both drawn from.</summary>
internal sealed class Composition : IDisposable
{
    private const int SmallerLimit = 4;
    private const double LargestSmallerShare = 0.5;
    private static readonly double[] EvenMix = [.. ObjectKinds.Known.Select(_ => 1.0)];
    private readonly List<Parcel> _parcels = [];
    private readonly double _jointX;

    public Composition(SceneOptions options)
    {
        Frame = new Frame(options.Width, options.Height, (float)options.Zoom);
        View = Viewpoint.Of(options.Camera);
        Light = new SceneLight(options.HourOfDay);
        Backdrop = Backdrop.Of(View, Frame);
        SceneRandom random = new(options.Seed);
        IReadOnlyList<double> mix = options.ClassMix ?? EvenMix;
        SceneRandom layout = random.Fork(1);
        _jointX = layout.Between(-220, 220);
        ObjectKind KindOf(SceneRandom dice)
        {
            int known = dice.PickWeighted(mix);
            return dice.Chance(options.NewKindShare) ? ObjectKinds.New : ObjectKinds.Known[known];
        }

        Parcel main = Make(KindOf(random.Fork(2)), Place(layout, 12, 14, 1), random.Fork(3));
        _parcels.Add(main);
        int smaller = layout.Below(SmallerLimit + 1);
        for (ulong index = 0; index < (ulong)smaller; index++)
        {
            AddSmaller(KindOf(random.Fork(10 + index)), layout, random.Fork(20 + index));
        }
    }

    public Frame Frame { get; }

    public Viewpoint View { get; }

    public SceneLight Light { get; }

    public Backdrop Backdrop { get; }

    /// <summary>The main object first; an object's id is its place in this list, from 1.</summary>
    public IReadOnlyList<Parcel> Parcels => _parcels;

    /// <summary>Far objects first, so that near ones cover them.</summary>
    public IEnumerable<(int Id, Parcel Parcel)> BackToFront() =>
        _parcels.Select((parcel, index) => (index + 1, parcel)).OrderBy(pair => pair.parcel.Pose.Nearness);

    /// <summary>Paints the scene as a perfect lens would see it in even light.</summary>
    /// <param name="brush">A brush on a canvas of the frame's size.</param>
    /// <param name="withoutId">An object to leave out, shadow and all; 0 for none.</param>
    public void Draw(Brush brush, int withoutId = 0)
    {
        brush.Canvas.ResetMatrix();
        brush.Canvas.DrawImage(Backdrop.Picture, 0, 0);
        brush.Canvas.SetMatrix(Frame.Matrix);
        Backdrop.Conveyor.DrawJoint(brush, _jointX);
        Daylight.DrawWindows(brush, View, Light);
        foreach ((int id, Parcel parcel) in BackToFront())
        {
            if (id != withoutId)
            {
                parcel.DrawShadow(brush, Light);
            }
        }

        foreach ((int id, Parcel parcel) in BackToFront())
        {
            if (id != withoutId)
            {
                parcel.Draw(brush, Light);
            }
        }
    }

    public void Dispose() => _parcels.ForEach(parcel => parcel.Dispose());

    private void AddSmaller(ObjectKind kind, SceneRandom layout, SceneRandom looks)
    {
        double scale = layout.Between(0.38, 0.66);
        for (int attempt = 0; attempt < 14; attempt++)
        {
            Pose pose = Place(layout, 118, 66, scale);
            if (_parcels.Any(other => IsTooClose(pose, other.Pose)) || !IsInView(pose))
            {
                continue;
            }

            Parcel parcel = Make(kind, pose, looks.Fork((ulong)attempt));
            double share = parcel.RoughArea() / (_parcels[0].RoughArea() * LargestSmallerShare);
            if (share > 1)
            {
                parcel.Dispose();
                parcel = Make(kind, pose with { Scale = scale / Math.Sqrt(share) }, looks.Fork((ulong)attempt));
            }

            _parcels.Add(parcel);
            return;
        }
    }

    private static bool IsTooClose(Pose pose, Pose other) =>
        Math.Pow(pose.X - other.X, 2) + Math.Pow((pose.Y - other.Y) * 1.15, 2) < Math.Pow((pose.Scale + other.Scale) * 43, 2);

    private bool IsInView(Pose pose)
    {
        // Of the whole picture, so that the same scene can be looked at from near.
        Frame whole = Frame with { Zoom = 1 };
        SKPoint center = whole.Matrix.MapPoint(pose.Project(0, 0, 12 * pose.Scale));
        return new SKRect(Frame.Width * 0.06f, Frame.Height * 0.06f, Frame.Width * 0.94f, Frame.Height * 0.94f).Contains(center);
    }

    private Pose Place(SceneRandom layout, double reachX, double reachY, double scale)
    {
        double quarter = layout.Chance(0.25) ? 90 : 0;
        return new Pose(View, layout.Between(-reachX, reachX), layout.Between(-reachY, reachY), quarter + layout.Between(-38, 38), scale);
    }

    private static Parcel Make(ObjectKind kind, Pose pose, SceneRandom random) => kind switch
    {
        ObjectKind.Carton => new Carton(pose, random),
        ObjectKind.Mailer => new Mailer(pose, random),
        ObjectKind.Tube => new Tube(pose, random),
        ObjectKind.Polybag => new Polybag(pose, random),
        ObjectKind.Crate => new Crate(pose, random),
        ObjectKind.Drum => new Drum(pose, random),
        ObjectKind.Tyre => new Tyre(pose, random),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };
}
