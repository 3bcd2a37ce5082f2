using Microsoft.Extensions.DependencyInjection;
using WebSo.Events;

var prefix = args.FirstOrDefault() ?? "http://localhost:5081/webso/events/";
var key = Environment.GetEnvironmentVariable("WEBSO_KEY");
if (string.IsNullOrEmpty(key))
{
    Console.Error.WriteLine("Set the environment variable WEBSO_KEY to the value that the server sends in the header X-Webso-Key.");
    return 1;
}

await using var listener = WebSoEventListener.Start(prefix, builder =>
{
    builder.Services.Configure<WebSoEventsOptions>(options => options.RequireHeader("X-Webso-Key", key));
    builder
        .AddHandler<StatusChangeEvent>("status", (e, _, _) => Print(e, $"{e.From} -> {e.To}"))
        .AddHandler<UserFinishEvent>("user", (e, _, _) => Print(e, $"user {e.UserId} signed {e.FieldsSigned} fields"))
        .AddHandler<FieldSignedOrRejectedEvent>("field", (e, _, _) => Print(e, $"field {e.FieldId} {e.FieldStatus} by user {e.UserId}"))
        .AddHandler<RenderReturnEvent>("rendering", (e, _, _) => Print(e, $"rendering {e.Status}"))
        .AddHandler<UnknownWebSoEvent>("unknown", (e, _, _) => Print(e, $"unknown event with {e.ExtraProperties.Count} properties"));
});

Console.WriteLine($"Now listening on: {prefix}");
Console.WriteLine("Press Enter to stop.");
Console.ReadLine();
return 0;

static ValueTask Print(WebSoEvent e, string details)
{
    // Replaces control characters, so that each event is one line.
    var line = $"{e.EventName} document {e.DocumentId}: {details}";
    Console.WriteLine(string.Concat(line.Select(c => char.IsControl(c) ? '?' : c)));
    return ValueTask.CompletedTask;
}
