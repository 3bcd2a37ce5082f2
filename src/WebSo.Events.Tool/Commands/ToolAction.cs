using System.CommandLine;

namespace WebSo.Events;

// What all commands have in common: what the user can mend is one line on stderr and exit code 2; Ctrl+C ends at once with 130.
internal static class ToolAction
{
    public const int Failed = 1;
    private const int Misused = 2;
    private const int Cancelled = 130;

    public static void SetToolAction(this Command command, Func<ParseResult, CancellationToken, Task<int>> run) =>
        command.SetAction(async (parsed, cancellationToken) =>
        {
            try
            {
                return await run(parsed, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return Cancelled;
            }
            catch (Exception e) when (e is ArgumentException or IOException or InvalidDataException or ESignFormatException or UnauthorizedAccessException or UriFormatException or WebSoInboxStoreException)
            {
                // Which parameter of ours it was is no news to the user.
                await Console.Error.WriteLineAsync(e.Message.Split(" (Parameter '")[0]);
                return Misused;
            }
        });
}
