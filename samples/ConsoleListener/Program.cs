using Microsoft.Extensions.DependencyInjection;
using WebSo.Events;

var prefix = args.FirstOrDefault() ?? "http://localhost:5081/webso/events/";

await using var listener = WebSoEventListener.Start(prefix, builder => builder.Services
    .AddWebSoEvents(options =>
    {
        // Only this machine may call. Put the server's address here, or demand a header that it sends.
        options.AllowedNetworks.Add("127.0.0.1");
        options.AllowedNetworks.Add("::1");
    })
    .AddHandler<StatusChangeEvent>("status", (e, _, _) => Print(e, $"{e.From} -> {e.To}"))
    .AddHandler<UserFinishEvent>("user", (e, _, _) => Print(e, $"user {e.UserId} signed {e.FieldsSigned} fields"))
    .AddHandler<FieldSignedOrRejectedEvent>("field", (e, _, _) => Print(e, $"field {e.FieldId} {e.FieldStatus} by user {e.UserId}"))
    .AddHandler<RenderReturnEvent>("rendering", (e, _, _) => Print(e, $"rendering {e.Status}"))
    .AddHandler<UnknownWebSoEvent>("unknown", (e, _, _) => Print(e, $"unknown, with {e.ExtraProperties.Count} more properties")));

Console.WriteLine($"Now listening on: {prefix}");
Console.WriteLine("Enter stops.");
Console.ReadLine();

static ValueTask Print(WebSoEvent e, string details)
{
    Console.WriteLine($"{e.EventName} document {e.DocumentId}: {details}");
    return ValueTask.CompletedTask;
}
