using Microsoft.Extensions.Logging.Abstractions;

namespace WebSo.Events.CrashTest;

// The inbox of the receivers, as the test sees it.
internal static class InboxFile
{
    public static async Task WaitUntilAllIsHandledAsync(string path, CancellationToken cancellationToken)
    {
        await using var engine = SqliteInbox.CreateEngine(path, new WebSoSqliteOptions(), TimeProvider.System, NullLogger.Instance, createSchema: false);
        while (await engine.Reader.GetBacklogAsync(null, cancellationToken) is { Pending: > 0 } or { Handling: > 0 })
            await Task.Delay(20, cancellationToken);
    }
}
