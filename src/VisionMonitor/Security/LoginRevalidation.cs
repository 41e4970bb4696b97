using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;

namespace VisionMonitor.Security;

/// <summary>Asks again, while a page stays open, whether its login still stands: a socket sends no requests at which that would be asked.</summary>
internal sealed class LoginRevalidation(ILoggerFactory logger, KeyCabinet keys) : RevalidatingServerAuthenticationStateProvider(logger)
{
    protected override TimeSpan RevalidationInterval => TimeSpan.FromSeconds(20);

    protected override async Task<bool> ValidateAuthenticationStateAsync(AuthenticationState authenticationState, CancellationToken cancellationToken) =>
        Caller.From(authenticationState.User) is { } caller && await keys.StandsAsync(caller.KeyId, cancellationToken);
}
