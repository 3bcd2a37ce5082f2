using System.CommandLine;

namespace WebSo.Events.Tool.Inbox;

// The commands pause and resume, for one endpoint or for all endpoints.
internal static class InboxPauseCommand
{
    public static Command CreatePause() => Create(
        "pause",
        "Stops handling in all processes until 'resume', even if they restart. Calls are still stored and answered. Running handlers complete.",
        (inbox, cancellationToken) => inbox.PauseAsync(cancellationToken));

    public static Command CreateResume() => Create(
        "resume", "Resumes handling. Running processes notice within their PollInterval.", (inbox, cancellationToken) => inbox.ResumeAsync(cancellationToken));

    private static Command Create(string name, string description, Func<IWebSoInbox, CancellationToken, ValueTask> change)
    {
        var command = new Command(name, description);
        var options = new InboxOptions(command, withFilter: false);
        command.SetToolAction(async (parsed, cancellationToken) =>
        {
            await using var opened = await options.OpenAsync(parsed, toRead: false, cancellationToken);
            await change(opened.Inbox, cancellationToken);
            var paused = (await opened.Inbox.GetBacklogAsync(cancellationToken)).PausedEndpoints;
            options.Output(parsed).Write($"{name}: paused endpoints: {(paused.Count == 0 ? "none" : string.Join(", ", paused.Select(InboxPrinter.Endpoint)))}", json =>
            {
                json.WriteString("type", name);
                json.WriteStartArray("paused");
                foreach (var endpoint in paused)
                    json.WriteStringValue(endpoint);
                json.WriteEndArray();
            });
            return 0;
        });
        return command;
    }
}
