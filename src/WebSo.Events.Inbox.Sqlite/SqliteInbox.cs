using Microsoft.Extensions.Logging;

namespace WebSo.Events.Inbox.Sqlite;

internal static class SqliteInbox
{
    public static InboxEngine CreateEngine(string path, WebSoSqliteOptions options, TimeProvider timeProvider, ILogger logger, bool createSchema = true)
    {
        options.Validate();
        var (file, safe) = (new SqliteFile(path, options.AllowUnsafeFileSystem, options.AllowOtherTables), SafeLogger.Of(logger));
        if (options.AllowUnsafeFileSystem && file.UnsafeFileSystem is { } type)
            SqliteInboxLog.UnsafeFileSystem(safe, file.Path, type);
        var dialect = new SqliteDialect(file, new FreeSpace(file.Target, options.MinFreeSpace, timeProvider));
        return new InboxEngine(dialect, timeProvider, safe) { CreateSchema = createSchema };
    }
}
