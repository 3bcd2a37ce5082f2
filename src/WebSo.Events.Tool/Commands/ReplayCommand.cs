using System.CommandLine;

namespace WebSo.Events;

internal static class ReplayCommand
{
    public static Command Create()
    {
        var file = new Argument<FileInfo>("FILE") { Description = "What 'webso-events listen --record' has written." };
        var url = new Option<string>("--url") { Description = "The receiver.", Required = true };
        var speed = new Option<double>("--speed") { Description = "1 as recorded, 10 ten times as fast, 0 without pauses.", DefaultValueFactory = _ => 1 };
        var config = SharedOptions.Config("A config.ini whose extra headers are sent: a record has none that may be secret.");
        var json = SharedOptions.Json();
        var command = new Command("replay", "Sends recorded calls again, byte for byte, once each. Ends with 0 when each was answered with 200.") { file, url, speed, config, json };
        speed.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is not (>= 0 and <= 1_000_000))
                result.AddError("--speed is a number from 0 to 1000000.");
        });
        command.SetToolAction(async (parsed, cancellationToken) =>
        {
            var output = new ToolOutput(parsed.GetValue(json));
            var records = CallRecord.ReadAll(parsed.GetRequiredValue(file).FullName);
            using var sender = new WebSoEventSender(HeadersOf(parsed.GetValue(config)), new() { Url = parsed.GetRequiredValue(url), OnAttempt = output.WriteAttempt });
            var failed = false;
            for (var i = 0; i < records.Count; i++)
            {
                if (i > 0 && parsed.GetValue(speed) is > 0 and var factor && records[i].ReceivedAt - records[i - 1].ReceivedAt is { Ticks: > 0 } pause)
                    await Task.Delay(pause / factor, cancellationToken);
                var result = await sender.SendAsync(records[i].Body, cancellationToken: cancellationToken);
                failed |= result.Outcome != WebSoSendOutcome.Delivered;
            }

            return failed ? ToolAction.Failed : 0;
        });
        return command;
    }

    private static WebSoServerConfiguration HeadersOf(FileInfo? config)
    {
        var headers = SharedOptions.ReadConfiguration(config).Headers;
        return WebSoServerConfiguration.Parse(
            $"""
            webso_events_retries=0
            webso_events_keys={string.Join(',', headers.Select(header => header.Key))}
            webso_events_values={string.Join(',', headers.Select(header => header.Value))}
            """);
    }
}
