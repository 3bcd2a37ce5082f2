using WebSo.Events;

var builder = WebApplication.CreateBuilder(args);

// Open to everyone in Development. Elsewhere it does not start without a guard: docs/security.md has a line for each kind.
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

/// <summary>One class can handle several events. It is made anew for each, with what it asks for from dependency injection.</summary>
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
        // One line each, whatever a sender writes into its texts.
        var line = $"{e.EventName} document {e.DocumentId}: {details}";
        Console.WriteLine(string.Concat(line.Select(c => char.IsControl(c) ? '?' : c)));
        return ValueTask.CompletedTask;
    }
}
