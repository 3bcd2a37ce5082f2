using System.ServiceProcess;

namespace NetFrameworkService;

// Install it with: sc create WebSoEvents binPath= "C:\...\NetFrameworkService.exe http://+:8085/webso/events/"
internal static class Program
{
    private static async Task Main(string[] args)
    {
        var prefix = args.FirstOrDefault() ?? "http://localhost:8085/webso/events/";
        if (!Environment.UserInteractive)
        {
            using var service = new EventService(prefix);
            ServiceBase.Run(service);
            return;
        }

        await using var listener = EventService.Listen(prefix);
        Console.WriteLine($"Now listening on: {prefix}");
        Console.WriteLine("Enter stops.");
        await Console.In.ReadLineAsync();
    }
}
