using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using VisionMonitor.Monitoring.Alerting.Channels;
using VisionMonitor.Monitoring.Storage;

namespace VisionMonitor.Monitoring.LabelTools;

/// <summary>Checks the settings of a label tool before they are saved, and keeps them encrypted at rest.</summary>
public sealed class LabelToolProtector(IDataProtectionProvider protection, OutboundNetwork network, LabelToolHttp http)
{
    private readonly IDataProtector _protector = protection.CreateProtector("VisionMonitor.LabelTool.v1");

    /// <summary>What is wrong with settings, in sentences; where nothing is, the tool has been asked and knows us.</summary>
    /// <exception cref="LabelToolException">The tool does not answer, does not know us, or is of a version that is not understood.</exception>
    public async Task<IReadOnlyList<string>> CheckAsync(ILabelTool tool, string settings, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> problems = await tool.CheckAsync(settings, network, cancellationToken);
        if (problems.Count == 0)
        {
            await tool.ProbeAsync(settings, http, cancellationToken);
        }

        return problems;
    }

    /// <summary>The text for <see cref="LabelTool.ProtectedSettings"/>.</summary>
    public string Protect(string settings) => _protector.Protect(settings);

    /// <summary>The settings of a connection.</summary>
    /// <exception cref="LabelToolException">The key that protected them is gone.</exception>
    public string Reveal(LabelTool tool)
    {
        try
        {
            return _protector.Unprotect(tool.ProtectedSettings);
        }
        catch (CryptographicException)
        {
            throw new LabelToolException("label_tool_settings_lost", "The settings of the connection cannot be read; enter them again.");
        }
    }

    /// <summary>Where a connection leads, without any secret.</summary>
    public string Describe(LabelTool tool)
    {
        try
        {
            return KnownLabelTools.Find(tool.Kind)!.Describe(Reveal(tool));
        }
        catch (LabelToolException lost)
        {
            return lost.Message;
        }
    }
}
