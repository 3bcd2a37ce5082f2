using System.CommandLine;

namespace WebSo.Events.Tool.Commands;

internal static class SendCommand
{
    public static Command Create()
    {
        var e = new EventArguments();
        var url = SharedOptions.Url("The URL of the receiver. It overrides webso_events_url. Without --config, there are no retries.");
        var config = SharedOptions.Config("The server's config.ini, with URL, filter, retries and additional headers.");
        var (generation, json) = (SharedOptions.Generation(), SharedOptions.Json());
        var command = new Command("send", "Sends one event the way the server does. The exit code is 0 if the receiver answered 200.");
        e.AddTo(command);
        foreach (var option in new Option[] { url, config, generation, json })
            command.Options.Add(option);
        SharedOptions.RequireUrlOrConfig(command, url, config);
        command.SetToolAction(async (parsed, cancellationToken) =>
        {
            var output = new ToolOutput(parsed.GetValue(json));
            var toSend = e.Read(parsed);
            using var sender = new WebSoEventSender(
                SharedOptions.ReadConfiguration(parsed.GetValue(config)),
                new() { Url = parsed.GetValue(url), Generation = (WebSoServerGeneration)parsed.GetValue(generation), OnAttempt = output.WriteAttempt });
            var result = await sender.SendAsync(toSend, cancellationToken: cancellationToken);
            output.WriteResult(result);

            return ToolOutput.IsReceived(result) ? 0 : ToolAction.Failed;
        });
        return command;
    }
}
