using System.CommandLine;

namespace WebSo.Events.Tool.Commands;

internal sealed class ReplayCommand
{
    // About the longest delay that a timer supports.
    private static readonly TimeSpan s_maxDelay = TimeSpan.FromDays(24);

    private readonly Argument<FileInfo> _file = new("FILE") { Description = "A file written by 'webso-events listen --record'." };
    private readonly Option<string?> _url = SharedOptions.Url("The URL of the receiver, including the path. The recorded path is not used.");
    private readonly Option<double> _speed = ValueOption.Number("--speed", "The speed: 1 as recorded, 10 ten times as fast, 0 without delays.", 1, 0.001, 1_000_000);
    private readonly Option<FileInfo?> _config = SharedOptions.Config("A config.ini whose additional headers are sent. The record contains no headers except Content-Type.");
    private readonly Option<bool> _json = SharedOptions.Json();

    public static Command Create() => new ReplayCommand().Build();

    private Command Build()
    {
        _url.Required = true;
        var command = new Command("replay", "Sends each recorded call once more, with the same bytes and Content-Type. The exit code is 0 if every line was sent and answered with 200.") { _file, _url, _speed, _config, _json };
        command.SetToolAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var output = new ToolOutput(parsed.GetValue(_json));
        var file = parsed.GetRequiredValue(_file);
        var (records, unreadable) = Read(file);
        foreach (var line in unreadable)
            await parsed.InvocationConfiguration.Error.WriteLineAsync($"Line {line} of {ToolOutput.Clean(file.Name)} is incomplete or not a record of 'webso-events listen --record'. It is skipped.");
        if (records.Count == 0)
            throw new InvalidDataException($"{file.Name} contains no record of 'webso-events listen --record', so nothing was sent. Use a file written by that command.");

        var failed = unreadable.Count > 0;
        var headers = SharedOptions.ReadConfiguration(parsed.GetValue(_config)).WithHeadersOnly();
        var sender = default(WebSoEventSender);
        try
        {
            for (var i = 0; i < records.Count; i++)
            {
                if (i > 0)
                    await Task.Delay(DelayOf(records[i].ReceivedAt - records[i - 1].ReceivedAt, parsed.GetValue(_speed)), cancellationToken);

                // A sender has one Content-Type. Most recorded calls have the same.
                if (i == 0 || records[i].ContentType != records[i - 1].ContentType)
                {
                    sender?.Dispose();
                    sender = new(headers, new() { Url = parsed.GetRequiredValue(_url), ContentType = records[i].ContentType, OnAttempt = output.WriteAttempt });
                }

                var result = await sender!.SendAsync(records[i].Body, cancellationToken: cancellationToken);
                failed |= !ToolOutput.IsReceived(result);
            }
        }
        finally
        {
            sender?.Dispose();
        }

        return failed ? ToolAction.Failed : 0;
    }

    private static TimeSpan DelayOf(TimeSpan recorded, double speed)
    {
        if (speed == 0 || recorded <= TimeSpan.Zero)
            return TimeSpan.Zero;

        return recorded < s_maxDelay * speed ? recorded / speed : s_maxDelay;
    }

    private static (List<CallRecord> Records, List<int> Unreadable) Read(FileInfo file)
    {
        var (records, unreadable) = (new List<CallRecord>(), new List<int>());
        var number = 0;
        foreach (var line in File.ReadLines(file.FullName))
        {
            number++;
            if (CallRecord.TryRead(line) is { } record)
                records.Add(record);
            else
                unreadable.Add(number);
        }

        return (records, unreadable);
    }
}
