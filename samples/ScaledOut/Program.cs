using ScaledOut;
using WebSo.Events;
using Yarp.ReverseProxy.Configuration;

if (args is ["instance", var name])
{
    await RunInstanceAsync(name);
    return;
}

// Ctrl+C stops everything in reverse order, also during the start.
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, key) =>
{
    key.Cancel = true;
    stop.Cancel();
};

// One database, three instances that share it, and a load balancer in front of them.
await using var database = new PrivatePostgreSql();
using var instances = new InstanceProcesses();
var connectionString = Environment.GetEnvironmentVariable("WEBSO_EVENTS_POSTGRES") ?? await database.StartAsync();
foreach (var instance in (string[])["1", "2", "3"])
    await instances.StartAsync(instance, connectionString);

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddReverseProxy().LoadFromMemory(
    [new RouteConfig { RouteId = "events", ClusterId = "instances", Match = new RouteMatch { Path = "/webso/events" } }],
    [
        new ClusterConfig
        {
            ClusterId = "instances",
            LoadBalancingPolicy = "RoundRobin",
            HealthCheck = new HealthCheckConfig { Passive = new PassiveHealthCheckConfig { Enabled = true } },
            Destinations = instances.Urls.ToDictionary(url => url, url => new DestinationConfig { Address = url }),
        },
    ]);

var app = builder.Build();
app.MapReverseProxy();
if (!stop.IsCancellationRequested)
    await app.RunAsync(stop.Token);

// The application on each machine. It does not need to know the other instances.
static async Task RunInstanceAsync(string name)
{
    var builder = WebApplication.CreateBuilder();
    builder.WebHost.UseUrls("http://127.0.0.1:0");
    builder.Logging.AddFilter("Microsoft.Hosting", LogLevel.Warning);

    builder.Services.AddWebSoEvents(options => options.AllowedNetworks.Add("127.0.0.1"))
        .AddHandler<WebSoEvent>("print", (e, _, _) =>
        {
            // Replaces control characters, so that each event is one line.
            var line = $"instance {name}: {e.EventName} document {e.DocumentId}";
            Console.WriteLine(string.Concat(line.Select(c => char.IsControl(c) ? '?' : c)));
            return ValueTask.CompletedTask;
        })
        .UsePostgreSqlInbox(builder.Configuration["WEBSO_EVENTS_POSTGRES"]!);

    var app = builder.Build();
    app.MapWebSoEvents();
    await app.StartAsync();
    Console.WriteLine(app.Urls.Single());
    await InstanceProcesses.WaitForParentAsync(app.Lifetime);
    await app.StopAsync();
}
