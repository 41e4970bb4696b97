using System.Globalization;
using System.Net;
using System.Text;
using MimeKit;
using MimeKit.Utils;

namespace VisionMonitor.Monitoring.Alerting.Channels;

/// <summary>A mail as people read it: the sentence first, then the curve, then the images; once as text, once as HTML.</summary>
internal static class EmailBody
{
    private const string Ink = "#17202b";
    private const string Muted = "#566273";
    private const string Line = "#e6e9ef";

    public static MimeMessage Compose(EmailSettings settings, AlertMessage message, DateTimeOffset now)
    {
        MailboxAddress from = MailboxAddress.Parse(settings.From);
        MimeMessage mail = new() { Date = now, Subject = Subject(message) };
        mail.From.Add(from);
        mail.To.AddRange(settings.To.Select(MailboxAddress.Parse));
        string domain = from.Address[(from.Address.LastIndexOf('@') + 1)..];
        mail.MessageId = $"{message.Id}@{domain}";
        if (message.Transition == IncidentChange.Resolved && message.Alerts.Count == 1)
        {
            // The identity of the message that told of the fault: the recovery lies in its thread.
            string opening = $"{message.Id.Replace(IncidentChange.Resolved, IncidentChange.Fired, StringComparison.Ordinal)}@{domain}";
            mail.InReplyTo = opening;
            mail.References.Add(opening);
        }

        // No holiday notice answers a machine.
        mail.Headers.Add("Auto-Submitted", "auto-generated");
        mail.Headers.Add("X-Auto-Response-Suppress", "All");
        mail.Body = Body(message);
        return mail;
    }

    // Firing and recovery share the words after "Re:", because some readers thread by them.
    private static string Subject(AlertMessage message)
    {
        AlertDetail first = message.Alerts[0];
        string subject = message.Alerts.Count > 1
            ? $"[{message.Alerts.Count} alerts] {message.ProjectName}"
            : $"[{first.Severity}] {message.ProjectName}: {first.RuleName}";
        string marked = message.Transition == IncidentChange.Resolved ? $"Re: {subject}" : subject;
        return new string([.. marked.Select(letter => char.IsControl(letter) ? ' ' : letter)]);
    }

    private static MimeEntity Body(AlertMessage message)
    {
        BodyBuilder body = new() { TextBody = Text(message) };
        string? chart = message.Chart is { } curve ? Link(body, curve) : null;
        string[] images = [.. message.Images.Select(image => Link(body, image))];
        body.HtmlBody = Html(message, chart, images);
        return body.ToMessageBody();
    }

    private static string Link(BodyBuilder body, AlertPicture picture)
    {
        MimeEntity entity = body.LinkedResources.Add(picture.Name, picture.Bytes, ContentType.Parse(picture.ContentType));
        entity.ContentId = MimeUtils.GenerateMessageId("visionmonitor.invalid");
        entity.ContentDisposition = new ContentDisposition(ContentDisposition.Inline) { FileName = picture.Name };
        return entity.ContentId;
    }

    private static string Text(AlertMessage message)
    {
        StringBuilder text = new();
        foreach (AlertDetail alert in message.Alerts)
        {
            text.Append(Headline(message, alert)).AppendLine().AppendLine(alert.Summary);
            foreach ((string name, string value) in Facts(message, alert))
            {
                text.Append("  ").Append(name).Append(": ").AppendLine(value);
            }

            if (alert.Address is { } address)
            {
                text.Append("  ").AppendLine(address.ToString());
            }

            text.AppendLine();
        }

        return text.Append("VisionMonitor, project ").Append(message.ProjectName).AppendLine().ToString();
    }

    private static string Html(AlertMessage message, string? chart, string[] images)
    {
        StringBuilder html = new();
        html.Append(CultureInfo.InvariantCulture, $"<!doctype html><html><body style=\"margin:0;padding:24px;background:#ffffff;color:{Ink};font:14px/1.5 system-ui,-apple-system,'Segoe UI',sans-serif\"><div style=\"max-width:900px\">");
        foreach (AlertDetail alert in message.Alerts)
        {
            html.Append(CultureInfo.InvariantCulture, $"<p style=\"margin:0 0 4px;font-weight:600;color:{ColorOf(message, alert)}\">{Encode(Headline(message, alert))}</p>");
            html.Append(CultureInfo.InvariantCulture, $"<p style=\"margin:0 0 8px;font-size:20px;line-height:1.3\">{Encode(alert.Summary)}</p>");
            html.Append(CultureInfo.InvariantCulture, $"<p style=\"margin:0 0 16px;color:{Muted}\">{string.Join(" &nbsp;·&nbsp; ", Facts(message, alert).Select(fact => $"{Encode(fact.Name)} {Encode(fact.Value)}"))}</p>");
            if (alert.Address is { } address)
            {
                html.Append(CultureInfo.InvariantCulture, $"<p style=\"margin:0 0 16px\"><a href=\"{Encode(address.ToString())}\" style=\"color:#0072b2\">Open the incident</a></p>");
            }
        }

        if (chart is not null)
        {
            html.Append(CultureInfo.InvariantCulture, $"<img src=\"cid:{chart}\" alt=\"{Encode(message.Chart!.Caption)}\" width=\"900\" style=\"display:block;width:100%;max-width:900px;height:auto;border:1px solid {Line};border-radius:8px\">");
        }

        if (images.Length > 0)
        {
            html.Append(CultureInfo.InvariantCulture, $"<p style=\"margin:24px 0 8px;font-weight:600\">The worst images</p>");
        }

        for (int index = 0; index < images.Length; index++)
        {
            string caption = Encode(message.Images[index].Caption);
            html.Append(CultureInfo.InvariantCulture, $"<div style=\"display:inline-block;width:200px;margin:0 12px 12px 0;vertical-align:top;font-size:12px;color:{Muted}\"><img src=\"cid:{images[index]}\" alt=\"{caption}\" width=\"200\" style=\"display:block;width:200px;border-radius:6px;margin-bottom:4px\">{caption}</div>");
        }

        return html.Append(CultureInfo.InvariantCulture, $"<p style=\"margin:16px 0 0;padding-top:12px;border-top:1px solid {Line};font-size:12px;color:{Muted}\">VisionMonitor, project {Encode(message.ProjectName)}</p></div></body></html>").ToString();
    }

    private static string Headline(AlertMessage message, AlertDetail alert) => message.Transition switch
    {
        IncidentChange.Resolved => $"Recovered{(alert.ResolvedAt is { } end ? $" after {Words(end - alert.StartedAt)}" : "")}: {alert.RuleName}",
        AlertMessage.Test => "Test",
        _ => $"{char.ToUpperInvariant(alert.Severity[0])}{alert.Severity[1..]}: {alert.RuleName}",
    };

    private static IEnumerable<(string Name, string Value)> Facts(AlertMessage message, AlertDetail alert)
    {
        if (message.Transition == AlertMessage.Test)
        {
            yield break;
        }

        TimeZoneInfo zone = TimeZoneInfo.TryFindSystemTimeZoneById(message.TimeZone, out TimeZoneInfo? known) ? known : TimeZoneInfo.Utc;
        yield return ("since", $"{TimeZoneInfo.ConvertTime(alert.StartedAt, zone).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} ({zone.Id})");
        foreach ((string name, string value) in ((string, string)[])[("version", alert.Version), ("camera", alert.Camera), ("class", alert.ClassName)])
        {
            if (value.Length > 0)
            {
                yield return (name, value);
            }
        }

        if (alert.Value is { } newest)
        {
            yield return ("value", newest.ToString("G3", CultureInfo.InvariantCulture));
        }

        if ((alert.Low, alert.High) is ({ } low, { } high))
        {
            yield return ("95 % interval", string.Create(CultureInfo.InvariantCulture, $"{low:G3} to {high:G3}"));
        }

        if (alert.Count is { } count)
        {
            yield return ("images or objects", count.ToString("N0", CultureInfo.InvariantCulture));
        }

        if (alert.Threshold is { } limit)
        {
            yield return ("limit", limit.ToString("G3", CultureInfo.InvariantCulture));
        }
    }

    private static string ColorOf(AlertMessage message, AlertDetail alert) =>
        message.Transition == IncidentChange.Resolved ? "#00734f" : message.Transition == AlertMessage.Test ? Muted : alert.Severity switch { "critical" => "#b3261e", "warning" => "#8a5300", _ => Muted };

    private static string Words(TimeSpan span) =>
        span.TotalDays >= 2 ? $"{(int)span.TotalDays} d {span.Hours} h" : span.TotalHours >= 1 ? $"{(int)span.TotalHours} h {span.Minutes} min" : $"{(int)span.TotalMinutes} min";

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
