using System.ServiceProcess;

namespace NetFrameworkService;

// As a service: sc create WebSoEvents binPath= "C:\...\NetFrameworkService.exe http://+:8085/webso/events/ --service"
internal static class Program
{
    private static async Task Main(string[] args)
    {
        var prefix = args.FirstOrDefault() ?? "http://localhost:8085/webso/events/";
        if (args.Contains("--service"))
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
