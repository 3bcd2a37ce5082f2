using System.Diagnostics.Metrics;
using System.Reflection;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace WebSo.Events;

/// <summary>docs/observability.md lists every log event and every instrument.</summary>
public sealed class ObservabilityPageTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly string[] _lines = File.ReadAllLines(Repository.PathOf("docs/observability.md"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void LogEvents_HaveUniqueIdsAndAreDocumented()
    {
        var assemblies = new[] { typeof(WebSoEvent), typeof(WebSoEventListener), typeof(IWebSoInbox), typeof(WebSoSqliteOptions), typeof(WebSoPostgreSqlOptions) };
        var messages = assemblies
            .SelectMany(type => type.Assembly.GetTypes())
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>())
            .OfType<LoggerMessageAttribute>()
            .ToList();

        messages.Should().HaveCountGreaterThan(40);
        messages.Select(message => message.EventId).Should().OnlyHaveUniqueItems();
        messages.Should().NotContain(message => message.Message.Contains("'{Endpoint}'"), "the default endpoint has no name");
        foreach (var message in messages)
            _lines.Should().Contain(line => IsRowOf(line, message), "{0} {1} {2} must be in the table", message.EventId, message.Level, message.EventName);
    }

    [Fact]
    public async Task Instruments_AreDocumentedWithUnit()
    {
        var services = new ServiceCollection().AddWebSoEvents().UseSqliteInbox(_folder.File()).Services;
        await using var provider = services.BuildServiceProvider();
        var meter = provider.GetRequiredService<DiagnosticSources>().Meter;
        var instruments = new List<Instrument>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter == meter)
                    instruments.Add(instrument);
            },
        };
        listener.Start();
        _ = provider.GetRequiredService<EventReceiverProvider>().Get("");
        _ = provider.GetServices<IHostedService>().ToList();

        instruments.Should().HaveCount(13);
        foreach (var instrument in instruments)
            _lines.Should().Contain(line => line.StartsWith($"| `{instrument.Name}` | ") && line.Contains($", `{instrument.Unit}` |"));
    }

    private static bool IsRowOf(string line, LoggerMessageAttribute message)
    {
        var cells = line.Split('|', StringSplitOptions.TrimEntries);
        return cells.Length > 4 && cells[1].Split(", ").Contains($"{message.EventId}") && (message.Level == LogLevel.None || cells[2] == $"{message.Level}") && cells[3] == message.EventName;
    }
}
