namespace WebSo.Events;

// Opens the file as an inbox, and makes it one where it is new.
internal static class SqliteInboxFile
{
    public static SqliteDatabase Open(string path, bool canCreate)
    {
        // SQLite gives its other files the mode of this one. One that exists must not be opened here: to close it would release all
        // locks that SQLite holds on it in this process (POSIX).
        if (!File.Exists(path))
        {
            if (!canCreate)
                throw new WebSoInboxStoreException($"There is no inbox at {path}, and none is created, since CreateSchema is off.");
            PrivateFile.Create(path);
        }

        var database = SqliteDatabase.Open(path, readOnly: false);
        try
        {
            SqliteSchema.Ensure(database, path, canCreate);
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }
}
