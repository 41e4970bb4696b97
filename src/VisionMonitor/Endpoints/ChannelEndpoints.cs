namespace VisionMonitor.Endpoints;

internal static class ChannelEndpoints
{
    public static void MapChannels(this RouteGroupBuilder api) => _ = api;
}
