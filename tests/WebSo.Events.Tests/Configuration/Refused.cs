using System.Text;
using FluentAssertions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace WebSo.Events.Tests;

// Applications that fail to start because of their configuration.
internal static class Refused
{
    public static IConfigurationRoot Json(string json) =>
        new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build();

    // The validation that a host runs before it starts services.
    public static Action StartOf(IConfiguration? configuration, Action<IServiceCollection> configure) => () =>
    {
        var services = new ServiceCollection().AddLogging();
        if (configuration is not null)
            services.AddSingleton(configuration);
        configure(services);
        using var provider = services.BuildServiceProvider();
        provider.GetRequiredService<IStartupValidator>().Validate();
    };

    public static IEnumerable<string> ProblemsOf(IConfiguration configuration, Action<IServiceCollection> configure) =>
        StartOf(configuration, configure).Should().Throw<OptionsValidationException>().Which.Failures;

    public static IEnumerable<string> ProblemsOf(IConfiguration configuration) => ProblemsOf(configuration, services => services.AddWebSoEvents());
}
