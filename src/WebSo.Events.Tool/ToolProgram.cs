using System.CommandLine;
using System.CommandLine.Invocation;

namespace WebSo.Events;

// The root command.
internal static class ToolProgram
{
    public static RootCommand CreateRoot() => new("Sends, simulates, receives, replays and checks events of WebSignatureOffice, and operates an inbox.")
    {
        SendCommand.Create(),
        SimulateCommand.Create(),
        ListenCommand.Create(),
        ReplayCommand.Create(),
        LintCommand.Create(),
        InboxCommand.Create(),
    };

    public static async Task<int> RunAsync(string[] args, InvocationConfiguration? configuration = null, CancellationToken cancellationToken = default)
    {
        configuration ??= new InvocationConfiguration();
        var parsed = CreateRoot().Parse(args);
        if (parsed.Action is not ParseErrorAction)
            return await parsed.InvokeAsync(configuration, cancellationToken);

        // Without a command, print the help. Other mistakes get one line.
        if (parsed.CommandResult.Command.Subcommands.Count > 0)
        {
            await parsed.InvokeAsync(configuration, cancellationToken);
            return ToolAction.Misused;
        }

        foreach (var message in parsed.Errors.Select(error => ToolOutput.Clean(WithoutType(error.Message))).Distinct())
            await configuration.Error.WriteLineAsync(message);
        return ToolAction.Misused;
    }

    // "Cannot parse argument '' for option '--config' as expected type 'System.IO.FileInfo'."
    private static string WithoutType(string message)
    {
        var type = message.IndexOf(" as expected type '", StringComparison.Ordinal);
        return type < 0 ? message : message[..type] + ".";
    }
}
