using WebSo.Events;

var builder = WebApplication.CreateBuilder(args);
builder.WebHost.UseSetting(WebHostDefaults.ServerUrlsKey, builder.Configuration["urls"] ?? "http://localhost:5080");

builder.Services.AddWebSoEvents()
    .AddHandler<StatusChangeEvent, PrintStatusChange>()
    .AddHandler<UserFinishEvent, PrintUserFinish>()
    .AddHandler<FieldSignedOrRejectedEvent, PrintField>()
    .AddHandler<RenderReturnEvent, PrintRendering>()
    .AddHandler<UnknownWebSoEvent, PrintUnknown>();

var app = builder.Build();
app.MapWebSoEvents();
app.Run();

internal sealed class PrintStatusChange : IWebSoEventHandler<StatusChangeEvent>
{
    public ValueTask HandleAsync(StatusChangeEvent e, WebSoEventContext context, CancellationToken cancellationToken) =>
        Print.Line(e, $"{e.From} -> {e.To}");
}

internal sealed class PrintUserFinish : IWebSoEventHandler<UserFinishEvent>
{
    public ValueTask HandleAsync(UserFinishEvent e, WebSoEventContext context, CancellationToken cancellationToken) =>
        Print.Line(e, $"user {e.UserId} signed {e.FieldsSigned} fields");
}

internal sealed class PrintField : IWebSoEventHandler<FieldSignedOrRejectedEvent>
{
    public ValueTask HandleAsync(FieldSignedOrRejectedEvent e, WebSoEventContext context, CancellationToken cancellationToken) =>
        Print.Line(e, $"field {e.FieldId} {e.FieldStatus} by user {e.UserId}");
}

internal sealed class PrintRendering : IWebSoEventHandler<RenderReturnEvent>
{
    public ValueTask HandleAsync(RenderReturnEvent e, WebSoEventContext context, CancellationToken cancellationToken) =>
        Print.Line(e, $"rendering {e.Status}");
}

internal sealed class PrintUnknown : IWebSoEventHandler<UnknownWebSoEvent>
{
    public ValueTask HandleAsync(UnknownWebSoEvent e, WebSoEventContext context, CancellationToken cancellationToken) =>
        Print.Line(e, $"unknown, with {e.ExtraProperties.Count} properties");
}

internal static class Print
{
    public static ValueTask Line(WebSoEvent e, string details)
    {
        Console.WriteLine($"{e.EventName} document {e.DocumentId}: {details}");
        return ValueTask.CompletedTask;
    }
}
