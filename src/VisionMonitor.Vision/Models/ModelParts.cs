namespace VisionMonitor.Vision.Models;

/// <summary>Opens the further files of a model by the role that its contract gives them, and closes what it opened.</summary>
internal sealed class ModelParts(string modelPath, ModelContract contract, SessionOptions options) : IDisposable
{
    private readonly List<IDisposable> _open = [];

    public ModelContract Contract => contract;

    public bool Has(string role) => contract.Parts?.ContainsKey(role) == true;

    /// <summary>The part in a role.</summary>
    /// <exception cref="ModelContractException">The contract has none.</exception>
    public ModelPart this[string role] => contract.Parts?.GetValueOrDefault(role)
        ?? throw Refusal($"its contract has no part '{role}', which the family '{contract.Family}' needs; give its file with --part {role}=FILE");

    /// <summary>Opens a part that looks at images itself.</summary>
    /// <param name="role">Which part.</param>
    /// <param name="adapt">What the whole model's contract says of the part's: a person corrects the one, not the other.</param>
    public ModelSession OpenModel(string role, Func<ModelContract, ModelContract> adapt)
    {
        ModelPart part = this[role];
        ModelContract own = part.Contract ?? throw Refusal($"its part '{role}' has no contract, without which no image can be fed to it");
        return Keep(ModelSession.Open(PathOf(role), adapt(own) with { Sha256 = part.Sha256 ?? own.Sha256 }, options));
    }

    /// <summary>Opens a part that something else than an image goes into; the model's own file where the contract has no such part. The caller closes it.</summary>
    public Network OpenNetwork(string role) => Has(role) && this[role].File is not null
        ? new(PathOf(role), this[role].Sha256, options)
        : new(modelPath, contract.Sha256, options);

    /// <summary>The bytes of a part that is no network.</summary>
    public byte[] ReadFile(string role)
    {
        string path = PathOf(role);
        byte[] bytes = File.ReadAllBytes(path);
        Network.RefuseOther(bytes, this[role].Sha256, Path.GetFileName(path));
        return bytes;
    }

    /// <summary>The part's contract with the whole model's classes, where that names any.</summary>
    public ModelContract WithClasses(ModelContract own) => contract.Classes.Count > 0 ? own with { Classes = contract.Classes } : own;

    public T Keep<T>(T opened)
        where T : IDisposable
    {
        _open.Add(opened);
        return opened;
    }

    public ModelContractException Refusal(string sentence) => new(Path.GetFileName(modelPath), sentence);

    public void Dispose() => _open.ForEach(opened => opened.Dispose());

    private string PathOf(string role)
    {
        string file = this[role].File ?? throw Refusal($"its part '{role}' names no file");
        string path = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(modelPath))!, file);
        return File.Exists(path) ? path : throw Refusal($"the file of its part '{role}', {Path.GetFileName(path)}, does not exist");
    }
}
