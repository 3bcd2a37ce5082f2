using System.CommandLine;
using System.CommandLine.Parsing;
using WebSo.Events.ESign.Xml;

namespace WebSo.Events.Tool.Commands;

// Errors that the user can fix are one line on stderr with exit code 2. Ctrl+C ends a command immediately with exit code 130.
internal static class ToolAction
{
    public const int Failed = 1;
    public const int Misused = 2;
    private const int Canceled = 130;

    public static void SetToolAction(this Command command, Func<ParseResult, CancellationToken, Task<int>> run) =>
        command.SetAction(async (parsed, cancellationToken) =>
        {
            try
            {
                RefuseFolders(parsed);
                return await run(parsed, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return Canceled;
            }
            catch (Exception e) when (e is ArgumentException or IOException or InvalidDataException or UnauthorizedAccessException or UriFormatException
                or NotSupportedException or ESignFormatException or WebSoInboxStoreException)
            {
                // The parameter name of our method means nothing to the user.
                await parsed.InvocationConfiguration.Error.WriteLineAsync(ToolOutput.Clean(e.Message.Split(" (Parameter '")[0]));
                return Misused;
            }
        });

    // Otherwise, the system's message would be 'Access to the path is denied'.
    private static void RefuseFolders(ParseResult parsed)
    {
        foreach (var given in parsed.CommandResult.Children)
        {
            var (name, file) = given switch
            {
                OptionResult { Option: Option<FileInfo> option } => (option.Name, parsed.GetValue(option)),
                ArgumentResult { Argument: Argument<FileInfo> argument } => (argument.Name, parsed.GetValue(argument)),
                _ => default,
            };
            if (file is not null && Directory.Exists(file.FullName))
                throw new ArgumentException($"{name} is '{file.FullName}', which is a folder. Give a file.");
        }
    }
}
