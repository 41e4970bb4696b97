using System.Globalization;

namespace VisionMonitor.Panels;

/// <summary>A cron expression in words, for the shapes that people use; others are shown as they are.</summary>
public static class CronText
{
    private static readonly string[] Days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

    /// <summary>"every 5 min", "every day at 03:30", "Monday at 07:00", or the expression itself.</summary>
    public static string Words(string cron)
    {
        string[] fields = cron.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string plain = $"at the times of “{cron}”";
        return fields.Length switch
        {
            6 when fields[1..].All(field => field == "*") && Step(fields[0]) is { } seconds => seconds == 1 ? "every second" : $"every {seconds} s",
            6 when fields[0] == "0" => Words(string.Join(' ', fields[1..])),
            5 => OfFive(fields) ?? plain,
            _ => plain,
        };
    }

    private static string? OfFive(string[] fields)
    {
        if (fields[2] != "*" || fields[3] != "*")
        {
            return null;
        }

        bool everyDay = fields[4] == "*";
        if (everyDay && fields[1] == "*")
        {
            return Step(fields[0]) is { } minutes ? minutes == 1 ? "every minute" : $"every {minutes} min"
                : Number(fields[0]) is { } at ? at == 0 ? "every hour" : $"every hour, {at} min past" : null;
        }

        if (Number(fields[0]) is not { } minute)
        {
            return null;
        }

        if (everyDay && fields[1].StartsWith("*/", StringComparison.Ordinal) && Step(fields[1]) is { } hours)
        {
            return minute == 0 ? $"every {hours} h" : $"every {hours} h, {minute} min past";
        }

        string? day = everyDay ? "every day" : fields[4] == "1-5" ? "Monday to Friday" : Number(fields[4]) is { } index and <= 7 ? Days[index] : null;
        return Number(fields[1]) is { } hour && day is not null ? string.Create(CultureInfo.InvariantCulture, $"{day} at {hour:00}:{minute:00}") : null;
    }

    private static int? Step(string field) => field == "*" ? 1 : field.StartsWith("*/", StringComparison.Ordinal) ? Number(field[2..]) : null;

    private static int? Number(string field) => int.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
}
