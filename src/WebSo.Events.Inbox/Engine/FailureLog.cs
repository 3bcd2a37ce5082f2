using Microsoft.Extensions.Logging;

namespace WebSo.Events.Inbox.Engine;

// Logs that the database can't be written: the first failure, then at most once a minute, and the recovery.
internal sealed class FailureLog(InboxDialect dialect, TimeProvider timeProvider, ILogger logger)
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMinutes(1);

    private long? _loggedAt;

    public void Add(Exception failure)
    {
        if (_loggedAt is { } at && timeProvider.GetElapsedTime(at) < s_interval)
            return;

        _loggedAt = timeProvider.GetTimestamp();
        EngineLog.WriteFailed(logger, dialect.Name, dialect.Describe(failure), failure);
    }

    public void Recovered()
    {
        if (_loggedAt is null)
            return;

        _loggedAt = null;
        EngineLog.Recovered(logger, dialect.Name);
    }
}
