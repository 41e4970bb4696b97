using VisionMonitor.Monitoring.LabelTools;

namespace VisionMonitor.Endpoints;

/// <summary>The HTTP status of the codes with which the rooms below refuse what was sent.</summary>
internal static class Refusal
{
    /// <summary>What a label tool says is not our caller's fault, but for settings that can be mended.</summary>
    public static int StatusOf(LabelToolException refused) => refused.Code switch
    {
        "label_tool_not_connected" => StatusCodes.Status409Conflict,
        "label_tool_not_allowed" or "label_tool_task_unsupported" or "label_tool_settings_lost" => StatusCodes.Status422UnprocessableEntity,
        _ => StatusCodes.Status502BadGateway,
    };

    public static int StatusOf(string code) => code switch
    {
        "client_id_conflict" or "version_not_active" => StatusCodes.Status409Conflict,
        "file_too_large" or "image_too_large" or "metadata_too_large" => StatusCodes.Status413PayloadTooLarge,
        "unrecognised_format" or "unsupported_format" or "not_a_model" => StatusCodes.Status415UnsupportedMediaType,
        "invalid_json" or "non_finite_number" => StatusCodes.Status400BadRequest,
        _ when code.EndsWith("_not_found", StringComparison.Ordinal) => StatusCodes.Status404NotFound,
        _ => StatusCodes.Status422UnprocessableEntity,
    };
}
