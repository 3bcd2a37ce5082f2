using System.ServiceProcess;

namespace NetFrameworkService;

// NetFrameworkService.exe [PREFIX [INBOX]] [--service]
// The environment variable WEBSO_KEY holds the value of the header X-Webso-Key. As a service: sc create WebSoEvents binPath= "C:\...\NetFrameworkService.exe http://+:8085/webso/events/ C:\ProgramData\WebSoEvents\events.db --service"
internal static class Program
{
    private static async Task Main(string[] args)
    {
        var values = args.Where(arg => arg != "--service").ToList();
        var prefix = values.ElementAtOrDefault(0) ?? "http://localhost:8085/webso/events/";
        var inbox = values.ElementAtOrDefault(1);
        if (values.Count < args.Length)
        {
            using var service = new EventService(prefix, inbox);
            ServiceBase.Run(service);
            return;
        }

        await using var listener = EventService.Listen(prefix, inbox);
        Console.WriteLine($"Now listening on: {prefix}");
        Console.WriteLine("Press Enter to stop.");
        await Console.In.ReadLineAsync();
    }
}
