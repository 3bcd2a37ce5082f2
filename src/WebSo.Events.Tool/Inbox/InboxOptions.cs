using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using WebSo.Events.Engine;

namespace WebSo.Events;

// The options that choose an inbox, and events in it.
internal sealed class InboxOptions
{
    private const string Time = "a time as 2026-11-24, 2026-11-24T09:30 or 2026-11-24T09:30:00+01:00";

    private static readonly string s_states = string.Join(", ", Enum.GetNames<WebSoInboxState>());

    private readonly Option<FileInfo?> _sqlite = new("--sqlite") { Description = "The file of the inbox." };
    private readonly Option<bool> _postgres = PostgreSqlInboxOptions.Postgres();
    private readonly Option<string> _schema = PostgreSqlInboxOptions.Schema();
    private readonly Option<Guid?> _id = ValueOption.Of<Guid?>("--id", "The delivery ID.", "a delivery ID, as 'list' shows it", TryReadId);
    private readonly Option<string?> _endpoint = new("--endpoint") { Description = "The endpoint; \"\" for the default one. Not given: all." };
    private readonly Option<string?> _document = new("--document-id") { Description = "The document." };
    private readonly Option<string?> _event = new("--event") { Description = "The name of the event, as STATUS_CHANGE." };
    private readonly Option<WebSoInboxState?> _state = ValueOption.Of<WebSoInboxState?>("--state", $"Where the event stands: {s_states}.", $"one of {s_states}", TryReadState);
    private readonly Option<DateTimeOffset?> _from = ValueOption.Of<DateTimeOffset?>("--from", "Received at this time or later; without an offset, local time.", Time, TryReadTime);
    private readonly Option<DateTimeOffset?> _before = ValueOption.Of<DateTimeOffset?>("--before", "Received before this time; without an offset, local time.", Time, TryReadTime);
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
                result.AddError(isSqlite ? "Give either --sqlite or --postgres, not both." : "Give --sqlite with the file of the inbox, or --postgres.");
            else if (isSqlite && result.GetResult(_schema) is { Implicit: false })
                result.AddError("--schema is of --postgres: a file has none.");
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

    public async Task<OpenedInbox> OpenAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var engine = parsed.GetValue(_postgres) ? PostgreSqlInboxOptions.CreateEngine(parsed.GetValue(_schema)!) : CreateSqliteEngine(parsed.GetValue(_sqlite)!);
        try
        {
            await engine.OpenAsync(cancellationToken);
            return new OpenedInbox(engine, parsed.GetValue(_endpoint));
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

    // By its name: a number is no state, though Enum.TryParse takes it.
    private static bool TryReadState(string text, out WebSoInboxState? state)
    {
        state = Enum.TryParse<WebSoInboxState>(text, ignoreCase: true, out var read) ? read : null;
        return Enum.GetNames<WebSoInboxState>().Contains(text, StringComparer.OrdinalIgnoreCase);
    }

    // The year first: 2.5 would be a day in February, and `discard` would take it.
    private static bool TryReadTime(string text, out DateTimeOffset? time)
    {
        var isTime = DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out var read);
        time = read;
        return isTime && text.Length >= 10 && text[4] == '-' && text[7] == '-';
    }

    private static InboxEngine CreateSqliteEngine(FileInfo file)
    {
        if (!file.Exists)
            throw new FileNotFoundException($"There is no inbox at {file.FullName}: give the path that the application gives to UseSqliteInbox; a relative one is relative to its content root.");
        return SqliteInbox.CreateEngine(file.FullName, new WebSoSqliteOptions(), TimeProvider.System, NullLogger.Instance, createSchema: false);
    }
}
