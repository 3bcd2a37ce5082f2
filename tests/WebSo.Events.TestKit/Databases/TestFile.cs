using System.Text;
using Microsoft.Data.Sqlite;

namespace WebSo.Events;

/// <summary>Opens the SQLite file of a store directly.</summary>
public static class TestFile
{
    private delegate bool Find(ReadOnlySpan<byte> page);

    public static void Execute(string path, string sql)
    {
        using var connection = Open(path);
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public static object? Read(string path, string sql)
    {
        using var connection = Open(path);
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    // Breaks the links of pages that contain part of a body, which consists of lowercase letters.
    public static void DamageBodies(string path) => Damage(path, static page => page[4..].IndexOfAnyExceptInRange((byte)'a', (byte)'z') < 0, [0xFF, 0xFF, 0xFF, 0xFF]);

    // Invalidates the type of the pages with rows that contain the text.
    public static void DamageRows(string path, string text) => Damage(path, page => page[0] == 0x0D && page.IndexOf(Encoding.UTF8.GetBytes(text)) >= 0, [0xFF]);

    // Blocks all other writers until it is disposed.
    public static IDisposable Lock(string path)
    {
        var connection = Open(path);
        using var command = connection.CreateCommand();
        command.CommandText = "BEGIN IMMEDIATE";
        command.ExecuteNonQuery();
        return connection;
    }

    private static void Damage(string path, Find isMeant, byte[] damage)
    {
        var bytes = File.ReadAllBytes(path);
        var damaged = 0;
        for (var at = 4096; at < bytes.Length; at += 4096)
        {
            if (!isMeant(bytes.AsSpan(at, 4096)))
                continue;
            damage.CopyTo(bytes.AsSpan(at));
            damaged++;
        }

        if (damaged == 0)
            throw new InvalidOperationException("The file has no such page, so the test would test nothing.");
        File.WriteAllBytes(path, bytes);
    }

    private static SqliteConnection Open(string path)
    {
        var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        return connection;
    }
}
