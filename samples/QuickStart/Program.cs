using WebSo.Events;

var builder = WebApplication.CreateBuilder(args);

// In Development, anyone can call. In other environments, the start fails without a guard. See docs/security.md.
builder.Services.AddWebSoEvents()
    .AddHandler<StatusChangeEvent, Printer>()
    .AddHandler<UserFinishEvent, Printer>()
    .AddHandler<FieldSignedOrRejectedEvent, Printer>()
    .AddHandler<RenderReturnEvent, Printer>()
    .AddHandler<UnknownWebSoEvent, Printer>()
    .UseSqliteInbox("events.db");

var app = builder.Build();
app.MapWebSoEvents();
app.Run();

/// <summary>One class can handle several events. An instance is created for each event, with its dependencies injected.</summary>
internal sealed class Printer :
    IWebSoEventHandler<StatusChangeEvent>,
    IWebSoEventHandler<UserFinishEvent>,
    IWebSoEventHandler<FieldSignedOrRejectedEvent>,
    IWebSoEventHandler<RenderReturnEvent>,
    IWebSoEventHandler<UnknownWebSoEvent>
{
    public ValueTask HandleAsync(StatusChangeEvent e, WebSoEventContext context, CancellationToken cancellationToken) =>
        Print(e, $"{e.From} -> {e.To}");

    public ValueTask HandleAsync(UserFinishEvent e, WebSoEventContext context, CancellationToken cancellationToken) =>
        Print(e, $"user {e.UserId} signed {e.FieldsSigned} fields");

    public ValueTask HandleAsync(FieldSignedOrRejectedEvent e, WebSoEventContext context, CancellationToken cancellationToken) =>
        Print(e, $"field {e.FieldId} {e.FieldStatus} by user {e.UserId}");

    public ValueTask HandleAsync(RenderReturnEvent e, WebSoEventContext context, CancellationToken cancellationToken) =>
        Print(e, $"rendering {e.Status}");

    public ValueTask HandleAsync(UnknownWebSoEvent e, WebSoEventContext context, CancellationToken cancellationToken) =>
        Print(e, $"unknown, with {e.ExtraProperties.Count} more properties");

    private static ValueTask Print(WebSoEvent e, string details)
    {
        // Replaces control characters, so that each event is one line.
        var line = $"{e.EventName} document {e.DocumentId}: {details}";
        Console.WriteLine(string.Concat(line.Select(c => char.IsControl(c) ? '?' : c)));
        return ValueTask.CompletedTask;
    }
}
