using Microsoft.Extensions.Configuration;

namespace WebSo.Events.Tests;

// Receivers with a changing configuration. Settings are strings, such as "WebSoEvents:Filter=USER_FINISH;WebSoEvents:MaxBodySize=1000".
internal static class Reloads
{
    public const string Key = "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=";
    public const string Header = "WebSoEvents:RequiredHeaders:X-Key";
    public const string Password = "WebSoEvents:BasicCredentials:foo";
    public const string Network = "WebSoEvents:AllowedNetworks";
    public const string Size = "WebSoEvents:MaxBodySize";

    public static TestReceiver Start(IConfiguration configuration, params string[] errors)
    {
        var receiver = new TestReceiver((WebSoEventsOptions _) => { }, configuration);
        receiver.Logs.ExpectError(errors);
        return receiver;
    }

    public static TestRequest Stranger() => new(Bodies.StatusChange);

    public static string Prefixed(string settings) => string.Join(';', settings.Split(';').Select(setting => "WebSoEvents:" + setting));

    // The keys that Set removes.
    public static string Cleared(string settings) => string.Join(';', settings.Split(';').Select(setting => setting.Split('=')[0]));

    public static IConfigurationRoot Memory(string settings)
    {
        var configuration = new ConfigurationBuilder().Add(new ChangingConfiguration()).Build();
        Set(configuration, settings);
        return configuration;
    }

    // Removes keys without '=' and the given keys.
    public static void Set(IConfigurationRoot configuration, string settings, params string[] remove)
    {
        var provider = (ChangingConfiguration)configuration.Providers.Single();
        foreach (var key in remove)
            provider.Remove(key);
        foreach (var setting in settings.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(setting => setting.Split('=', 2)))
        {
            if (setting.Length == 2)
                provider.Set(setting[0], setting[1]);
            else
                provider.Remove(setting[0]);
        }

        configuration.Reload();
    }
}
