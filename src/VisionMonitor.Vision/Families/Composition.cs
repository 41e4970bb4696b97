using VisionMonitor.Vision.Models;
using VisionMonitor.Vision.Onnx;

namespace VisionMonitor.Vision.Families;

/// <summary>Puts the contract of a model of several files together from what is known of each.</summary>
public static class Composition
{
    /// <summary>The contract of the family whose first network and roles fit.</summary>
    /// <param name="first">The first network's contract with what was assumed.</param>
    /// <param name="parts">The further files by role.</param>
    /// <exception cref="ModelAdmissionException"><c>parts_do_not_fit</c>: no family has a first network of this kind with parts of these roles.</exception>
    public static ContractGuess Of(ContractGuess first, IReadOnlyDictionary<string, OfferedPart> parts)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(parts);

        // A contract that is composed already may get further parts, or others in their place.
        Dictionary<string, ModelPart> named = first.Contract.Parts is { } there ? new(there) : [];
        string[] roles = [.. named.Keys.Union(parts.Keys)];
        string firstFamily = ModelFamilies.FindComposed(first.Contract.Family)?.FirstFamily ?? first.Contract.Family;
        IComposedFamily family = ModelFamilies.Composed.FirstOrDefault(family => family.FirstFamily == firstFamily && Fits(family, roles))
            ?? throw new ModelAdmissionException("parts_do_not_fit", $"No model has a first network of the family '{firstFamily}' and parts {string.Join(", ", roles)}. There are: {Known()}.");
        List<string> assumptions = [.. first.Assumptions];
        foreach ((string role, OfferedPart part) in parts)
        {
            bool isModel = family.Roles.Single(known => known.Name == role).Kind == PartKind.Model;
            if (isModel && part.Guess is null)
            {
                throw new ModelAdmissionException("parts_do_not_fit", $"The family of the part '{role}', {Path.GetFileName(part.Path)}, was not recognised: write its contract beside it, as {Path.GetFileNameWithoutExtension(part.Path)}.json.");
            }

            named[role] = new() { File = part.Path, Sha256 = part.Sha256, Contract = isModel ? part.Guess!.Contract : null };
            assumptions.AddRange(isModel ? part.Guess!.Assumptions.Select(sentence => $"{role}: {sentence}") : []);
        }

        return new(family.Complete(first.Contract with { Family = family.Id, Task = family.Task, Parts = named }), assumptions);
    }

    /// <summary>The role of a network that is no model by itself: SAM's decoder, CLIP's text half; null where it is none of these.</summary>
    public static string? RoleOf(OnnxSignature signature)
    {
        ArgumentNullException.ThrowIfNull(signature);
        bool takesPoints = signature.Inputs.Any(input => input.Name == "point_coords") && signature.Inputs.Any(input => input.Name == "image_embeddings");
        bool takesText = signature.ImageInput is null && signature.Inputs.Any(input => input.Name == "input_ids");
        return takesPoints ? "decoder" : takesText ? "text" : null;
    }

    private static bool Fits(IComposedFamily family, string[] roles) =>
        roles.All(role => family.Roles.Any(known => known.Name == role)) && family.Roles.All(known => !known.IsRequired || roles.Contains(known.Name));

    private static string Known() => string.Join("; ", ModelFamilies.Composed.Where(family => family.FirstFamily is not null).Select(family =>
        $"{family.Id} ({family.FirstFamily} with {string.Join(", ", family.Roles.Select(role => role.IsRequired ? role.Name : $"[{role.Name}]"))})"));
}

/// <summary>A further file that is offered for a model.</summary>
/// <param name="Path">The file.</param>
/// <param name="Sha256">SHA-256 of its bytes, lower-case hexadecimal.</param>
/// <param name="Guess">Its contract where it looks at images itself; null where it is something else.</param>
public sealed record OfferedPart(string Path, string Sha256, ContractGuess? Guess);
