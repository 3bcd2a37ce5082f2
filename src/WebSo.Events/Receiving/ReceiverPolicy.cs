namespace WebSo.Events;

// What follows from one state of the options, made once for it. Options change without a restart: see PolicySource.
internal sealed class ReceiverPolicy(WebSoEventsOptions options)
{
    public WebSoEventsOptions Options { get; } = options;

    public WebSoEventFilter Filter { get; } = WebSoEventFilter.Parse(options.Filter);

    public CredentialCheck Credentials { get; } = new(options);
}
