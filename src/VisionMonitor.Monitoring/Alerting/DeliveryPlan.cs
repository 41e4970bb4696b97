namespace VisionMonitor.Monitoring.Alerting;

/// <summary>When a message that could not be delivered is tried again.</summary>
public static class DeliveryPlan
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan LongestAsked = TimeSpan.FromHours(1);

    /// <summary>
    /// The wait before the next attempt. It doubles from 5 seconds; it never exceeds 45 seconds or a twelfth of the message's age,
    /// whichever is more, so that a receiver that comes back hears soon, and one that stays away is not hammered for a day. A
    /// receiver that names a time is taken at its word, up to an hour.
    /// </summary>
    /// <param name="attempts">Attempts so far, at least 1.</param>
    /// <param name="age">How long the message has been owed.</param>
    /// <param name="asked">What the receiver asked for.</param>
    public static TimeSpan Wait(int attempts, TimeSpan age, TimeSpan? asked)
    {
        if (asked is { } time && time > TimeSpan.Zero)
        {
            return time < LongestAsked ? time : LongestAsked;
        }

        TimeSpan doubled = First * Math.Pow(2, Math.Clamp(attempts, 1, 20) - 1);
        TimeSpan most = age / 12 > Soon ? age / 12 : Soon;
        TimeSpan wait = doubled < most ? doubled : most;
        return wait < Longest ? wait : Longest;
    }
}
