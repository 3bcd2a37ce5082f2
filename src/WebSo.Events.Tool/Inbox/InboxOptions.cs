using System.CommandLine;

namespace WebSo.Events;

// The options that choose an inbox, and events in it.
internal sealed class InboxOptions
{
    private readonly Option<FileInfo> _sqlite = new("--sqlite") { Description = "The file of the inbox.", Required = true };
    private readonly Option<Guid?> _id = new("--id") { Description = "The delivery ID." };
    private readonly Option<string?> _endpoint = new("--endpoint") { Description = "The endpoint; \"\" for the default one. Not given: all." };
    private readonly Option<string?> _document = new("--document-id") { Description = "The document." };
    private readonly Option<string?> _event = new("--event") { Description = "The name of the event, as STATUS_CHANGE." };
    private readonly Option<WebSoInboxState?> _state = new("--state") { Description = "Where the event stands." };
    private readonly Option<DateTimeOffset?> _from = new("--from") { Description = "Received at this time or later; without an offset, local time." };
    private readonly Option<DateTimeOffset?> _before = new("--before") { Description = "Received before this time; without an offset, local time." };
    private readonly Option<bool> _json = SharedOptions.Json();

    public InboxOptions(Command command, bool withFilter)
    {
        command.Add(_sqlite);
        command.Add(_json);
        if (!withFilter)
        {
            command.Add(_endpoint);
            return;
        }

        foreach (var option in (Option[])[_id, _endpoint, _document, _event, _state, _from, _before])
            command.Add(option);
    }

    public ToolOutput Output(ParseResult parsed) => new(parsed.GetValue(_json));

    public string? Endpoint(ParseResult parsed) => parsed.GetValue(_endpoint);

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

    public async Task<IWebSoInboxStore> OpenAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var file = parsed.GetRequiredValue(_sqlite);
        if (!file.Exists)
            throw new FileNotFoundException($"There is no inbox at {file.FullName}: give the path that the application gives to UseSqliteInbox; a relative one is relative to its content root.");

        var store = new SqliteInboxStore(file.FullName);
        try
        {
            await store.OpenAsync(cancellationToken);
            return store;
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }
}
