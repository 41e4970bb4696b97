using System.Text.Json;
using System.Text.Json.Serialization;
using VisionMonitor.Vision.Families;

namespace VisionMonitor.Vision.Models;

/// <summary>
/// Everything that must be known to score images with an ONNX file beyond the file itself; it lies beside the model as JSON, and a
/// person may edit it. Keys that this version does not know are kept.
/// </summary>
public sealed record ModelContract
{
    /// <summary>The id of the model family that reads the outputs.</summary>
    public required string Family { get; init; }

    /// <summary>What the model answers.</summary>
    public required VisionTask Task { get; init; }

    /// <summary>Class names by class index.</summary>
    public IReadOnlyList<string> Classes { get; init; } = [];

    /// <summary>The classes of ground (stuff), which cannot be counted, of a panoptic model; null: nobody has said which.</summary>
    public IReadOnlyList<string>? StuffClasses { get; init; }

    /// <summary>The image input; only a model that is no network has none.</summary>
    public ModelInput Input { get; init; } = ModelInput.None;

    /// <summary>The outputs that the family reads, in the order that it wants them; empty: as the graph has them.</summary>
    public IReadOnlyList<string> Outputs { get; init; } = [];

    /// <summary>An output that is the image's embedding, if the model has one.</summary>
    public string? EmbeddingOutput { get; init; }

    /// <summary>What is kept of the raw answers.</summary>
    public ModelThresholds Thresholds { get; init; } = new();

    /// <summary>The further files by their role, where the model is more than one network; null: it is one.</summary>
    public IReadOnlyDictionary<string, ModelPart>? Parts { get; init; }

    /// <summary>How class names become texts, where a model compares images with texts; null: as by default.</summary>
    public ZeroShotSettings? ZeroShot { get; init; }

    /// <summary>What a model is asked for that segments whatever it is pointed at; null: as by default.</summary>
    public PromptSettings? Prompts { get; init; }

    /// <summary>How a semantic map and instances become one; null: as by default.</summary>
    public MergeSettings? Merge { get; init; }

    /// <summary>How the program Tesseract is called; null: as by default.</summary>
    public TesseractSettings? Tesseract { get; init; }

    /// <summary>SHA-256 of the ONNX file, lower-case hexadecimal; null: not pinned.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Which runtime and provider the contract was tried with.</summary>
    public string? Runtime { get; init; }

    /// <summary>Keys of the file that this version does not know; written back as they were.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Others { get; set; }

    /// <summary>Reads and checks a contract file.</summary>
    /// <exception cref="ModelContractException">The file is missing, is no JSON, or says something impossible.</exception>
    public static ModelContract Read(string path)
    {
        try
        {
            return Parse(File.ReadAllText(path), Path.GetFileName(path));
        }
        catch (IOException failure)
        {
            throw new ModelContractException(Path.GetFileName(path), $"it cannot be read: {failure.Message}");
        }
    }

    /// <summary>Reads a contract from JSON text.</summary>
    /// <param name="json">The text.</param>
    /// <param name="name">What to call it in an error.</param>
    /// <exception cref="ModelContractException">It is no JSON, or says something impossible.</exception>
    public static ModelContract Parse(string json, string name = "contract")
    {
        try
        {
            ModelContract? contract = JsonSerializer.Deserialize<ModelContract>(json, ContractJson.Options);
            return contract?.Checked(name) ?? throw new ModelContractException(name, "it is null");
        }
        catch (JsonException failure)
        {
            throw new ModelContractException(name, failure.Message);
        }
    }

    /// <summary>The same contract with the files of its parts named otherwise; a part in the model's own file stays there.</summary>
    /// <param name="fileOf">The new name of a part's file, by its role.</param>
    public ModelContract WithFiles(Func<string, ModelPart, string> fileOf) => Parts is null ? this : this with
    {
        Parts = Parts.ToDictionary(part => part.Key, part => part.Value.File is null ? part.Value : part.Value with { File = fileOf(part.Key, part.Value) }),
    };

    /// <summary>The same contract with its classes named otherwise, in the same order; ground stays ground.</summary>
    public ModelContract WithClasses(IReadOnlyList<string> names) => this with
    {
        Classes = names,
        StuffClasses = StuffClasses is null ? null : [.. names.Where((_, index) => index < Classes.Count && StuffClasses.Contains(Classes[index]))],
    };

    /// <summary>The contract as indented JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ContractJson.Options);

    /// <summary>Writes the contract beside its model; a reader never sees half of it.</summary>
    public void Write(string path)
    {
        string partial = path + ".partial";
        File.WriteAllText(partial, ToJson() + "\n");
        File.Move(partial, path, overwrite: true);
    }

    private ModelContract Checked(string name)
    {
        Require(Input.Name.Length > 0 || ModelFamilies.IsProgram(Family), "input is missing: its name, width and height");
        Require(Input.Width is > 0 and <= 16_384 && Input.Height is > 0 and <= 16_384, "input.width and input.height must be 1 to 16384");
        Require(double.IsFinite(Input.Scale) && Input.Scale != 0, "input.scale must be a number other than 0");
        Require(Input.Mean.Count is 0 or 1 || Input.Mean.Count == Input.Channels, "input.mean must have one number, or one per channel");
        Require(Input.Deviation.Count is 0 or 1 || Input.Deviation.Count == Input.Channels, "input.deviation must have one number, or one per channel");
        Require(Input.Mean.All(double.IsFinite), "input.mean must be finite");
        Require(Input.Deviation.All(value => double.IsFinite(value) && value != 0), "input.deviation must be finite and not 0");
        Require(Input.ShorterSide >= 0, "input.shorterSide must not be negative");
        Require(Thresholds.Confidence is >= 0 and <= 1, "thresholds.confidence must be 0 to 1");
        Require(Thresholds.Overlap is >= 0 and <= 1, "thresholds.overlap must be 0 to 1");
        Require(Thresholds.MaxBoxes is > 0 and <= 10_000, "thresholds.maxBoxes must be 1 to 10000");
        Require(ZeroShot is null || (ZeroShot.Prompts.Count > 0 && ZeroShot.Prompts.All(prompt => prompt.Contains("{}", StringComparison.Ordinal))), "zeroShot.prompts must be texts with {} where the class name goes");
        Require(ZeroShot is null || (double.IsFinite(ZeroShot.Scale) && ZeroShot.Scale > 0), "zeroShot.scale must be above 0");
        Require(Prompts is null || (Prompts.Grid is > 0 and <= 64 && Prompts.Stability is >= 0 and <= 1), "prompts.grid must be 1 to 64 and prompts.stability 0 to 1");
        Require(Prompts is null || Prompts.Points.All(point => point.Count == 2 && point.All(share => share is >= 0 and <= 1)), "prompts.points must be pairs of shares of the image's width and height, 0 to 1");
        Require(Merge is null || Merge.SmallestStuffPixels >= 0, "merge.smallestStuffPixels must not be negative");
        Require(Tesseract is null || (Tesseract.Languages.Count > 0 && Tesseract.Languages.All(IsLanguage)), "tesseract.languages must be names such as \"eng\" or \"kor\"");
        Require(Tesseract is null || (Tesseract.PageSegmentation is >= 0 and <= 13 && Tesseract.TimeLimitSeconds is > 0 and <= 3600), "tesseract.pageSegmentation must be 0 to 13 and tesseract.timeLimitSeconds at most 3600");
        return this;

        static bool IsLanguage(string name) => name.Length is > 0 and <= 40 && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_') && char.IsAsciiLetter(name[0]);

        void Require(bool isRight, string sentence)
        {
            if (!isRight)
            {
                throw new ModelContractException(name, sentence);
            }
        }
    }
}
