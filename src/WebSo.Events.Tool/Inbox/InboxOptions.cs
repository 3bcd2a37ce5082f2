using System.CommandLine;
using System.Globalization;
using WebSo.Events.Inbox.Sqlite;

namespace WebSo.Events.Tool.Inbox;

// The options that select an inbox, and deliveries in it.
internal sealed class InboxOptions
{
    private const string Time = "a time in ISO 8601, for example 2026-11-24, 2026-11-24T09:30, 2026-11-24 09:30:00Z, or 2026-11-24T09:30:00+01:00";

    // Includes the format that 'list' prints. A time without an offset is UTC, like all printed times.
    private static readonly string[] s_timeFormats =
    [
        "yyyy-MM-dd", "yyyy-MM-ddTHH:mmK", "yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mmK", "yyyy-MM-dd HH:mm:ssK",
    ];

    private static readonly string s_states = string.Join(", ", Enum.GetNames<WebSoInboxState>());

    private readonly Option<FileInfo?> _sqlite = new("--sqlite") { Description = "The SQLite file of the inbox." };
    private readonly Option<bool> _postgres = PostgreSqlInboxOptions.Postgres();
    private readonly Option<string> _schema = PostgreSqlInboxOptions.Schema();
    private readonly Option<Guid?> _id = ValueOption.Of<Guid?>("--id", "The delivery ID.", "a delivery ID like the ones that 'list' shows", TryReadId);
    private readonly Option<string?> _endpoint = new("--endpoint") { Description = "The name of the endpoint, or \"\" for the default endpoint. Default: all endpoints." };
    private readonly Option<string?> _document = new("--document-id") { Description = "The ID of the document." };
    private readonly Option<string?> _event = new("--event") { Description = "The name of the event, for example STATUS_CHANGE." };
    private readonly Option<WebSoInboxState?> _state = ValueOption.Of<WebSoInboxState?>("--state", $"The state of the delivery: {s_states}.", $"one of {s_states}", TryReadState);
    private readonly Option<DateTimeOffset?> _from = ValueOption.Of<DateTimeOffset?>("--from", "Received at or after this time, which is UTC unless it has an offset.", Time, TryReadTime);
    private readonly Option<DateTimeOffset?> _before = ValueOption.Of<DateTimeOffset?>("--before", "Received before this time, which is UTC unless it has an offset.", Time, TryReadTime);
    private readonly Option<bool> _json = SharedOptions.Json();

    public InboxOptions(Command command, bool withFilter)
    {
        command.Add(_sqlite);
        command.Add(_postgres);
        command.Add(_schema);
        command.Add(_json);
        command.Validators.Add(result =>
        {
            var (isSqlite, isPostgres) = (result.GetResult(_sqlite) is not null, result.GetValue(_postgres));
            if (isSqlite == isPostgres)
                result.AddError(isSqlite ? "Use either --sqlite or --postgres, not both." : "Use --sqlite with the file of the inbox, or --postgres.");
            else if (isSqlite && result.GetResult(_schema) is { Implicit: false })
                result.AddError("--schema requires --postgres. A SQLite file has no schemas.");
        });
        if (!withFilter)
        {
            command.Add(_endpoint);
            return;
        }

        foreach (var option in (Option[])[_id, _endpoint, _document, _event, _state, _from, _before])
            command.Add(option);
    }

    public ToolOutput Output(ParseResult parsed) => new(parsed.GetValue(_json));

    public WebSoInboxFilter Filter(ParseResult parsed) => new()
    {
        DeliveryId = parsed.GetValue(_id),
        EndpointName = parsed.GetValue(_endpoint),
        DocumentId = parsed.GetValue(_document),
        EventName = parsed.GetValue(_event),
        State = parsed.GetValue(_state),
        ReceivedFrom = parsed.GetValue(_from),
        ReceivedBefore = parsed.GetValue(_before),
    };

    // toRead: changes nothing, and needs no permission to write.
    public async Task<OpenedInbox> OpenAsync(ParseResult parsed, bool toRead, CancellationToken cancellationToken)
    {
        var engine = parsed.GetValue(_postgres)
            ? PostgreSqlInboxOptions.CreateEngine(parsed.GetValue(_schema)!)
            : CreateSqliteEngine(parsed.GetValue(_sqlite)!);
        return new OpenedInbox(await OpenAsync(engine, toRead, cancellationToken), parsed.GetValue(_endpoint), toRead);
    }

    public static Task<InboxEngine> OpenSqliteToReadAsync(FileInfo file, CancellationToken cancellationToken) =>
        OpenAsync(CreateSqliteEngine(file), toRead: true, cancellationToken);

    private static InboxEngine CreateSqliteEngine(FileInfo file) => file.Exists
        ? SqliteInbox.CreateEngine(file.FullName, new WebSoSqliteOptions(), TimeProvider.System, InboxWarnings.Instance, createSchema: false)
        : throw new FileNotFoundException(
            $"There is no inbox at {file.FullName}. Use the path that the application passes to UseSqliteInbox. In the application, a relative path is relative to the content root.");

    private static async Task<InboxEngine> OpenAsync(InboxEngine engine, bool toRead, CancellationToken cancellationToken)
    {
        try
        {
            await (toRead ? engine.OpenToReadAsync(cancellationToken) : engine.OpenAsync(cancellationToken));
            return engine;
        }
        catch
        {
            await engine.DisposeAsync();
            throw;
        }
    }

    private static bool TryReadId(string text, out Guid? id)
    {
        var isId = Guid.TryParse(text, out var read);
        id = read;
        return isId;
    }

    // Accepts names only, because Enum.TryParse also accepts numbers.
    private static bool TryReadState(string text, out WebSoInboxState? state)
    {
        state = Enum.TryParse<WebSoInboxState>(text, ignoreCase: true, out var read) ? read : null;
        return Enum.GetNames<WebSoInboxState>().Contains(text, StringComparer.OrdinalIgnoreCase);
    }

    private static bool TryReadTime(string text, out DateTimeOffset? time)
    {
        var isTime = DateTimeOffset.TryParseExact(text, s_timeFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var read);
        time = read;
        return isTime;
    }
}
