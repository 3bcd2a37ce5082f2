using System.Diagnostics;
using System.Text;
using Microsoft.Data.Sqlite;
using WebSo.Events;

namespace InboxLoad;

// What one call costs that comes alone, against one prepared INSERT on a connection that stays open: each in turn, on files side by side.
internal static class LoneRun
{
    private static readonly byte[] s_body = """{"user_id":"1","event":"USER_FINISH","document_id":"27268","fields_signed":"2"}"""u8.ToArray();

    public static async Task RunAsync(string folder, int calls)
    {
        await using var store = new SqliteInboxStore(Path.Combine(folder, "store.db"));
        await store.OpenAsync(CancellationToken.None);
        using var connection = Open(Path.Combine(folder, "plain.db"));
        using var insert = Prepare(connection);
        using var receiver = ReceiverProcess.Start(Variant.Accept, Path.Combine(folder, "receiver.db"));
        using var client = await Caller.ConnectAsync(receiver.Url);
        var steps = new (string Name, Func<int, ValueTask> Run)[]
        {
            ("a prepared INSERT", _ => Insert(insert)),
            ("the store", async i => await store.AppendAsync(NewDelivery(i), CancellationToken.None)),
            ("a call over HTTP", _ => client.CallAsync()),
        };

        // The runtime compiles what is hot once more.
        for (var i = 0; i < 1000; i++)
        {
            foreach (var step in steps)
                await step.Run(-i - 1);
        }

        var times = steps.ToDictionary(step => step.Name, _ => new List<double>());
        for (var i = 0; i < calls; i++)
        {
            foreach (var step in i % 2 == 0 ? steps : [.. steps.Reverse()])
            {
                var begin = Stopwatch.GetTimestamp();
                await step.Run(i);
                times[step.Name].Add(Stopwatch.GetElapsedTime(begin).TotalMicroseconds);
            }
        }

        Print(times);
    }

    private static void Print(Dictionary<string, List<double>> times)
    {
        foreach (var list in times.Values)
            list.Sort();
        var plain = times.First().Value;
        Console.WriteLine("| alone | median µs | p99 µs | median : INSERT |");
        Console.WriteLine("| --- | ---: | ---: | ---: |");
        foreach (var (name, list) in times)
            Console.WriteLine($"| {name} | {list[list.Count / 2]:F0} | {list[list.Count * 99 / 100]:F0} | {list[list.Count / 2] / plain[plain.Count / 2]:F2} |");
    }

    private static SqliteConnection Open(string path)
    {
        var connection = new SqliteConnection($"Data Source={path}");
        connection.Open();
        foreach (var sql in new[]
        {
            "PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "CREATE TABLE events(id INTEGER PRIMARY KEY, received_at INTEGER NOT NULL, body BLOB NOT NULL)",
        })
        {
            using var command = new SqliteCommand(sql, connection);
            command.ExecuteNonQuery();
        }

        return connection;
    }

    private static SqliteCommand Prepare(SqliteConnection connection)
    {
        var insert = new SqliteCommand("INSERT INTO events(received_at, body) VALUES ($at, $body)", connection);
        insert.Parameters.Add("$at", SqliteType.Integer);
        insert.Parameters.Add("$body", SqliteType.Blob).Value = s_body;
        insert.Prepare();
        return insert;
    }

    private static ValueTask Insert(SqliteCommand insert)
    {
        insert.Parameters[0].Value = DateTime.UtcNow.Ticks;
        insert.ExecuteNonQuery();
        return default;
    }

    private static WebSoInboxAppend NewDelivery(int number) => new()
    {
        Context = new WebSoEventContext
        {
            DeliveryId = Guid.CreateVersion7(),
            ReceivedAt = DateTimeOffset.UtcNow,
            EndpointName = "",
            RequestPath = "/webso/events",
            QueryString = "",
            RouteValues = new Dictionary<string, string>(),
            Body = s_body,
        },
        EventName = "USER_FINISH",
        DocumentId = $"{number:D12}",
        State = WebSoInboxState.Pending,
        RepeatKey = Encoding.ASCII.GetBytes($"{number:D16}"),
        RepeatWindow = TimeSpan.FromMinutes(1),
        UnansweredRepeatWindow = TimeSpan.FromDays(1),
    };
}
