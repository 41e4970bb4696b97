using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace VisionMonitor.Commands;

/// <summary>How an evaluation is printed.</summary>
internal enum EvalFormat
{
    /// <summary>For people.</summary>
    Table,

    /// <summary>For programs: one field per number, null where undefined.</summary>
    Json,

    /// <summary>For spreadsheets.</summary>
    Csv,
}

/// <summary>The options that every kind of evaluation knows.</summary>
internal static class EvalOptions
{
    public static Option<EvalFormat> Format() => new("--format") { Description = "table, json or csv.", DefaultValueFactory = _ => EvalFormat.Table };

    public static Option<int> Bootstrap() => AtLeast(0, new Option<int>("--bootstrap") { Description = "Replicates of an image-level bootstrap; each number gains a 95 % interval. 0: none.", HelpName = "N" });

    public static Option<ulong> Seed() => new("--seed") { Description = "Seed of the bootstrap; the same seed gives the same intervals.", DefaultValueFactory = _ => 1, HelpName = "S" };

    public static Option<FileInfo> File(string name, string description) => new(name) { Description = description, HelpName = "FILE", Required = true };

    public static Option<int> AtLeast(int least, Option<int> option)
    {
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && int.TryParse(result.Tokens[^1].Value, CultureInfo.InvariantCulture, out int value) && value < least)
            {
                result.AddError($"{option.Name} must be at least {least}.");
            }
        });
        return option;
    }

    /// <summary>A list of numbers separated by commas, whatever the culture.</summary>
    public static Option<double[]?> Numbers(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "N,N,…",
        AllowMultipleArgumentsPerToken = true,
        CustomParser = result => ParseNumbers(name, result),
    };

    private static double[]? ParseNumbers(string name, ArgumentResult result)
    {
        var numbers = new List<double>();
        foreach (string part in result.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)))
        {
            if (!double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) || !double.IsFinite(number))
            {
                result.AddError($"{name}: '{part}' is not a number. Write numbers with commas between, as 0.5,0.75.");
                return null;
            }

            numbers.Add(number);
        }

        return [.. numbers];
    }
}
