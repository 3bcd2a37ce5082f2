using Microsoft.Data.Sqlite;

namespace InboxLoad;

// What is written when nobody thinks of it: correct, and durable.
internal sealed class NaiveInbox
{
    private readonly string _connection;

    public NaiveInbox(string path)
    {
        _connection = new SqliteConnectionStringBuilder { DataSource = path }.ToString();
        using var connection = new SqliteConnection(_connection);
        connection.Open();
        Execute(connection, "PRAGMA journal_mode=WAL");
        Execute(connection, "CREATE TABLE events(id INTEGER PRIMARY KEY, received_at TEXT NOT NULL, body BLOB NOT NULL)");
    }

    public async Task AcceptAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        using (var connection = new SqliteConnection(_connection))
        {
            connection.Open();
            Execute(connection, "PRAGMA synchronous=FULL");
            using var insert = connection.CreateCommand();
            insert.CommandText = "INSERT INTO events(received_at, body) VALUES ($at, $body)";
            insert.Parameters.AddWithValue("$at", DateTimeOffset.UtcNow);
            insert.Parameters.AddWithValue("$body", body.ToArray());
            insert.ExecuteNonQuery();
        }

        context.Response.ContentLength = 0;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
